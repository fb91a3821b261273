"""What came of an ensemble: the validation figures of its networks, and of their mean."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kerasapps.config.metric import Metric, short
from kerasapps.evaluation.sections import Section, Table, plain_section

_WHOLE: Final = "What ships holds all of them and answers with the mean of what they give."
_TAUGHT: Final = "What ships is one network that learnt what their mean answers."


@dataclass(frozen=True)
class Member:
    """One network of an ensemble.

    Attributes:
        seed: of its training.
        epochs: of its training.
        seconds: that it took.
        figures: name → value on the validation split.
    """

    seed: int
    epochs: int
    seconds: float
    figures: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**vars(self), "figures": dict(self.figures)}


@dataclass(frozen=True)
class Ensemble:
    """What each network, their mean and what was distilled of it do on the validation split.

    Attributes:
        members: in the order of their seeds.
        together: figures of their mean.
        metric: the figure that counts most.
        distilled: the network that learnt from the mean; None where the mean itself ships.
    """

    members: tuple[Member, ...]
    together: Mapping[str, float]
    metric: Metric
    distilled: Member | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], metric: Metric) -> Ensemble:
        """What `to_dict` gave.

        Raises:
            TypeError, KeyError: if it is something else.
        """
        distilled = values.get("distilled")
        return cls(
            tuple(Member(**each) for each in values["members"]),
            values["together"],
            metric,
            None if distilled is None else Member(**distilled),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        distilled = {} if self.distilled is None else {"distilled": self.distilled.to_dict()}
        return {
            "judged_on": "validation",
            "members": [each.to_dict() for each in self.members],
            "together": dict(self.together),
            **distilled,
        }

    @property
    def headline(self) -> str:
        """The figure that counts most, in a line."""
        values = [each.figures[self.metric.key] for each in self.members]
        mean, spread = map(self.metric.text, (statistics.fmean(values), statistics.stdev(values)))
        together = self.metric.text(self.together[self.metric.key])
        line = (
            f"Ensemble of {len(values)}: validation {self.metric.name} {together}; its networks "
            f"alone {mean} ± {spread}"
        )
        if self.distilled is None:
            return line
        return f"{line}; distilled {self.metric.text(self.distilled.figures[self.metric.key])}"

    def section(self) -> Section:
        """The same for the report, network by network."""
        return plain_section(
            "ensemble",
            link="Ensemble",
            heading="Ensemble",
            lead=f"{self.headline}. {_WHOLE if self.distilled is None else _TAUGHT} The test split "
            "was opened for that one alone.",
            tables=[
                Table(
                    heading="Figures on the validation split",
                    columns=("Network", "Epochs", "Seconds", *map(self._called, self._names)),
                    rows=list(self._rows()),
                )
            ],
        )

    @property
    def _names(self) -> list[str]:
        """Of the figures of whole networks, the one that counts most first."""
        names = [name for name in self.together if "." not in name or name == self.metric.key]
        known = [name for name in names if all(name in each.figures for each in self._trained)]
        return sorted(known, key=lambda name: name != self.metric.key)

    @property
    def _trained(self) -> tuple[Member, ...]:
        return (*self.members, *([] if self.distilled is None else [self.distilled]))

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        def row(called: str, epochs: Any, seconds: Any, figures: Mapping[str, float]) -> Any:
            return called, epochs, seconds, *(self._text(name, figures[name]) for name in names)

        names = self._names
        for each in self.members:
            yield row(f"Seed {each.seed}", each.epochs, round(each.seconds, 1), each.figures)
        yield row("Their mean", None, None, self.together)
        if self.distilled is not None:
            each = self.distilled
            yield row("Distilled", each.epochs, round(each.seconds, 1), each.figures)

    def _called(self, name: str) -> str:
        return self.metric.name if name == self.metric.key else name.replace("_", " ")

    def _text(self, name: str, value: float) -> str:
        return self.metric.text(value) if name == self.metric.key else short(value)
