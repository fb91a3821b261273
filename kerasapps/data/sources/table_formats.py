"""Files and tables of any format, opened for reading row by row."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.sources.arrow import arrow_batches, open_parquet
from kerasapps.data.sources.delimited import Delimited, Record
from kerasapps.data.sources.encodings import Encoding, refuse_encoding
from kerasapps.data.sources.fasttext import NAMES as FASTTEXT_NAMES
from kerasapps.data.sources.fasttext import FastText
from kerasapps.data.sources.headers import name_columns, numbered_columns
from kerasapps.data.sources.lines import encoding_of
from kerasapps.data.sources.rows import Problem
from kerasapps.data.sources.table import SAMPLE_ROWS, Table
from kerasapps.data.sources.table_json import open_json
from kerasapps.data.sources.table_shapes import LABEL_PREFIX, shape_of
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

Names = Callable[[Sequence[Sequence[str]]], tuple[tuple[str, ...], bool]]


def open_table(
    data: Any,
    *,
    names: Names,
    header: bool | None,
    example: str,
    encoding: str | None = None,
    narrow: bool = False,
    several: bool | None = False,
) -> Table:
    """A table of any format, open for reading.

    Args:
        data: a CSV, TSV, JSON, JSONL, Parquet or fastText file, a pandas DataFrame, a pyarrow
            Table, a list of mappings or a mapping of columns.
        names: from the first rows of a delimited file the names of its columns, and whether the
            first row holds them.
        header: whether it does, where another file of the same data has shown it.
        example: of a line of JSON, for a message.
        encoding: of a file of text; None: found out.
        narrow: whether a delimited file may have a single column.
        several: whether a row may have several labels, where a format knows of it; None: found
            out.

    Raises:
        DataError: if there is no such table in it.
        DependencyError: if reading its format needs a package that is not installed.
    """
    if not isinstance(data, Path):
        refuse_encoding(encoding, "data in memory")
        return _in_memory(data)
    shape = shape_of(data)
    if shape == "parquet":
        refuse_encoding(encoding, printable(data))
        columns, sample, records = open_parquet(data)
        return Table(printable(data.name), columns, True, sample, records)
    decoding = encoding_of(data, encoding)
    if shape == "json":
        return open_json(data, decoding, example=example)
    if shape == "fasttext":
        lines = FastText(data, decoding, several=several)
        return Table(
            printable(data.name),
            FASTTEXT_NAMES,
            True,
            lines.sample[:SAMPLE_ROWS],
            lambda _: lines.records(),
            lines.notes,
            lines.errors,
            encoding=decoding,
            guesses=[f"{printable(data.name)}: labels behind {LABEL_PREFIX}, as fastText has them"],
        )
    return _delimited(Delimited(data, decoding, narrow=narrow), names, header, decoding)


def _delimited(source: Delimited, guess: Names, known: bool | None, encoding: Encoding) -> Table:
    sample = source.sample[:SAMPLE_ROWS]
    names, header = guess(sample)
    if known is not None and header != known:
        # The files of one data set are alike; a single short file is easily misjudged.
        first = name_columns(sample[0])
        names, header = (first, True) if known else (numbered_columns(len(first)), False)

    def records(_: Sequence[int]) -> Iterator[Record]:
        rows = source.records()
        if header:
            next(rows, None)
        return rows

    rows = sample[1:] if header else sample
    where, notes, errors = printable(source.file.name), source.notes, source.errors
    return Table(
        where, names, header, rows, records, notes, errors, first_row=True, encoding=encoding
    )


def _in_memory(data: Any) -> Table:
    if isinstance(data, list | tuple):
        return _mappings(data)
    if isinstance(data, Mapping):
        return _columns(data)
    if type(data).__module__.partition(".")[0] == "pyarrow":
        names = [str(name) for name in data.column_names]
        wanted = range(len(names))
        sample = [
            record.fields for record in arrow_batches(data.slice(0, SAMPLE_ROWS), wanted, first=0)
        ]
        return Table("", names, True, sample, lambda columns: arrow_batches(data, columns, first=0))
    names = [str(name) for name in data.columns]
    head = [list(row) for row in data.head(SAMPLE_ROWS).itertuples(index=False, name=None)]

    def records(_: Sequence[int]) -> Iterator[Record]:
        for number, row in enumerate(data.itertuples(index=False, name=None)):
            yield Record(number, list(row))

    return Table("", names, True, head, records)


def _mappings(data: Sequence[Any]) -> Table:
    seen = [each for each in data[:SAMPLE_ROWS] if isinstance(each, Mapping)]
    names = list(dict.fromkeys(name for each in seen for name in each))

    def records(wanted: Sequence[int]) -> Iterator[Record]:
        for number, each in enumerate(data):
            if isinstance(each, Mapping):
                if len(wanted) == len(names):
                    table.note_further(number, each.keys() - set(names))
                yield Record(number, [each.get(name) for name in names])
            else:
                kind = type(each).__name__
                yield Record(number, [], Problem("format", f"a {kind}, expected a mapping"))

    sample = [[each.get(name) for name in names] for each in seen]
    table = Table("", [str(name) for name in names], True, sample, records)
    return table


def _columns(data: Mapping[Any, Any]) -> Table:
    """The table of a mapping of names to columns: sequences, arrays, Series, of one length.

    Raises:
        DataError: if a column is something else, or longer or shorter than the first.
    """
    names = [str(name) for name in data]
    columns = [_column(name, values) for name, values in zip(names, data.values(), strict=True)]
    for name, column in zip(names, columns, strict=True):
        if len(column) != len(columns[0]):
            raise DataError(
                f"column {name!r} has {len(column):,} values, but {names[0]!r} has "
                f"{len(columns[0]):,}: give one value a row"
            )
    sample = [list(row) for row in itertools.islice(zip(*columns, strict=True), SAMPLE_ROWS)]

    def records(_: Sequence[int]) -> Iterator[Record]:
        for number, row in enumerate(zip(*columns, strict=True)):
            yield Record(number, list(row))

    return Table("", names, True, sample, records)


def _column(name: str, values: Any) -> list[object]:
    """The values of one column as a list; those of an array as Python's own."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        values = values.astype("datetime64[us]")  # nanoseconds would become whole numbers
    for convert in ("to_pylist", "tolist"):
        if hasattr(values, convert):
            values = getattr(values, convert)()
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return list(values)
    raise DataError(
        f"column {name!r} is a {type(values).__name__}: expected a list or an array of one value "
        "a row"
    )


def unfold(table: Table) -> Table:
    """The table with a column for every key in place of each column of mappings."""
    paths: list[tuple[int, str | None]] = []
    for place in range(len(table.names)):
        # A row that is too short is a broken one, which is told when it is read.
        cells = (row[place] for row in table.sample if place < len(row))
        values = [value for value in cells if value is not None]
        nested = [value for value in values if isinstance(value, Mapping)]
        if 2 * len(nested) > len(values):  # a few others are broken rows
            paths += [(place, str(key)) for key in dict.fromkeys(k for v in nested for k in v)]
        else:
            paths.append((place, None))
    if all(key is None for _, key in paths):
        return table

    def value(row: Sequence[object], place: int, key: str | None) -> object:
        cell = row[place]
        if key is None:
            return cell
        return cell.get(key) if isinstance(cell, Mapping) else None

    def records(wanted: Sequence[int]) -> Iterator[Record]:
        for record in table.records(sorted({paths[index][0] for index in wanted})):
            if record.problem is not None or len(record.fields) != len(table.names):
                yield record
            else:
                yield record._replace(fields=[value(record.fields, *path) for path in paths])

    return dataclasses.replace(
        table,
        names=[table.names[place] if key is None else key for place, key in paths],
        sample=[
            [value(row, *path) for path in paths]
            for row in table.sample
            if len(row) == len(table.names)
        ],
        records=records,
    )
