"""Tables of which all columns are read, each by its name: what tabular data is made of."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.data.sources.column_choice import guess_names
from kerasapps.data.sources.columns import (
    SPLIT_COLUMN,
    Columns,
    match_columns,
    split_column,
)
from kerasapps.data.sources.encodings import refuse_encoding
from kerasapps.data.sources.forms import data_path, is_folder, is_frame
from kerasapps.data.sources.given_splits import given_splits, join_rows
from kerasapps.data.sources.headers import has_header, names_columns
from kerasapps.data.sources.plain_values import plain_values, written_values
from kerasapps.data.sources.rows import Problem, Row, RowListing
from kerasapps.data.sources.table_folder import (
    add_folder_tables,
    add_split_tables,
    split_folder_tables,
)
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.tables import TableKind, add_table
from kerasapps.data.sources.tfds_tables import open_tfds
from kerasapps.data.sources.walk import list_children
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

Convert = Callable[[Sequence[object]], tuple[tuple[object, ...], Problem | None]]
_KINDS = (
    "a CSV, TSV, JSONL or Parquet file, a folder with train, validation and test files, a list of "
    "mappings, a mapping of columns, a pandas DataFrame, a pyarrow Table, a mapping of splits, or "
    "'tfds:NAME'"
)
_TFDS = "tfds:"


@dataclass
class TableListing(RowListing):
    """What a table holds, or those of all splits.

    Attributes:
        names: of the columns, in the order of the values of each row; that of splits is none of
            them.
    """

    names: tuple[str, ...] = ()


def list_table(
    data: Any,
    *,
    named: Collection[str] = (),
    splits: bool = True,
    as_text: bool = False,
    encoding: str | None = None,
) -> TableListing:
    """The columns of a table and its rows, which are read once, one at a time.

    `rows()` of the result yields a `Row` for each: `values` has one value a column, in the order
    of `names`; `origin(row.where, row.number)` is its name, such as "train.csv, row 7" (a header
    is row 1); `split` is what the data says, or None; a row with a `problem` has no values. Values
    of CSV and TSV files are texts, blanks and all. JSON, Parquet, pandas and pyarrow keep their
    types: bool, int, float, str, `datetime.date` and `datetime`, `decimal.Decimal`, lists and
    mappings; a numpy value becomes Python's. None, NaN, NaT and NA are None; an empty text is one.

    Splits and further files have the columns of the training split, in whatever order.

    Args:
        data: a CSV, TSV, JSON, JSONL or Parquet file; a folder with such files named after splits,
            in folders of splits, or the only one; a pandas DataFrame, a pyarrow Table, a list of
            mappings, or a mapping of names to columns of one length; or a mapping of splits
            to any of these; or "tfds:NAME", whose features of one value are columns, and those of
            a vector one column a place.
        named: columns that the user named: a first row that has one of them is a header, and none
            of them holds splits.
        splits: whether a column may say of each row which split it is of; else it is one like the
            others, as in rows that wait for an answer.
        as_text: whether all values are texts, rather than of the type that their source gives
            them: true, 3.5, 2024-01-31, and JSON for lists and mappings.
        encoding: of files of text; None: found out.

    Raises:
        DataError: if there is no table in it, two columns share a name, or a split lacks one; it
            names the file.
        DependencyError: if reading its format needs a package that is not installed.
    """
    listing = TableListing()
    reader = _Reader(named=frozenset(named), splits=splits, encoding=encoding)
    parts = given_splits(data)
    if parts is None:
        reader.add(listing, data)
    else:
        trained_first = dict(sorted(parts.items(), key=lambda item: item[0] != "train"))
        join_rows(listing, trained_first, reader.listed)
    listing.names = reader.read
    convert = written_values if as_text else plain_values
    listing.parts = [functools.partial(_converted, part, convert) for part in listing.parts]
    return listing


class _Reader:
    """Takes all columns of the first table, and the same ones of each further table."""

    def __init__(self, *, named: frozenset[str], splits: bool, encoding: str | None) -> None:
        self._named, self._splits, self._encoding = named, splits, encoding
        self._first: Columns | None = None

    @property
    def read(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        columns = self._first
        return () if columns is None else tuple(columns.names[place] for place in columns.places)

    def listed(self, data: Any) -> RowListing:
        """One split."""
        listing = RowListing()
        self.add(listing, data)
        return listing

    def add(self, listing: RowListing, data: Any) -> None:
        """Add the rows of data of any form to a listing."""
        kind = TableKind(
            names=self._guess_names,
            choose=self._choose,
            example='{"age": 39, "income": "high"}',
            encoding=self._encoding,
            narrow=True,
        )
        named = isinstance(data, (str, os.PathLike))
        if named and os.fsdecode(data).startswith(_TFDS):
            refuse_encoding(self._encoding, os.fsdecode(data))
            for table, split in open_tfds(os.fsdecode(data).removeprefix(_TFDS)):
                add_table(listing, table, kind=kind, split=split, like=self._first)
        elif named:
            _add_path(listing, data_path(data), kind, self._first)
        elif is_frame(data) or (isinstance(data, Mapping) and data):
            add_table(listing, data, kind=kind, like=self._first)
        else:
            raise DataError(f"cannot read rows from a {type(data).__name__}: expected {_KINDS}")

    def _guess_names(self, rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], bool]:
        return guess_names(
            rows,
            named={*self._named, *self.read},
            is_header=lambda rows: names_columns(rows, usual=_is_split),
        )

    def _choose(
        self, names: Sequence[str], sample: Sequence[Sequence[object]], where: str
    ) -> Columns:
        header = has_header(names)
        if self._first is not None:
            return match_columns(self._first, names, header=header, where=where)
        split = None
        if self._splits:
            named = [place for place, name in enumerate(names) if name in self._named]
            split = split_column(names, sample, taken=named)
        places = tuple(place for place in range(len(names)) if place != split)
        self._first = Columns(tuple(names), header, (), places, split, guessed=not header)
        return self._first


def _is_split(name: str) -> bool:
    return name.lower() == SPLIT_COLUMN


def _add_path(listing: RowListing, path: Path, kind: TableKind, like: Columns | None) -> None:
    if not is_folder(path):
        if not is_table(path):
            raise DataError(f"{printable(path)} holds no table: expected {_KINDS}")
        add_table(listing, path, kind=kind, like=like)
        return
    folders, files = list_children(path)
    if add_folder_tables(listing, path, files, kind=kind):
        return
    tables = split_folder_tables(path, folders)
    if not tables:
        raise DataError(
            f"{printable(path)} holds no tables: expected DATA/train.csv and DATA/test.csv, or one "
            "table"
        )
    add_split_tables(listing, path, folders, tables, kind=kind)


def _converted(rows: Callable[[], Iterable[Row]], convert: Convert) -> Iterator[Row]:
    for row in rows():
        values, problem = convert(row.values)
        yield row._replace(values=values, problem=row.problem or problem)
