"""Tables, whatever their format, become streams of rows: the wanted values, and a split each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kerasapps.data.sources.columns import (
    Columns,
    match_columns,
    refuse_doubles,
    unread_columns,
    unread_splits,
)
from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.rows import Problem, Row, RowListing, is_missing, width_problem
from kerasapps.data.sources.split_names import KNOWN, describe_splits, split_named
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.table_formats import Names, open_table
from kerasapps.wording.shortened import shortened

Choose = Callable[[Sequence[str], Sequence[Sequence[object]], str], Columns]


@dataclass(frozen=True)
class TableKind:
    """What is to be read from tables.

    Attributes:
        names: from the first rows of a delimited file the names of its columns, and whether the
            first row holds them.
        choose: the columns to take, from the names of all, some rows, and the table's name.
        example: of a line of JSON, for a message.
        encoding: of files, where the user named it.
        narrow: whether a delimited file may have a single column.
        reshape: what is done to a table before its columns are chosen; None: nothing.
        several: whether a row may have several labels, where a format knows of it; None: found
            out.
    """

    names: Names
    choose: Choose
    example: str
    encoding: str | None = None
    narrow: bool = False
    reshape: Callable[[Table], Table] | None = None
    several: bool | None = False

    def open(self, data: Any, *, header: bool | None = None) -> Table:
        """The table in `data`, or `data` where it is one; else as `open_table`."""
        if isinstance(data, Table):
            return data
        table = open_table(
            data,
            names=self.names,
            header=header,
            example=self.example,
            encoding=self.encoding,
            narrow=self.narrow,
            several=self.several,
        )
        return table if self.reshape is None else self.reshape(table)


def add_table(
    listing: RowListing,
    data: Any,
    *,
    kind: TableKind,
    split: str | None = None,
    like: Columns | None = None,
) -> Columns:
    """Add the rows of a table to a listing, and say which columns were taken.

    Args:
        listing: to add to.
        data: as `open_table` takes it, or a `Table`.
        kind: what is to be read.
        split: of the rows; None: what the table's own column says, if it has one.
        like: the columns of the first file of the same data; None: this is the first.

    Raises:
        DataError: if there is no such table in it, or a name stands over two of its columns.
        DependencyError: if reading its format needs a package that is not installed.
    """
    table = kind.open(data, header=None if like is None else like.header)
    where = table.where or type(data).__name__
    add_encoding(listing, table.encoding)
    listing.guesses += table.guesses
    if like is None:
        columns = kind.choose(table.names, table.sample, where)
        columns = columns if split is None else dataclasses.replace(columns, split=None)
        if columns.guessed or columns.split is not None:
            listing.guesses.append(columns.describe(where, first_row=table.first_row))
        unread = unread_splits(columns) if split is None else None
        listing.warnings += [f"{where}: {unread}"] if unread else []
    else:
        columns = match_columns(like, table.names, header=table.header, where=where)
    further = unread_columns(columns)
    listing.warnings += [f"{where}: {further}"] if further else []
    refuse_doubles(columns, where)
    listing.columns = tuple(columns.names[place] for place in columns.places)
    listing.parts.append(lambda: rows_of(table, columns, split, listing))
    return columns


def add_encoding(listing: RowListing, encoding: Encoding) -> None:
    """Say in a listing how a file is read, where it is not plain UTF-8."""
    listing.guesses += [encoding.guessed] if encoding.guessed else []
    listing.warnings += [encoding.doubt] if encoding.doubt else []


def rows_of(
    table: Table,
    columns: Columns,
    split: str | None,
    listing: RowListing,
    *,
    empty: str = "has no rows",
) -> Iterator[Row]:
    """The rows of a table that is open.

    Args:
        table: to be read.
        columns: those to take.
        split: of the rows; None: what the table's own column says, if it has one.
        listing: learns what was found while they were read.
        empty: what is said of a table without any.
    """
    wanted = [*columns.places] + ([] if columns.split is None else [columns.split])
    splits = _Splits(columns.split, fixed=split)
    where = table.where or "the table"
    count = 0
    for record in table.records(wanted):
        count += 1
        yield _row(table.where, record, columns, splits)
    if not count:
        listing.errors.append(f"{where} {empty}")
    if splits.need_telling():
        listing.guesses.append(describe_splits(where, splits.named))
    if table.further and not columns.wanted:
        named = shortened([f"{name!r} (row {row})" for name, row in table.further.items()])
        listing.warnings.append(
            f"{where}: columns that none of the first rows has are not read: {named}"
        )
    listing.notes += table.notes
    listing.errors += table.errors


class _Splits:
    """Reads the splits of rows, and remembers which values name them.

    Args:
        place: of the column that names them; None if there is none.
        fixed: the split of all rows, where there is no such column.

    Attributes:
        fixed: as given.
        named: the splits by the values that name them.
    """

    def __init__(self, place: int | None, *, fixed: str | None) -> None:
        self._place = place
        self.fixed = fixed
        self.named: dict[str, str] = {}

    def read(self, fields: Sequence[object]) -> tuple[str | None, Problem | None]:
        """The split of a row, if it has one, and what is wrong with its value."""
        if self._place is None:
            return self.fixed, None
        value = fields[self._place]
        written = "" if is_missing(value) else str(value).strip()
        split = split_named(written)
        if split is not None:
            self.named[written] = split
        elif written:
            return None, Problem("format", f"split {written!r} is not known: {KNOWN}")
        return split, None

    def need_telling(self) -> bool:
        """Whether a value is not simply the name of its split."""
        return any(written != split for written, split in self.named.items())


def _row(where: str, record: Record, columns: Columns, splits: _Splits) -> Row:
    number, fields, problem = record
    problem = problem or width_problem(fields, columns.names)
    split = splits.fixed
    if problem is None:
        split, problem = splits.read(fields)
    if problem is not None:
        return Row(where, number, (), split, problem)
    return Row(where, number, tuple(fields[place] for place in columns.places), split)
