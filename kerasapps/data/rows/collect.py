"""A stream of rows becomes columns: each different value once, and a number a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.data.audit import BrokenRow, Listed
from kerasapps.data.labels import Labels
from kerasapps.data.ledger import Digests, Ledger, Origins
from kerasapps.data.rows.cells import MISSING, cell_text, numbers_in
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.targets import TargetReading, read_target, target_place
from kerasapps.data.rows.values import Interner, Values
from kerasapps.data.sources.all_columns import TableListing, list_table
from kerasapps.data.sources.columns import named_column
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.sources.rows import Problem, Row


@dataclass(frozen=True, eq=False)
class RowCollection:
    """The usable rows of a source and what was found on the way.

    Attributes:
        columns: name → values of every column but the target.
        target: what is to be answered, of each row: a class's name, or a number as text.
        reading: what the target is taken for.
        config: how columns are read.
        origins: where each row comes from.
        splits: int8 `(n,)` split codes; see `partition`.
        exact: uint64 `(n, 2)` digest of all columns but the target.
        whole: uint64 `(n, 2)` digest of all columns.
        broken: rows that cannot be used.
        faults: how many of each kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
    """

    columns: Mapping[str, Values]
    target: Values
    reading: TargetReading
    config: TabularConfig
    origins: Origins
    splits: np.ndarray
    exact: np.ndarray
    whole: np.ndarray
    broken: Listed[BrokenRow]
    faults: Mapping[str, int]
    seen: frozenset[str | None]

    def __len__(self) -> int:
        return len(self.target)


def list_rows(data: Any, *, config: TabularConfig) -> TableListing:
    """The table in `data`, to be read once; where the target was guessed, it says so.

    Raises:
        DataError: if there is no table, or it lacks a column that the user named.
    """
    asked = (*config.number_columns, *config.category_columns, *config.date_columns)
    named = (*asked, *config.ignore, *((config.target,) if config.target else ()))
    listing = list_table(data, named=named, encoding=config.encoding)
    where = describe_source(data)
    for field in ("number_columns", "category_columns", "date_columns", "ignore"):
        for name in getattr(config, field):
            named_column(name, listing.names, option=field, where=where)
    _, guess = target_place(listing.names, config=config, where=where)
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
    place, _ = target_place(listing.names, config=config, where="the table")
    collector = _Collector(listing.names, place, config)
    for row in listing.rows():
        collector.add(row)
    return collector.finish()


class _Collector:
    def __init__(self, names: Sequence[str], place: int, config: TabularConfig) -> None:
        self._names, self._place, self._config = names, place, config
        self._ledger = Ledger()
        self._digests = Digests(2)
        self._labels = Labels()
        self._columns = [Interner() for _ in names]

    def add(self, row: Row) -> None:
        """Check one row, and take in its cells when it can be used."""
        problem, target = row.problem, ""
        if problem is None:
            target, problem = self._target(row.values[self._place])
        if not self._ledger.note(row, problem):
            return
        cells = [
            interner.add(target if place == self._place else value)
            for place, (interner, value) in enumerate(zip(self._columns, row.values, strict=True))
        ]
        whole = "\x1f".join(cells).encode("utf-8", "surrogatepass")
        cells[self._place] = ""
        self._digests.add("\x1f".join(cells).encode("utf-8", "surrogatepass"), whole)

    def _target(self, value: object) -> tuple[str, Problem | None]:
        name = self._names[self._place]
        text = cell_text(value)
        if text == MISSING:
            return "", Problem("no label", f"{name} is missing")
        if self._config.answer != "number":
            label, problem = self._labels.read(value)
            return label, problem and problem._replace(reason=f"{name}: {problem.reason}")
        is_number = not np.isnan(numbers_in([text])[0])
        return text, None if is_number else Problem("no label", f"{name} {text!r} is no number")

    def finish(self) -> tuple[RowCollection, Sequence[str]]:
        values = dict(zip(self._names, (each.values() for each in self._columns), strict=True))
        name = self._names[self._place]
        target = values.pop(name)
        exact, whole = self._digests.columns()
        reading = read_target(name, target, config=self._config)
        collection = RowCollection(
            columns=values,
            target=target,
            reading=reading,
            config=self._config,
            origins=self._ledger.origins(),
            splits=self._ledger.splits(),
            exact=exact,
            whole=whole,
            broken=self._ledger.broken,
            faults=dict(self._ledger.faults),
            seen=frozenset(self._ledger.seen),
        )
        return collection, self._labels.warnings() if reading.answer == "class" else ()
