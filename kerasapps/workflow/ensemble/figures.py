"""What came of an ensemble: the validation figures of its networks, and of their mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kerasapps.config.metric import Metric
from kerasapps.evaluation.sections import Section, Table, plain_section

_WHOLE: Final = "What ships holds all of them and answers with the mean of what they give."
_FOLDS: Final = (
    "Each network learnt from all examples for training but those of its fold, and was stopped on "
    "these. None of them met the validation split. "
)
_TAUGHT: Final = "What ships is one network that learnt what their mean answers."


@dataclass(frozen=True)
class Member:
    """One network of an ensemble.

    Attributes:
        seed: of its training.
        epochs: of its training.
        seconds: that it took.
        figures: name → value on the validation split.
        fold: the part of the training split, counted from 1, that it did not learn from and was
            stopped on; None: it learnt from all of it.
    """

    seed: int
    epochs: int
    seconds: float
    figures: Mapping[str, float]
    fold: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        values = {**vars(self), "figures": dict(self.figures)}
        return {name: value for name, value in values.items() if value is not None}


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
            **({"folds": len(self.members)} if self.of_folds else {}),
            "members": [each.to_dict() for each in self.members],
            "together": dict(self.together),
            **distilled,
        }

    @property
    def of_folds(self) -> bool:
        """Whether each network learnt without a fold of its own."""
        return any(each.fold is not None for each in self.members)

    @property
    def kept_apart(self) -> bool:
        """Whether what ships was not stopped on the validation split."""
        return self.of_folds and self.distilled is None

    @property
    def headline(self) -> str:
        """The figure that counts most, in a line."""
        values = [each.figures[self.metric.key] for each in self.members]
        mean, spread = map(
            self.metric.text, (float(np.mean(values)), float(np.std(values, ddof=1)))
        )
        together = self.metric.text(self.together[self.metric.key])
        line = (
            f"Ensemble of {len(values)}{' folds' if self.of_folds else ''}: validation "
            f"{self.metric.name} {together}; its networks alone {mean} ± {spread}"
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
            lead=f"{self.headline}. {_FOLDS if self.of_folds else ''}"
            f"{_WHOLE if self.distilled is None else _TAUGHT} The test split was opened for that "
            "one alone.",
            tables=[
                Table(
                    heading="Figures on the validation split",
                    columns=("Network", "Epochs", "Seconds", *map(self.metric.called, self._names)),
                    rows=list(self._rows()),
                )
            ],
        )

    @property
    def _names(self) -> list[str]:
        """Of the figures of whole networks, the one that counts most first."""
        names = [name for name in self.together if "." not in name or name == self.metric.key]
        known = [name for name in names if all(name in each.figures for each in self._trained)]
        return self.metric.first_of(known)

    @property
    def _trained(self) -> tuple[Member, ...]:
        return (*self.members, *([] if self.distilled is None else [self.distilled]))

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        def row(called: str, epochs: Any, seconds: Any, figures: Mapping[str, float]) -> Any:
            texts = (self.metric.text_of(name, figures[name]) for name in names)
            return called, epochs, seconds, *texts

        names = self._names
        for each in self.members:
            fold = f", without fold {each.fold} of {len(self.members)}"
            called = f"Seed {each.seed}{'' if each.fold is None else fold}"
            yield row(called, each.epochs, round(each.seconds, 1), each.figures)
        yield row("Their mean", None, None, self.together)
        if self.distilled is not None:
            each = self.distilled
            yield row("Distilled", each.epochs, round(each.seconds, 1), each.figures)
