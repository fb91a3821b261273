"""What an audit tells of targets that are numbers: how they are spread, and which lie apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from kerasapps.data.audit import Finding, Listed, itemise
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.kinds import numbers_of
from kerasapps.data.targets.targets import Targets

_FAR = 6  # widths of the middle half, beyond it

OriginOf = Callable[[int], str]
"""Where an example comes from, by its place."""


@dataclass(frozen=True)
class Outlier:
    """A number far from the others.

    Attributes:
        column: of the number.
        number: itself.
        examples: how many have it.
        origin: where the first of them comes from.
        middle: between which numbers the middle half of all lies.
    """

    column: str
    number: float
    examples: int
    origin: str
    middle: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.middle
        times = f"; {self.examples:,} have it" if self.examples > 1 else ""
        return (
            f"{self.origin}: {self.column} {self.number:.6g} (the middle half: {low:.6g} to "
            f"{high:.6g}{times})"
        )


@dataclass(frozen=True)
class NumberSpread:
    """The numbers of one column in one split."""

    column: str
    split: str
    lowest: float
    median: float
    mean: float
    highest: float
    deviation: float


def _spreads(targets: Targets, splits: np.ndarray) -> list[NumberSpread]:
    (name,), column = targets.form.names, numbers_of(targets.keys)[targets.codes]
    spreads = []
    for code, split in enumerate(SPLITS):
        numbers = column[splits == code]
        if len(numbers):
            spreads.append(NumberSpread(name, split, *_figures(numbers)))
    return spreads


def _figures(numbers: np.ndarray) -> tuple[float, float, float, float, float]:
    """Lowest, median, mean, highest, deviation."""
    with np.errstate(over="ignore", invalid="ignore"):  # of numbers that are refused for their size
        deviation, mean = float(numbers.std()), float(numbers.mean())
    return float(numbers.min()), float(np.median(numbers)), mean, float(numbers.max()), deviation


def spread_figure(targets: Targets, splits: np.ndarray) -> Finding:
    """How the numbers of each split are spread; see `audit.audit_targets`."""
    spreads = _spreads(targets, splits)
    rows = tuple(
        (
            each.column,
            each.split,
            *(
                f"{value:.6g}"
                for value in (each.lowest, each.median, each.mean, each.highest, each.deviation)
            ),
        )
        for each in spreads
    )
    said = [
        f"{column} in {split}: {low} to {high}, mean {mean}, median {median}, deviation {deviation}"
        for column, split, low, median, mean, high, deviation in rows
    ]
    return Finding(
        key="numbers",
        value=[asdict(each) for each in spreads],
        said="\n".join(said),
        heading="Numbers",
        columns=("column", "split", "lowest", "median", "mean", "highest", "deviation"),
        rows=rows,
    )


def _outliers(targets: Targets, origin_of: OriginOf) -> tuple[Outlier, ...]:
    """Numbers far outside the middle half of them, the farthest first."""
    (name,), column = targets.form.names, numbers_of(targets.keys)[targets.codes]
    if not len(column):
        return ()
    found: list[tuple[float, Outlier]] = []
    low, high = (float(each) for each in np.percentile(column, (25, 75)))
    width = high - low
    far = np.maximum(low - column, column - high)
    rows = np.flatnonzero(far > _FAR * width) if width else np.empty(0, np.intp)
    counts = Counter(column[rows].tolist())
    firsts = dict(zip(column[rows[::-1]].tolist(), rows[::-1], strict=True))
    for number, first in firsts.items():
        outlier = Outlier(name, number, counts[number], origin_of(int(first)), (low, high))
        found.append((float(far[first]) / width, outlier))
    found.sort(key=lambda pair: -pair[0])
    return tuple(outlier for _, outlier in found)


def outlier_finding(targets: Targets, origin_of: OriginOf, *, noun: str) -> Finding:
    """Numbers that lie far from the others; see `audit.audit_targets`."""
    outliers = _outliers(targets, origin_of)
    return itemise(
        "outliers",
        Listed(len(outliers), outliers[: Listed.LIMIT]),
        said="Numbers far from all others (used as they are)",
        few=5,
        heading="Numbers far from all others",
        columns=(
            *(("column", "column"), ("number", "number")),
            *((noun.lower(), "examples"), ("the first", "origin")),
        ),
        note="They are used as they are. A number that stands for a missing one must be removed.",
    )
