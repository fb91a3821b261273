"""Collected rows become training, validation and test: the rules of `partition`, for tables.

Two equal rows may be two cases that are alike, so that none is taken away. Copies go the same way
where splits are drawn, unless the data parts copies itself: then what is drawn is to be like what
it brings along. Copies in different splits are named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.partition import (
    Parting,
    dense_ranks,
    fingerprint_rows,
    number_contents,
    part_rows,
    with_several,
)
from kerasapps.data.rows.collect import RowCollection
from kerasapps.data.rows.giveaways import Giveaway, giveaways_of
from kerasapps.data.rows.readings import Reading, read_columns
from kerasapps.data.rows.targets import number_hints
from kerasapps.data.rows.told import column_errors, column_warnings
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.placement import PlacedTargets, place_targets
from kerasapps.data.targets.targets import Targets

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, so that different numbers stay different


@dataclass(frozen=True, eq=False)
class RowPlacement:
    """Where every row goes, and what its columns are taken for by the training split.

    Attributes:
        rows: int64, the rows in use.
        targets: what all rows are to be answered with.
        placed: what those in use are.
        parting: what became of the rows.
        readings: what each column is taken for.
        giveaways: columns that tell the target alone.
        target: name of what is answered.
    """

    rows: np.ndarray
    targets: Targets
    placed: PlacedTargets
    parting: Parting
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
    def labels(self) -> tuple[str, ...]:
        """Names of the classes or labels; none of numbers."""
        return self.placed.labels

    @property
    def numbers(self) -> np.ndarray:
        """int32 `(n,)`: what splits have equal shares of; of numbers all are alike."""
        return self.targets.strata

    def of_split(self, split: str) -> np.ndarray:
        """int64, the rows in use of a split, in the order of the data."""
        return self.rows[self.splits[self.rows] == SPLITS.index(split)]

    def answers(self, split: str) -> np.ndarray:
        """What the rows of a split are answered with; see `PlacedTargets.answers`."""
        return self.placed.answers(self.targets.select(self.of_split(split)))

    @property
    def errors(self) -> list[str]:
        """Why there are no splits, or nothing to learn from in that for training."""
        hints = number_hints(self.target, self.targets.labels) if self._are_few else []
        columns = column_errors(self.readings, target=self.target) if self.readings else []
        return [*self.placed.errors, *hints, *columns]

    @property
    def _are_few(self) -> bool:
        return self.targets.kind == "class" and bool(self.parting.few)

    @property
    def warnings(self) -> list[str]:
        """What the user should know of classes and columns."""
        told = column_warnings(self.readings, self.giveaways, target=self.target)
        return [*self.placed.warnings, *told]


def place_rows(collection: RowCollection, *, config: LoadConfig, seed: int) -> RowPlacement:
    """Make the splits that are missing, and read the columns of that for training.

    Args:
        collection: what was collected.
        config: the sizes of the missing splits.
        seed: of their draw; where a row goes depends on its content and the seed only.
    """
    targets = collection.targets
    ranks = dense_ranks([tuple(words) for words in collection.whole.tolist()])
    parting = part_rows(
        _apart(collection),
        targets.strata,
        collection.splits,
        ranks=ranks,
        config=config,
        seed=seed,
        sets=targets.sets,
    )
    rows = np.flatnonzero(~collection.repeats)
    placed = place_targets(
        targets.select(rows),
        parting.splits[rows],
        few=parting.few,
        shares=parting.shares,
        config=config,
        noun="row",
        option="target (--target COLUMN)",
    )
    rows = rows[placed.kept]
    train = rows[parting.splits[rows] == SPLITS.index("train")]
    columns = {name: values.select(train) for name, values in collection.columns.items()}
    readings = read_columns(columns, config=collection.config) if len(train) else ()
    answers = placed.answers(targets.select(train))
    return RowPlacement(
        rows=rows,
        targets=targets,
        placed=placed,
        parting=parting,
        readings=readings,
        giveaways=() if placed.errors else giveaways_of(columns, readings, answers, placed.target),
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


def fingerprint_table(collection: RowCollection, placement: RowPlacement) -> str:
    """SHA-256 over the sorted (split, content, answer) of the rows in use."""
    rows = np.concatenate([placement.of_split(split) for split in SPLITS])
    named = placement.targets.kind in ("class", "labels")  # of others the content has the answer
    return fingerprint_rows(
        collection.whole[rows],
        placement.numbers[rows] if named else np.zeros(len(rows), np.int32),
        placement.splits[rows],
        names=placement.targets.keys if named else ("",),
    )
