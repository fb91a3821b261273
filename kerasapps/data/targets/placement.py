"""The targets of examples that have their splits: what is to be answered, and whether it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import LoadConfig
from kerasapps.config.targets import TargetKind
from kerasapps.data.classes import check_classes
from kerasapps.data.partition import Sets, too_few
from kerasapps.data.splits import SPLITS, Target, label_order
from kerasapps.data.targets.checks import check_labels, warn_few
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import all_names, memberships, names_of, number_table, numbers_of
from kerasapps.data.targets.numbers import number_errors
from kerasapps.wording.counted import are, counted

LABEL_COLUMN = "label_column"
"""The option that names the column of classes or labels, where a task has no other."""


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of some examples, each different one once.

    Attributes:
        kind: "class", "labels" or "number".
        keys: the different ones as texts; see `kinds`.
        codes: int32 `(n,)`, of each example the index into `keys`.
        columns: names of the numbers; none otherwise.
    """

    kind: TargetKind
    keys: Sequence[str]
    codes: NDArray[np.int32]
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, labels: Sequence[str], form: TargetForm) -> Targets:
        """What examples of one source are to be answered with.

        Args:
            labels: the target of each as a text; see `kinds`.
            form: what they are taken for.
        """
        keys = label_order(set(labels))
        places = {key: place for place, key in enumerate(keys)}
        codes = np.array([places[label] for label in labels], np.int32)
        return cls(form.kind, keys, codes, form.names if form.kind == "number" else ())

    @property
    def strata(self) -> NDArray[np.int32]:
        """int32 `(n,)`: what splits are to have equal shares of; see `sets`."""
        return np.zeros_like(self.codes) if self.kind == "number" else self.codes

    @property
    def sets(self) -> Sets | None:
        """Of sets of labels the places of each key's labels in `labels`."""
        if self.kind != "labels":
            return None
        places = {name: place for place, name in enumerate(self.labels)}
        return [np.array([places[each] for each in names_of(key)], np.intp) for key in self.keys]

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of all classes or labels, in the order of outputs; none of numbers."""
        if self.kind == "number":
            return ()
        return all_names(self.keys) if self.kind == "labels" else label_order(set(self.keys))

    def select(self, rows: np.ndarray) -> Targets:
        """Those of some examples."""
        return Targets(self.kind, self.keys, self.codes[rows], self.columns)


@dataclass(frozen=True, eq=False)
class PlacedTargets:
    """What examples with splits are to be answered with.

    Attributes:
        target: the kind, and the names that training has.
        counts: examples in use per split and class or label, in the order of outputs; none of
            numbers.
        sizes: examples in use per split.
        kept: bool `(n,)`, whether an example is in use: a class may be unknown in training.
        errors: why the targets cannot be learnt.
        warnings: what the user should know of them.
    """

    target: Target
    counts: dict[str, dict[str, int]]
    sizes: dict[str, int]
    kept: NDArray[np.bool_]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """See `Splits.labels`."""
        return () if self.target.kind == "number" else self.target.names

    def answers(self, targets: Targets) -> NDArray[np.generic]:
        """The answers of n examples in use.

        Returns:
            Of classes int32 `(n,)`, indices into `labels`; of k labels uint8 `(n, k)`; of numbers
            float64 `(n,)`, or `(n, m)` of m columns.
        """
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
    place = {"class": _classes, "labels": _labels, "number": _numbers}[targets.kind]
    return place(targets, splits, few=few, shares=shares, config=config, noun=noun, option=option)


def _classes(
    targets: Targets,
    splits: np.ndarray,
    *,
    few: Mapping[int, int],
    shares: Mapping[str, float],
    config: LoadConfig,
    noun: str,
    option: str = LABEL_COLUMN,
) -> PlacedTargets:
    check = check_classes(_counts(targets, splits), config=config, noun=noun)
    unknown = [place for place, key in enumerate(targets.keys) if key in check.unknown]
    kept = ~np.isin(targets.codes, unknown)
    counts = _counts(targets.select(kept), splits[kept])
    named = {key: few[code] for key, code in _ordered(targets.keys) if code in few}
    return PlacedTargets(
        target=Target("class", tuple(counts["train"])),
        counts=counts,
        sizes=_sizes(splits[kept]),
        kept=kept,
        errors=(*too_few(named, shares, noun=noun, option=option), *check.errors),
        warnings=check.warnings,
    )


def _labels(
    targets: Targets,
    splits: np.ndarray,
    *,
    few: Mapping[int, int],
    shares: Mapping[str, float],
    config: LoadConfig,
    noun: str,
    option: str = LABEL_COLUMN,
) -> PlacedTargets:
    counts, sizes = _counts(targets, splits), _sizes(splits)
    check = check_labels(counts, sizes, config=config, noun=noun)
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
        errors=(*(_too_rare(sizes, shares, noun, option) if few else ()), *check.errors),
        warnings=(
            *warn_few({names[place]: few[place] for place in sorted(few)}, noun=noun),
            *check.warnings,
        ),
    )


def _numbers(
    targets: Targets,
    splits: np.ndarray,
    *,
    few: Mapping[int, int],
    shares: Mapping[str, float],
    config: LoadConfig,
    noun: str,
    option: str = LABEL_COLUMN,
) -> PlacedTargets:
    trained = targets.codes[splits == SPLITS.index("train")]
    errors: list[str] = []
    if len(trained):
        columns = number_table(targets.keys)[trained].T
        for name, numbers in zip(targets.columns, columns, strict=True):
            errors += number_errors(name, numbers, noun=noun)
    return PlacedTargets(
        target=Target("number", targets.columns),
        counts={},
        sizes=_sizes(splits),
        kept=np.ones(len(splits), bool),
        errors=(*_too_few_numbers(few, shares, noun), *errors),
        warnings=(),
    )


def _too_rare(
    sizes: Mapping[str, int], shares: Mapping[str, float], noun: str, option: str
) -> list[str]:
    """An error where labels are so rare that all that has any is for training."""
    empty = [split for split in SPLITS if split in shares and not sizes[split]]
    if not empty:
        return []
    return [
        f"no {noun} is left for {' and '.join(empty)}: nearly every label has too few {noun}s to "
        f"be in every split (it takes {len(shares) + 1}). Are they labels? If not, name another "
        f"column ({option}) or say what they are (--target-kind)"
    ]


def _too_few_numbers(few: Mapping[int, int], shares: Mapping[str, float], noun: str) -> list[str]:
    return [
        f"there {are(count)} {counted(count, f'different {noun}')}, too few to be in "
        f"{len(shares) + 1} splits"
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
