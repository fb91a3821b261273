"""What an audit tells of targets: counts, sets of labels, and numbers that lie apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from kerasapps.data.audit import Audit, Finding, Listed, itemise
from kerasapps.data.classes import class_figures
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.kinds import CALLED, names_of, numbers_of
from kerasapps.data.targets.placement import PlacedTargets
from kerasapps.data.targets.targets import Targets
from kerasapps.wording.shortened import MOST_CLASSES

_FAR = 6  # widths of the middle half, beyond it

OriginOf = Callable[[int], str]
"""Where an example comes from, by its place."""


@dataclass(frozen=True)
class Unlabelled:
    """An example without any label."""

    origin: str

    def __str__(self) -> str:
        return self.origin


@dataclass(frozen=True)
class Together:
    """Labels that every example has all of, or none of."""

    labels: tuple[str, ...]
    examples: int

    def __str__(self) -> str:
        return f"{' = '.join(self.labels)} (in {self.examples:,})"


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


@dataclass(frozen=True)
class TargetAudit:
    """What is told of targets.

    Attributes:
        figures: their counts, `counts` first.
        findings: what was found one by one; none of classes.
        called: what they are, in the plural.
    """

    figures: tuple[Finding, ...]
    findings: tuple[Finding, ...] = ()
    called: str = "labels"

    @property
    def total(self) -> int:
        """Examples in use."""
        return Audit("", self.figures).total


def audit_targets(
    placed: PlacedTargets, targets: Targets, splits: np.ndarray, origin_of: OriginOf, *, noun: str
) -> TargetAudit:
    """What is told of the targets of n examples in use.

    Args:
        placed: what the splits are to be answered with.
        targets: of the examples.
        splits: int8 `(n,)` split codes.
        origin_of: where each comes from.
        noun: what the examples are, in the plural, as a title has it.
    """
    if targets.kind == "class":
        return TargetAudit(class_figures(placed.counts, noun=noun))
    figure = size_figure(placed.sizes, noun=noun)
    if targets.kind == "several":
        return _audit_answers(placed, targets, splits, origin_of, noun=noun)
    if targets.kind == "number":
        spreads = _spreads(targets, splits)
        outliers = _outliers(targets, origin_of)
        told = (_outlier_finding(outliers, noun),)
        return TargetAudit((figure, _spread_figure(spreads)), told, CALLED[targets.kind])
    unlabelled = _unlabelled(targets, origin_of)
    findings = (
        itemise(
            "unlabelled",
            unlabelled,
            said=f"{noun} without any label (used as they are)",
            few=3,
            heading=f"{noun} without any label",
            columns=(("where", "origin"),),
            note="They are used as they are: none of the labels is right for them.",
        ),
        itemise(
            "together",
            tuple(_together(targets)),
            said="Labels that always come together",
            heading="Labels that always come together",
            columns=(("labels", "labels"), ("examples", "examples")),
            note="No model can tell them apart: one of them would do.",
        ),
    )
    figures = (figure, *_label_figures(placed, targets, noun))
    return TargetAudit(figures, findings, CALLED[targets.kind])


def _audit_answers(
    placed: PlacedTargets, targets: Targets, splits: np.ndarray, origin_of: OriginOf, *, noun: str
) -> TargetAudit:
    """What is told of each of several answers, under its name."""
    sizes = size_figure(placed.sizes, noun=noun)
    figures: list[Finding] = [sizes]
    findings: list[Finding] = []
    for name, each, part in zip(targets.form.names, placed.parts, targets.parts, strict=True):
        told = audit_targets(each, part, splits, origin_of, noun=noun)
        figures += [_of_answer(name, it) for it in told.figures if it != sizes]
        findings += [_of_answer(name, it) for it in told.findings]
    return TargetAudit(tuple(figures), tuple(findings), CALLED[targets.kind])


def _of_answer(name: str, finding: Finding) -> Finding:
    """What is told of one of several answers, under its name."""
    between = " " if finding.items is not None else "\n"
    told = not finding.said or finding.said.startswith(f"{name} ")
    return replace(
        finding,
        key=f"{finding.key} of {name}",
        said=finding.said if told else f"{name}:{between}{finding.said}",
        heading=finding.heading and f"{name}: {finding.heading}",
    )


def size_figure(sizes: Mapping[str, int], *, noun: str) -> Finding:
    """Examples in use per split, where they have no classes to count."""
    said = ", ".join(f"{count:,} {split}" for split, count in sizes.items())
    return Finding(
        key="counts",
        value=dict(sizes),
        said=f"{noun}: {said}" if said else "",
        heading=f"{noun} per split",
        columns=("split", noun.lower()),
        rows=tuple(sizes.items()),
    )


def _label_figures(placed: PlacedTargets, targets: Targets, noun: str) -> tuple[Finding, Finding]:
    names = list(dict.fromkeys(name for split in placed.counts.values() for name in split))
    table = [[split.get(name, 0) for split in placed.counts.values()] for name in names]
    each = np.array([len(names_of(key)) for key in targets.keys], np.int64)[targets.codes]
    mean = float(each.mean()) if len(each) else 0.0
    different = len(np.unique(targets.codes))
    note = f"Labels of an example: {mean:.2f} on average, {different:,} different sets."
    figure = Finding(
        key="label_counts",
        value=placed.counts,
        said=f"{_counts_text(names, table)}\n{note}" if names else "",
        heading=f"{noun} per label",
        columns=("label", *placed.counts),
        rows=tuple((name, *row) for name, row in zip(names, table, strict=True)),
        note=note,
    )
    return figure, Finding(key="labels_each", value=mean)


def _counts_text(names: list[str], table: list[list[int]]) -> str:
    """A table of the examples per label and split: of many labels the rarest in training."""
    order = sorted(range(len(names)), key=lambda place: table[place][0])[:MOST_CLASSES]
    wide = max(len("label"), *(len(names[place]) for place in order))
    lines = [f"{'label':<{wide}}" + "".join(f"{split:>12}" for split in SPLITS)]
    for place in sorted(order):
        lines.append(f"{names[place]:<{wide}}" + "".join(f"{n:>12,}" for n in table[place]))
    if len(names) > len(order):
        more = len(names) - len(order)
        lines.append(f"… and {more:,} labels with more training examples (--json: all)")
    return "\n".join(lines)


def _unlabelled(targets: Targets, origin_of: OriginOf) -> Listed[Unlabelled]:
    empty = [place for place, key in enumerate(targets.keys) if not key]
    rows = np.flatnonzero(np.isin(targets.codes, empty))
    return Listed(len(rows), tuple(Unlabelled(origin_of(int(row))) for row in rows[: Listed.LIMIT]))


def _together(targets: Targets) -> list[Together]:
    counts = np.bincount(targets.codes, minlength=len(targets.keys))
    holders: dict[str, list[int]] = defaultdict(list)
    for place in np.flatnonzero(counts).tolist():
        for name in names_of(targets.keys[place]):
            holders[name].append(place)
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name in targets.labels:
        if name in holders:
            groups[tuple(holders[name])].append(name)
    return [
        Together(tuple(names), int(counts[[*places]].sum()))
        for places, names in groups.items()
        if len(names) > 1
    ]


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


def _spread_figure(spreads: list[NumberSpread]) -> Finding:
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


def _outlier_finding(outliers: tuple[Outlier, ...], noun: str) -> Finding:
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
