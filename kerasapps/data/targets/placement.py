"""The targets of examples that have their splits: what is to be answered, and whether it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import LoadConfig
from kerasapps.config.targets import PartKind
from kerasapps.data.classes import check_classes
from kerasapps.data.partition import too_few
from kerasapps.data.splits import SPLITS, Part, Target, label_order
from kerasapps.data.targets.checks import check_labels, warn_few
from kerasapps.data.targets.kinds import all_names, memberships, names_of, numbers_of
from kerasapps.data.targets.numbers import number_errors
from kerasapps.data.targets.targets import Targets
from kerasapps.wording.counted import are, counted

LABEL_COLUMN = "label_column"
"""The option that names the column of classes or labels, where a task has no other."""


@dataclass(frozen=True)
class _Wanted:
    """What was asked for: see `place_targets`, whose arguments these are."""

    shares: Mapping[str, float]
    config: LoadConfig
    noun: str
    option: str


@dataclass(frozen=True, eq=False)
class PlacedTargets:
    """What examples with splits are to be answered with.

    Attributes:
        target: the kind, and the names that training has.
        counts: examples in use per split and class or label, in the order of outputs; none of
            numbers and several answers.
        sizes: examples in use per split.
        kept: bool `(n,)`, whether an example is in use: a class may be unknown in training.
        errors: why the targets cannot be learnt.
        warnings: what the user should know of them.
        parts: each of several answers, of the examples in use; none of the other kinds.
    """

    target: Target
    counts: dict[str, dict[str, int]]
    sizes: dict[str, int]
    kept: NDArray[np.bool_]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    parts: tuple[PlacedTargets, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """See `Splits.labels`."""
        return self.target.names if self.target.kind in ("class", "labels") else ()

    def answers(self, targets: Targets) -> NDArray[np.generic]:
        """The answers of n examples in use.

        Returns:
            Of classes int32 `(n,)`, indices into `labels`; of k labels uint8 `(n, k)`; of numbers
            float64 `(n,)`; of several answers float64 `(n, m)`, these side by side: see
            `Part.columns`.
        """
        if targets.kind == "several":
            parts = zip(self.parts, targets.parts, strict=True)
            columns = [placed.answers(part) for placed, part in parts]
            return np.column_stack(columns).astype(np.float64)
        if targets.kind == "labels":
            return memberships(targets.keys, self.target.names)[targets.codes]
        if targets.kind == "number":
            return numbers_of(targets.keys)[targets.codes]
        places = {name: place for place, name in enumerate(self.target.names)}
        return np.array([places.get(key, -1) for key in targets.keys], np.int32)[targets.codes]


def place_targets(
    targets: Targets,
    splits: np.ndarray,
    *,
    few: Mapping[int, int],
    shares: Mapping[str, float],
    config: LoadConfig,
    noun: str,
    option: str = LABEL_COLUMN,
) -> PlacedTargets:
    """Compare what the splits are to be answered with.

    Args:
        targets: of n examples.
        splits: int8 `(n,)` split codes.
        few: see `partition.place_contents`.
        shares: the splits that were wanted.
        config: what to do with what training never saw.
        noun: what an example is, in the singular.
        option: that names the column of a table's classes or labels.
    """
    return _place(targets, splits, few, _Wanted(shares, config, noun, option))


def _place(
    targets: Targets, splits: np.ndarray, few: Mapping[int, int], wanted: _Wanted
) -> PlacedTargets:
    places = {"class": _classes, "labels": _labels, "number": _numbers, "several": _several}
    return places[targets.kind](targets, splits, few, wanted)


def _classes(
    targets: Targets, splits: np.ndarray, few: Mapping[int, int], wanted: _Wanted
) -> PlacedTargets:
    check = check_classes(_counts(targets, splits), config=wanted.config, noun=wanted.noun)
    unknown = [place for place, key in enumerate(targets.keys) if key in check.unknown]
    kept = ~np.isin(targets.codes, unknown)
    counts = _counts(targets.select(kept), splits[kept])
    named = {key: few[code] for key, code in _ordered(targets.keys) if code in few}
    return PlacedTargets(
        target=Target("class", tuple(counts["train"])),
        counts=counts,
        sizes=_sizes(splits[kept]),
        kept=kept,
        errors=(
            *too_few(named, wanted.shares, noun=wanted.noun, option=wanted.option),
            *check.errors,
        ),
        warnings=check.warnings,
    )


def _labels(
    targets: Targets, splits: np.ndarray, few: Mapping[int, int], wanted: _Wanted
) -> PlacedTargets:
    counts, sizes = _counts(targets, splits), _sizes(splits)
    check = check_labels(counts, sizes, config=wanted.config, noun=wanted.noun)
    names = targets.labels
    known = {
        split: {name: number for name, number in each.items() if name not in check.unknown}
        for split, each in counts.items()
    }
    return PlacedTargets(
        target=Target("labels", tuple(known["train"])),
        counts=known,
        sizes=sizes,
        kept=np.ones(len(splits), bool),
        errors=(*(_too_rare(sizes, wanted) if few else ()), *check.errors),
        warnings=(
            *warn_few({names[place]: few[place] for place in sorted(few)}, noun=wanted.noun),
            *check.warnings,
        ),
    )


def _numbers(
    targets: Targets, splits: np.ndarray, few: Mapping[int, int], wanted: _Wanted
) -> PlacedTargets:
    trained = targets.codes[splits == SPLITS.index("train")]
    errors: list[str] = []
    if len(trained):
        (name,) = targets.form.names
        errors += number_errors(name, numbers_of(targets.keys)[trained], noun=wanted.noun)
    return PlacedTargets(
        target=Target("number", targets.form.names),
        counts={},
        sizes=_sizes(splits),
        kept=np.ones(len(splits), bool),
        errors=(*_too_few_numbers(few, wanted), *errors),
        warnings=(),
    )


def _several(
    targets: Targets, splits: np.ndarray, few: Mapping[int, int], wanted: _Wanted
) -> PlacedTargets:
    """Each answer for itself; an example is in use where it is for all of them."""
    names = targets.form.names

    def placed(rows: NDArray[np.bool_]) -> list[PlacedTargets]:
        chosen = targets.select(rows)
        return [
            _place(part, splits[rows], each, wanted)
            for part, each in zip(chosen.parts, chosen.few_of_parts(few), strict=True)
        ]

    def told(what: str) -> tuple[str, ...]:
        lines = [
            line if part.target.kind == "number" else f"{name}: {line}"
            for parts in (every, used)
            for name, part in zip(names, parts, strict=True)
            for line in getattr(part, what)
        ]
        return tuple(dict.fromkeys(lines))

    every = placed(np.ones(len(splits), bool))
    kept = np.logical_and.reduce([part.kept for part in every])
    used = every if kept.all() else placed(kept)
    parts = zip(names, used, strict=True)
    return PlacedTargets(
        target=Target(
            "several",
            names,
            tuple(
                Part(name, cast(PartKind, part.target.kind), part.labels) for name, part in parts
            ),
        ),
        counts={},
        sizes=_sizes(splits[kept]),
        kept=kept,
        errors=told("errors"),
        warnings=told("warnings"),
        parts=tuple(used),
    )


def _too_rare(sizes: Mapping[str, int], wanted: _Wanted) -> list[str]:
    """An error where labels are so rare that all that has any is for training."""
    shares, noun = wanted.shares, wanted.noun
    empty = [split for split in SPLITS if split in shares and not sizes[split]]
    if not empty:
        return []
    return [
        f"no {noun} is left for {' and '.join(empty)}: nearly every label has too few {noun}s to "
        f"be in every split (it takes {len(shares) + 1}). Are they labels? If not, name another "
        f"column ({wanted.option}) or say what they are (--target-kind)"
    ]


def _too_few_numbers(few: Mapping[int, int], wanted: _Wanted) -> list[str]:
    return [
        f"there {are(count)} {counted(count, f'different {wanted.noun}')}, too few to be in "
        f"{len(wanted.shares) + 1} splits"
        for count in few.values()
    ]


def _ordered(keys: Sequence[str]) -> list[tuple[str, int]]:
    code = {key: place for place, key in enumerate(keys)}
    return [(key, code[key]) for key in label_order(set(keys))]


def _counts(targets: Targets, splits: np.ndarray) -> dict[str, dict[str, int]]:
    """Examples per split and name; only names that occur, in the order of outputs."""
    counts = {}
    tallies = {
        split: np.bincount(targets.codes[splits == code], minlength=len(targets.keys))
        for code, split in enumerate(SPLITS)
    }
    used = {targets.keys[code] for code in np.unique(targets.codes)}
    for split, tally in tallies.items():
        totals: dict[str, int] = {}
        for key, number in zip(targets.keys, tally, strict=True):
            for name in names_of(key) if targets.kind == "labels" else (key,):
                totals[name] = totals.get(name, 0) + int(number)
        order = all_names(used) if targets.kind == "labels" else label_order(used)
        counts[split] = {name: totals[name] for name in order if totals.get(name)}
    return counts


def _sizes(splits: np.ndarray) -> dict[str, int]:
    return {split: int((splits == code).sum()) for code, split in enumerate(SPLITS)}
