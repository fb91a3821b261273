"""What an audit tells of targets: counts, sets of labels, and numbers that lie apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kerasapps.data.audit import Audit, Finding, Listed, itemise
from kerasapps.data.classes import class_figures
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.kinds import CALLED, names_of
from kerasapps.data.targets.number_audit import OriginOf, outlier_finding, spread_figure
from kerasapps.data.targets.placement import PlacedTargets
from kerasapps.data.targets.targets import Targets
from kerasapps.wording.shortened import MOST_CLASSES


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
        told = (outlier_finding(targets, origin_of, noun=noun),)
        spread = spread_figure(targets, splits)
        return TargetAudit((figure, spread), told, CALLED[targets.kind])
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
