"""What came of a cross-validation: every figure of every fold, with mean and spread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kerasapps.config.metric import Metric
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.evaluation.shown import DASH, Shown
from kerasapps.workflow.folds.doubts import Doubts

_TABLED: Final = 10  # folds that have a column of their own
_WHAT: Final = (
    "Each fold was judged once, by a network that was trained on the others; the spread is the "
    "standard deviation between folds. The test split was not looked at."
)


@dataclass(frozen=True)
class Fold:
    """One fold.

    Attributes:
        examples: that were judged.
        epochs: of its training.
        seconds: that it took.
        figures: name → value, of all numbers among the task's figures; names of nested ones are
            dotted.
    """

    examples: int
    epochs: int
    seconds: float
    figures: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**vars(self), "figures": dict(self.figures)}


@dataclass(frozen=True)
class CrossValidated:
    """The figures of all folds.

    Attributes:
        folds: one value a fold.
        metric: the figure that counts most.
        doubts: labels that the networks found probably wrong; None where they found none.
    """

    folds: tuple[Fold, ...]
    metric: Metric
    doubts: Doubts | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], metric: Metric) -> CrossValidated:
        """What `to_dict` gave.

        Raises:
            TypeError, KeyError: if it is something else.
        """
        doubts = values.get("label_errors")
        return cls(
            tuple(Fold(**each) for each in values["folds"]),
            metric,
            None if doubts is None else Doubts.from_dict(doubts),
        )

    @property
    def names(self) -> list[str]:
        """Of the figures that all folds have, the one that counts most first."""
        first, *others = (fold.figures for fold in self.folds)
        names = [name for name in first if all(name in each for each in others)]
        return self.metric.first_of(names)

    @property
    def mean(self) -> dict[str, float]:
        """The mean of each figure over the folds."""
        return {name: float(np.mean(self._of(name))) for name in self.names}

    @property
    def spread(self) -> dict[str, float]:
        """The standard deviation of each figure between the folds, with n - 1."""
        return {name: float(np.std(self._of(name), ddof=1)) for name in self.names}

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        doubts = {} if self.doubts is None else {"label_errors": self.doubts.to_dict()}
        return {
            "judged_on": "folds of train and validation",
            "mean": self.mean,
            "standard_deviation": self.spread,
            "folds": [fold.to_dict() for fold in self.folds],
            **doubts,
        }

    @property
    def headline(self) -> str:
        """The figure that counts most, in a line."""
        key, metric = self.metric.key, self.metric
        mean, spread = metric.text(self.mean[key]), metric.text(self.spread[key])
        return f"Cross-validated {metric.called(key)} {mean} ± {spread} ({len(self.folds)} folds)"

    def shown(self) -> Shown:
        """A row a figure."""
        numbered = range(1, len(self.folds) + 1) if len(self.folds) <= _TABLED else ()
        columns = [f"fold {number}" for number in numbered]
        return Shown(
            title=f"Cross-validation, {len(self.folds)} folds of training and validation data",
            columns=("figure", "mean", "spread", *columns),
            rows=[[str(DASH if each is None else each) for each in row] for row in self._rows()],
            lines=[self.headline],
            spare=columns[::-1],
        )

    def section(self) -> Section:
        """The same for the report, with what each fold was."""
        each = [
            [number, fold.examples, fold.epochs, round(fold.seconds, 1)]
            for number, fold in enumerate(self.folds, 1)
        ]
        numbers = [f"Fold {number}" for number, *_ in each[:_TABLED]]
        columns = numbers if len(each) <= _TABLED else []
        return plain_section(
            "folds",
            link="Folds",
            heading="Cross-validation",
            lead=f"{self.headline}. {_WHAT}",
            tables=[
                Table(
                    heading="Figures",
                    columns=("Figure", "Mean", "Spread", *columns),
                    rows=list(self._rows()),
                ),
                Table(
                    heading="Folds",
                    columns=("Fold", "Examples", "Epochs", "Seconds"),
                    rows=each,
                ),
                *([] if self.doubts is None else [self.doubts.table()]),
            ],
        )

    def _rows(self) -> Iterator[Sequence[str]]:
        """A row a figure that is not of a part of the answers alone."""
        mean, spread = self.mean, self.spread
        for name in self.names:
            if "." in name and name != self.metric.key:
                continue
            values = self._of(name) if len(self.folds) <= _TABLED else []
            each = (mean[name], _as_fine(spread[name], as_=mean[name]), *values)
            yield [self.metric.called(name), *(self.metric.text_of(name, value) for value in each)]

    def _of(self, name: str) -> list[float]:
        return [fold.figures[name] for fold in self.folds]


def _as_fine(spread: float, *, as_: float) -> float:
    """The spread to as many decimals as four digits of its mean have."""
    if not as_ or not math.isfinite(as_):
        return spread
    return round(spread, 3 - math.floor(math.log10(abs(as_))))


def numbers_in(figures: Mapping[str, Any]) -> dict[str, float]:
    """All numbers with a fraction among a task's figures, by dotted names; counts are none.

    Args:
        figures: as their `to_dict` gives them. Of a list of parts, such as classes, each is called
            by its `label` or `name`.
    """
    return dict(_numbers(figures, ""))


def _numbers(values: Any, name: str) -> Iterator[tuple[str, float]]:
    if isinstance(values, float):
        yield name, values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield from _numbers(value, f"{name}.{key}" if name else str(key))
    elif isinstance(values, list | tuple):
        for each in values:
            part = each.get("label", each.get("name")) if isinstance(each, Mapping) else None
            if part is not None:
                yield from _numbers(each, f"{name}.{part}")
