"""Files and tables of any format, opened for reading row by row."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasapps.data.columns import numbered_columns
from kerasapps.data.decode import printable
from kerasapps.data.encodings import Encoding, refuse_encoding
from kerasapps.data.headers import name_columns
from kerasapps.data.text_arrow import arrow_batches, open_parquet
from kerasapps.data.text_delimited import Delimited, Record
from kerasapps.data.text_lines import encoding_of, format_of, open_lines, parted, sample_lines
from kerasapps.data.text_rows import Problem
from kerasapps.errors import DataError

TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
Names = Callable[[Sequence[Sequence[str]]], tuple[tuple[str, ...], bool]]
_SAMPLE_ROWS = 500


@dataclass
class Table:
    """A table that is open for reading.

    Attributes:
        where: its name in messages; "" for one in memory.
        names: of the columns.
        header: whether the names are its own.
        sample: some rows.
        records: opens it and yields all rows, fields in the order of `names`; it is told which
            columns are wanted and may leave the others empty.
        notes: what is unusual; complete when all records were read.
        errors: likewise, what makes it unusable.
        first_row: whether names of columns would stand in the first row.
        encoding: how it is read, if it is a file of text.
    """

    where: str
    names: Sequence[str]
    header: bool
    sample: Sequence[Sequence[object]]
    records: Callable[[Sequence[int]], Iterator[Record]]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    first_row: bool = False
    encoding: Encoding = Encoding()


def open_table(
    data: Any, *, names: Names, header: bool | None, example: str, encoding: str | None = None
) -> Table:
    """A table of any format, open for reading.

    Args:
        data: a CSV, TSV, JSONL or Parquet file, a pandas DataFrame, a pyarrow Table or a list of
            mappings.
        names: from the first rows of a delimited file the names of its columns, and whether the
            first row holds them.
        header: whether it does, where another file of the same data has shown it.
        example: of a line of JSON, for a message.
        encoding: of a file of text; None: found out.

    Raises:
        DataError: if there is no such table in it.
        DependencyError: if reading its format needs a package that is not installed.
    """
    if not isinstance(data, Path):
        refuse_encoding(encoding, "data in memory")
        return _in_memory(data)
    if format_of(data) == ".parquet":
        refuse_encoding(encoding, printable(data))
        own, sample, records = open_parquet(data)
        return Table(printable(data.name), own, True, sample, records)
    if format_of(data) in (".jsonl", ".ndjson"):
        return _json_lines(data, example, encoding_of(data, encoding))
    return _delimited(data, names, header, encoding_of(data, encoding))


def _delimited(file: Path, guess: Names, known: bool | None, encoding: Encoding) -> Table:
    source = Delimited(file, encoding)
    sample = source.sample[:_SAMPLE_ROWS]
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
    where, notes, errors = printable(file.name), source.notes, source.errors
    return Table(
        where, names, header, rows, records, notes, errors, first_row=True, encoding=encoding
    )


def _json_lines(file: Path, example: str, encoding: Encoding) -> Table:
    lines, whole = sample_lines(file, encoding)
    sample = [value for line in (lines if whole else lines[:-1]) if (value := _object(line))]
    names = list(dict.fromkeys(name for value in sample for name in value))
    if not names:
        raise DataError(
            f"{printable(file)} is not JSONL: expected an object in each line, such as {example}"
        )
    rows = [[value.get(name) for name in names] for value in sample[:_SAMPLE_ROWS]]
    table = Table(printable(file.name), names, True, rows, lambda _: iter(()), encoding=encoding)
    table.records = lambda wanted: _json_records(table, file, wanted)
    return table


def _object(line: str) -> dict[str, object] | None:
    try:
        value = _parse(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _json_records(table: Table, file: Path, wanted: Sequence[int]) -> Iterator[Record]:
    blank = []
    with open_lines(file, table.encoding) as lines:
        for line in lines:
            problem, lines.problem = lines.problem, None
            if problem is not None:
                yield Record(lines.number, [], problem)
            elif not line.strip():
                blank.append(lines.number)
            else:
                for part in parted(line) or [line]:
                    yield _json_record(lines.number, part, table.names, wanted)
    table.notes += lines.notes(file, blank)


def _json_record(number: int, line: str, names: Sequence[str], wanted: Sequence[int]) -> Record:
    try:
        value = _parse(line)
    except (ValueError, RecursionError) as error:
        return Record(number, [], Problem("format", f"not valid JSON ({error})"))
    if not isinstance(value, dict):
        kind = type(value).__name__
        return Record(number, [], Problem("format", f"a {kind}, expected a JSON object"))
    fields: list[object] = [None] * len(names)
    for place in wanted:  # of thousands of keys two or three count
        fields[place] = value.get(names[place])
    return Record(number, fields)


def _parse(line: str) -> Any:
    """The value of a line of JSON.

    Raises:
        ValueError: if it is none, or an object has a key twice: it is not known which value counts.
    """
    return json.loads(line, object_pairs_hook=_unambiguous)


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise ValueError(f"an object has the key {counts.most_common(1)[0][0]!r} twice")
    return found


def _in_memory(data: Any) -> Table:
    if isinstance(data, list | tuple):
        return _mappings(data)
    if type(data).__module__.partition(".")[0] == "pyarrow":
        names = [str(name) for name in data.column_names]
        wanted = range(len(names))
        sample = [
            record.fields for record in arrow_batches(data.slice(0, _SAMPLE_ROWS), wanted, first=0)
        ]
        return Table("", names, True, sample, lambda columns: arrow_batches(data, columns, first=0))
    names = [str(name) for name in data.columns]
    head = [list(row) for row in data.head(_SAMPLE_ROWS).itertuples(index=False, name=None)]

    def records(_: Sequence[int]) -> Iterator[Record]:
        for number, row in enumerate(data.itertuples(index=False, name=None)):
            yield Record(number, list(row))

    return Table("", names, True, head, records)


def _mappings(data: Sequence[Any]) -> Table:
    seen = [each for each in data[:_SAMPLE_ROWS] if isinstance(each, Mapping)]
    names = list(dict.fromkeys(name for each in seen for name in each))

    def records(_: Sequence[int]) -> Iterator[Record]:
        for number, each in enumerate(data):
            if isinstance(each, Mapping):
                yield Record(number, [each.get(name) for name in names])
            else:
                kind = type(each).__name__
                yield Record(number, [], Problem("format", f"a {kind}, expected a mapping"))

    sample = [[each.get(name) for name in names] for each in seen]
    return Table("", [str(name) for name in names], True, sample, records)


def unfold(table: Table) -> Table:
    """The table with a column for every key in place of each column of mappings."""
    paths: list[tuple[int, str | None]] = []
    for place in range(len(table.names)):
        # A row that is too short is a broken one, which is told when it is read.
        found = (row[place] for row in table.sample if place < len(row))
        values = [value for value in found if value is not None]
        nested = [value for value in values if isinstance(value, Mapping)]
        if 2 * len(nested) > len(values):  # a few others are broken rows
            paths += [(place, str(key)) for key in dict.fromkeys(k for v in nested for k in v)]
        else:
            paths.append((place, None))
    if all(key is None for _, key in paths):
        return table

    def value(row: Sequence[object], place: int, key: str | None) -> object:
        found = row[place]
        if key is None:
            return found
        return found.get(key) if isinstance(found, Mapping) else None

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
