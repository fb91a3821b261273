"""A stream of rows becomes columns: each different value once, and a number a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kerasapps.config.targets import bare_column
from kerasapps.data.audit import BrokenRow, Listed
from kerasapps.data.ledger import Digests, Ledger, Origins
from kerasapps.data.rows.answers import (
    FormedTarget,
    SingleTarget,
    form_of_rows,
    is_single,
    target_cell,
)
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.targets import TargetReading, target_places
from kerasapps.data.rows.values import Interner, Values
from kerasapps.data.sources.all_columns import TableListing, list_table
from kerasapps.data.sources.columns import named_column
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.sources.rows import Row
from kerasapps.data.targets.targets import Targets


@dataclass(frozen=True, eq=False)
class RowCollection:
    """The usable rows of a source and what was found on the way.

    Attributes:
        columns: name → values of every column that is not answered.
        targets: what is to be answered, of each row.
        reading: what the target is taken for.
        config: how columns are read.
        origins: where each row comes from.
        splits: int8 `(n,)` split codes; see `partition`.
        exact: uint64 `(n, 2)` digest of all columns but the target.
        whole: uint64 `(n, 2)` digest of all columns; of rows whose labels were put together as
            `exact`.
        repeats: bool `(n,)`, whether a row only adds a label to an earlier one.
        broken: rows that cannot be used.
        faults: how many of each kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
    """

    columns: Mapping[str, Values]
    targets: Targets
    reading: TargetReading
    config: TabularConfig
    origins: Origins
    splits: np.ndarray
    exact: np.ndarray
    whole: np.ndarray
    repeats: np.ndarray
    broken: Listed[BrokenRow]
    faults: Mapping[str, int]
    seen: frozenset[str | None]

    def __len__(self) -> int:
        return len(self.targets.codes)


def list_rows(data: Any, *, config: TabularConfig) -> TableListing:
    """The table in `data`, to be read once; where the target was guessed, it says so.

    Raises:
        DataError: if there is no table, or it lacks a column that the user named.
    """
    asked = (*config.number_columns, *config.category_columns, *config.date_columns)
    answered = (
        *config.target_columns,
        *map(bare_column, config.target_columns),
        *((config.target,) if config.target else ()),
    )
    named = (*asked, *config.ignore, *answered)
    listing = list_table(data, named=named, encoding=config.encoding)
    where = describe_source(data)
    for field in ("number_columns", "category_columns", "date_columns", "ignore"):
        for name in getattr(config, field):
            named_column(name, listing.names, option=field, where=where)
    _, guess = target_places(listing.names, config=config, where=where)
    listing.guesses += [guess] if guess else []
    return listing


def collect_rows(
    listing: TableListing, *, config: TabularConfig
) -> tuple[RowCollection, Sequence[str]]:
    """Read all rows.

    Args:
        listing: of the source.
        config: the target, and what it is.

    Returns:
        The usable rows, and warnings about the labels.

    Raises:
        DataError: if the target holds no number, and one is asked for.
    """
    places, _ = target_places(listing.names, config=config, where="the table")
    cell_of = partial(target_cell, {listing.names[place]: place for place in places})
    form, rows = form_of_rows(listing.rows(), cell_of, one=len(places) == 1, config=config)
    target: SingleTarget | FormedTarget
    if len(places) == 1 and is_single(form):
        target = SingleTarget(listing.names[places[0]], config)
    else:
        target = FormedTarget([listing.names[place] for place in places], form)
    collector = _Collector(listing.names, places, target, config)
    for row in rows:
        collector.add(row, cell_of(row))
    return collector.finish()


class _Collector:
    def __init__(
        self,
        names: Sequence[str],
        places: Sequence[int],
        target: SingleTarget | FormedTarget,
        config: TabularConfig,
    ) -> None:
        self._names, self._places, self._config = names, places, config
        self._target = target
        self._ledger = Ledger()
        self._digests = Digests(2)
        self._columns = {
            place: Interner() for place in range(len(names)) if place not in set(places)
        }

    def add(self, row: Row, target: object) -> None:
        """Check one row, and take in its cells when it can be used."""
        problem, key = row.problem, ""
        if problem is None:
            key, problem = self._target.read(target)
        if not self._ledger.note(row, problem):
            return
        cells = [""] * len(self._names)
        for place, interner in self._columns.items():
            cells[place] = interner.add(row.values[place])
        exact = "\x1f".join(cells)
        cells[self._places[0]] = self._target.add(key)
        whole = "\x1f".join(cells)
        self._digests.add(*(each.encode("utf-8", "surrogatepass") for each in (exact, whole)))

    def finish(self) -> tuple[RowCollection, Sequence[str]]:
        exact, whole = self._digests.columns()
        splits = self._ledger.splits()
        targets, reading, whole, repeats = self._target.finish(exact, whole, splits)
        collection = RowCollection(
            columns={self._names[place]: each.values() for place, each in self._columns.items()},
            targets=targets,
            reading=reading,
            config=self._config,
            origins=self._ledger.origins(),
            splits=splits,
            exact=exact,
            whole=whole,
            repeats=repeats,
            broken=self._ledger.broken,
            faults=dict(self._ledger.faults),
            seen=frozenset(self._ledger.seen),
        )
        return collection, () if reading.answer == "number" else self._target.warnings()
