"""Collected rows become training, validation and test: the rules of `partition`, for tables.

Two equal rows may be two cases that are alike, so that none is taken away. Copies go the same way
where splits are drawn, unless the data parts copies itself: then what is drawn is to be like what
it brings along. Copies in different splits are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.classes import ClassCheck, Counts, check_classes
from kerasapps.data.partition import (
    Parting,
    dense_ranks,
    fingerprint_rows,
    number_contents,
    part_rows,
    too_few,
    with_several,
)
from kerasapps.data.rows.collect import RowCollection
from kerasapps.data.rows.giveaways import Giveaway, find_giveaways
from kerasapps.data.rows.readings import Reading, read_columns
from kerasapps.data.rows.targets import number_hints
from kerasapps.data.rows.told import column_errors, column_warnings
from kerasapps.data.splits import SPLITS, label_order
from kerasapps.data.targets.numbers import number_errors

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, so that different numbers stay different


@dataclass(frozen=True, eq=False)
class RowPlacement:
    """Where every row goes, and what its columns are taken for by the training split.

    Attributes:
        labels: class names in label order; none for numbers.
        answers: `(n,)`, int32 index into `labels`, or float64 numbers.
        parting: what became of the rows.
        counts: rows in use per split and class, in label order; none for numbers.
        classes: how the classes of the splits compare.
        readings: what each column is taken for.
        giveaways: columns that tell the target alone.
        target: name of the column that is answered.
    """

    labels: tuple[str, ...]
    answers: np.ndarray
    parting: Parting
    counts: Counts
    classes: ClassCheck
    readings: tuple[Reading, ...]
    giveaways: tuple[Giveaway, ...]
    target: str

    @property
    def splits(self) -> np.ndarray:
        """int8 `(n,)` split codes."""
        return self.parting.splits

    @property
    def brought(self) -> frozenset[str | None]:
        """The splits that rows came with."""
        return self.parting.brought

    @property
    def known(self) -> np.ndarray:
        """bool, for each of `labels`: whether training has it."""
        return np.array([name not in self.classes.unknown for name in self.labels], bool)

    @property
    def numbers(self) -> np.ndarray:
        """int32 `(n,)` class numbers; of numbers all are of one class."""
        return self.answers if self.labels else np.zeros(len(self.answers), np.int32)

    def of_split(self, split: str) -> np.ndarray:
        """int64, the rows in use of a split, in the order of the data."""
        rows = rows_of_split(self.splits, split)
        return rows[self.known[self.answers[rows]]] if self.labels else rows

    @property
    def errors(self) -> list[str]:
        """Why there are no splits, or nothing to learn from in that for training."""
        names = self.labels or (self.target,)
        few = {names[number]: count for number, count in sorted(self.parting.few.items())}
        errors = too_few(few, self.parting.shares, noun="row", option="target (--target COLUMN)")
        errors += number_hints(self.target, self.labels) if few else []
        errors += self.classes.errors
        trained = self.answers[self.of_split("train")]
        if len(trained) and not self.labels:
            errors += number_errors(self.target, trained)
        return errors + (column_errors(self.readings, target=self.target) if self.readings else [])

    @property
    def warnings(self) -> list[str]:
        """What the user should know of classes and columns."""
        told = column_warnings(self.readings, self.giveaways, target=self.target)
        return [*self.classes.warnings, *told]


def place_rows(collection: RowCollection, *, config: LoadConfig, seed: int) -> RowPlacement:
    """Make the splits that are missing, and read the columns of that for training.

    Args:
        collection: what was collected.
        config: the sizes of the missing splits.
        seed: of their draw; where a row goes depends on its content and the seed only.
    """
    labels, answers = _answers(collection)
    classes = answers if labels else np.zeros(len(answers), np.int32)
    ranks = dense_ranks([tuple(words) for words in collection.whole.tolist()])
    parting = part_rows(
        _apart(collection), classes, collection.splits, ranks=ranks, config=config, seed=seed
    )
    counts = _class_counts(labels, answers, parting.splits) if labels else {}
    train = rows_of_split(parting.splits, "train")
    columns = {name: values.select(train) for name, values in collection.columns.items()}
    readings = read_columns(columns, config=collection.config) if len(train) else ()
    learnable = bool(labels) or not len(train) or not number_errors("", answers[train])
    return RowPlacement(
        labels=labels,
        answers=answers,
        parting=parting,
        counts=counts,
        classes=check_classes(counts, config=config, noun="row") if labels else ClassCheck(),
        readings=readings,
        giveaways=find_giveaways(columns, readings, answers[train]) if learnable else (),
        target=collection.reading.name,
    )


def _apart(collection: RowCollection) -> np.ndarray:
    """uint64 `(n, 2)`, equal for rows that must go the same way where splits are drawn."""
    contents, _ = number_contents(collection.whole)
    splits = collection.splits.astype(np.int64) + 1
    parted = with_several(contents, splits.astype(np.int32)).any()
    number = splits + (len(SPLITS) + 1) * (_copy_numbers(contents) if parted else 0)
    return collection.whole ^ (number.astype(np.uint64) * _SPREAD)[:, np.newaxis]


def _copy_numbers(contents: np.ndarray) -> np.ndarray:
    """int64 `(n,)`: how many rows of the same content stand before each."""
    order = np.argsort(contents, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(contents[order]) != 0])
    counts = np.diff(np.r_[starts, len(order)])
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.arange(len(order)) - np.repeat(starts, counts)
    return numbers


def rows_of_split(splits: np.ndarray, split: str) -> np.ndarray:
    """int64, the rows of a split by their split codes."""
    return np.flatnonzero(splits == SPLITS.index(split))


def _class_counts(
    labels: Sequence[str], answers: np.ndarray, splits: np.ndarray
) -> dict[str, dict[str, int]]:
    counts = {}
    for split in SPLITS:
        tally = np.bincount(answers[rows_of_split(splits, split)], minlength=len(labels))
        counts[split] = {labels[int(n)]: int(tally[n]) for n in np.flatnonzero(tally)}
    return counts


def _answers(collection: RowCollection) -> tuple[tuple[str, ...], np.ndarray]:
    target = collection.target
    if collection.reading.answer == "number":
        return (), target.numbers()
    labels = label_order({text for text, _ in target.present})
    places = {name: place for place, name in enumerate(labels)}
    numbers = np.array([places.get(text, -1) for text in target.texts], np.int32)
    return labels, numbers[target.codes]


def fingerprint_table(collection: RowCollection, placement: RowPlacement) -> str:
    """SHA-256 over the sorted (split, content, answer) of the rows in use."""
    rows = np.concatenate([placement.of_split(split) for split in SPLITS])
    return fingerprint_rows(
        collection.whole[rows],
        placement.numbers[rows],
        placement.splits[rows],
        names=placement.labels or ("",),
    )
