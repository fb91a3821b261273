"""Files and tables of rows, whatever their format, become streams of texts with labels."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasapps.config import TextConfig
from kerasapps.data.decode import printable
from kerasapps.data.image_folder import SPLIT_FOLDERS
from kerasapps.data.text_arrow import arrow_batches, open_parquet
from kerasapps.data.text_columns import Columns, choose_columns, guess_names, match_columns
from kerasapps.data.text_delimited import Delimited, Record
from kerasapps.data.text_lines import Lines, sample_lines
from kerasapps.data.text_rows import Problem, TextListing, TextRow
from kerasapps.errors import DataError

SPLIT_NAMES = {**SPLIT_FOLDERS, "dev": "validation", "valid": "validation"}
TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
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
    """

    where: str
    names: Sequence[str]
    header: bool
    sample: Sequence[Sequence[object]]
    records: Callable[[Sequence[int]], Iterator[Record]]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def add_table(
    listing: TextListing,
    data: Any,
    *,
    config: TextConfig,
    split: str | None = None,
    like: Columns | None = None,
) -> Columns:
    """Add the rows of a table to a listing, and say which columns were taken.

    Args:
        listing: to add to.
        data: a CSV, TSV, JSONL or Parquet file, a pandas DataFrame, a pyarrow Table or a
            list of mappings.
        config: the columns that the user named.
        split: of the rows; None: what the table's own column says, if it has one.
        like: the columns of the first file of the same data; None: this is the first.

    Raises:
        DataError: if there is no such table in it.
        DependencyError: if reading its format needs a package that is not installed.
    """
    table = _open(data, config, like)
    where = table.where or type(data).__name__
    if like is None:
        columns = choose_columns(table.names, table.sample, config=config, where=where)
        columns = columns if split is None else dataclasses.replace(columns, split=None)
        if columns.guessed or columns.split is not None:
            listing.guesses.append(columns.describe(where))
    else:
        columns = match_columns(like, table.names, header=table.header, where=where)
    listing.parts.append(lambda: _rows(table, columns, split, listing))
    return columns


def _open(data: Any, config: TextConfig, like: Columns | None) -> Table:
    if not isinstance(data, Path):
        return _in_memory(data)
    if data.suffix.lower() == ".parquet":
        names, sample, records = open_parquet(data)
        return Table(printable(data.name), names, True, sample, records)
    if data.suffix.lower() in (".jsonl", ".ndjson"):
        return _json_lines(data)
    return _delimited(data, config, like)


def _delimited(file: Path, config: TextConfig, like: Columns | None) -> Table:
    source = Delimited(file)
    sample = source.sample[:_SAMPLE_ROWS]
    names, header = guess_names(sample, config=config)
    if like is not None and header != like.header:
        # The files of one data set are alike; a single short file is easily misjudged.
        first = tuple(str(name).strip() for name in sample[0])
        numbered = tuple(f"column {place}" for place in range(1, len(first) + 1))
        names, header = (first, True) if like.header else (numbered, False)

    def records(_: Sequence[int]) -> Iterator[Record]:
        rows = source.records()
        if header:
            next(rows, None)
        return rows

    rows = sample[1:] if header else sample
    return Table(printable(file.name), names, header, rows, records, source.notes, source.errors)


def _json_lines(file: Path) -> Table:
    lines, whole = sample_lines(file)
    sample = [value for line in (lines if whole else lines[:-1]) if (value := _object(line))]
    names = list(dict.fromkeys(name for value in sample for name in value))
    if not names:
        raise DataError(
            f"{printable(file)} is not JSONL: expected an object in each line, such as "
            '{"text": "…", "label": "…"}'
        )
    rows = [[value.get(name) for name in names] for value in sample[:_SAMPLE_ROWS]]
    table = Table(printable(file.name), names, True, rows, lambda _: iter(()))
    table.records = lambda _: _json_records(file, names, table.notes)
    return table


def _object(line: str) -> dict[str, object] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _json_records(file: Path, names: Sequence[str], notes: list[str]) -> Iterator[Record]:
    blank = []
    with file.open("rb") as stream:
        lines = Lines(stream)
        for line in lines:
            problem, lines.problem = lines.problem, None
            if problem is not None:
                yield Record(lines.number, [], problem)
            elif not line.strip():
                blank.append(lines.number)
            else:
                yield _json_record(lines.number, line, names)
    notes += lines.notes(file, blank)


def _json_record(number: int, line: str, names: Sequence[str]) -> Record:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Record(number, [], Problem("format", f"not valid JSON ({error})"))
    if not isinstance(value, dict):
        kind = type(value).__name__
        return Record(number, [], Problem("format", f"a {kind}, expected a JSON object"))
    return Record(number, [value.get(name) for name in names])


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


def _rows(
    table: Table, columns: Columns, split: str | None, listing: TextListing
) -> Iterator[TextRow]:
    wanted = [columns.text, columns.label] + ([] if columns.split is None else [columns.split])
    count = 0
    for record in table.records(wanted):
        count += 1
        yield _row(table.where, record, columns, split)
    if not count:
        listing.errors.append(f"{table.where or 'the table'} has no rows")
    listing.notes += table.notes
    listing.errors += table.errors


def _row(where: str, record: Record, columns: Columns, split: str | None) -> TextRow:
    number, fields, problem = record
    if problem is None and len(fields) != len(columns.names):
        plural = "s" if len(fields) != 1 else ""
        reason = f"{len(fields)} field{plural}, but the file has {len(columns.names)} columns"
        problem = Problem("columns", reason)
    if problem is None and columns.split is not None:
        named = str(fields[columns.split] or "").strip().lower()
        if named and named not in SPLIT_NAMES:
            known = ", ".join(SPLIT_NAMES)
            problem = Problem("format", f"split {named!r} is not known: {known}")
        split = SPLIT_NAMES.get(named)
    if problem is not None:
        return TextRow(where, number, split=split, problem=problem)
    return TextRow(where, number, fields[columns.text], fields[columns.label], split)
