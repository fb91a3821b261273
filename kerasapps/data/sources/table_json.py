"""Tables of JSON: an object a line, an array of objects, or one object with such an array."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.encodings import Encoding, utf8_stream
from kerasapps.data.sources.json_values import Value, parse, values_of
from kerasapps.data.sources.lines import open_binary, open_lines, parted, sample_lines
from kerasapps.data.sources.rows import Problem
from kerasapps.data.sources.table import SAMPLE_ROWS, Table
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable


def open_json(file: Path, encoding: Encoding, *, example: str) -> Table:
    """A table of JSON, open for reading.

    Args:
        file: an existing file.
        encoding: how it is read.
        example: of a line of JSON, for a message.

    Raises:
        DataError: if it holds no objects.
    """
    lines = _lines(file, encoding)
    objects = [value for line in lines if (value := _object(line))]
    table = Table(printable(file.name), (), True, (), lambda _: iter(()), encoding=encoding)
    if len(lines) == len(objects) == 1 and _inner(objects[0]) is None:
        _refuse_columns(file, objects[0])
    if 2 * len(objects) > len(lines) and not (len(lines) == 1 and _inner(objects[0])):
        table.records = lambda wanted: _line_records(table, file, wanted)
    else:
        objects = _values(table, file)
    table.names = list(dict.fromkeys(name for value in objects for name in value))
    if not table.names:
        raise DataError(
            f"{printable(file)} holds no rows of JSON: expected an object in each line, such as "
            f"{example}, or an array of them"
        )
    table.sample = [[value.get(name) for name in table.names] for value in objects[:SAMPLE_ROWS]]
    return table


def _lines(file: Path, encoding: Encoding) -> list[str]:
    """The first lines that are whole; none of a file that is one long line."""
    try:
        lines, complete = sample_lines(file, encoding)
    except DataError:
        with open_binary(file) as stream:  # what else may be wrong shows
            if utf8_stream(stream, encoding).read(1) not in (b"[", b"{"):
                raise
        return []
    return lines if complete else lines[:-1]


def _values(table: Table, file: Path) -> list[dict[str, Any]]:
    """The first objects of a file of values, and the records of all in the table."""
    try:
        with open_binary(file) as stream:
            values = utf8_stream(stream, table.encoding)
            first = list(itertools.islice(values_of(values), SAMPLE_ROWS))
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{printable(file)} is not JSON: {error}") from error
    objects = [value.value for value in first if isinstance(value.value, dict)]
    inner = _inner(objects[0]) if len(first) == len(objects) == 1 else None
    if inner is not None:
        rows = objects[0][inner]
        table.guesses.append(f"{table.where}: the rows are in {inner!r}")
        numbered = [Value(number, row) for number, row in enumerate(rows, 1)]
        table.records = lambda wanted: (_record(each, table, wanted) for each in numbered)
        return list(rows)
    if len(first) == 1 and objects:
        _refuse_columns(file, objects[0])
    table.records = lambda wanted: _value_records(table, file, wanted)
    return objects


def _inner(value: dict[str, Any]) -> str | None:
    """The key of the only array of objects in an object."""
    keys = [
        key
        for key, rows in value.items()
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    ]
    return keys[0] if len(keys) == 1 else None


def _refuse_columns(file: Path, value: dict[str, Any]) -> None:
    """Refuse an object that holds columns, or several arrays, rather than a row.

    Raises:
        DataError: if most of its values are lists, or mappings of numbered rows.
    """
    inner = [
        key
        for key, rows in value.items()
        if isinstance(rows, list) or (isinstance(rows, dict) and all(map(str.isdigit, rows)))
    ]
    if 2 * len(inner) > len(value):
        raise DataError(
            f"{printable(file)} is one object ({', '.join(map(repr, inner[:5]))}): expected an "
            "array of objects, one a row (of pandas: to_json(orient='records'))"
        )


def _line_records(table: Table, file: Path, wanted: Sequence[int]) -> Iterator[Record]:
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
                    yield _line_record(lines.number, part, table, wanted)
    table.notes += lines.notes(file, blank)


def _line_record(number: int, line: str, table: Table, wanted: Sequence[int]) -> Record:
    try:
        value = parse(line)
    except (ValueError, RecursionError) as error:
        return Record(number, [], Problem("format", f"not valid JSON ({error})"))
    return _record(Value(number, value), table, wanted)


def _value_records(table: Table, file: Path, wanted: Sequence[int]) -> Iterator[Record]:
    number = 0
    with open_binary(file) as stream:
        try:
            for value in values_of(utf8_stream(stream, table.encoding)):
                number = value.number
                yield _record(value, table, wanted)
        except ValueError as error:
            if isinstance(error, DataError):
                raise
            table.errors.append(
                f"{printable(file)}: behind row {number:,} {error}; nothing more can be read"
            )


def _record(value: Value, table: Table, wanted: Sequence[int]) -> Record:
    if value.problem:
        return Record(value.number, [], Problem("format", value.problem))
    if not isinstance(value.value, dict):
        kind = type(value.value).__name__
        return Record(value.number, [], Problem("format", f"a {kind}, expected a JSON object"))
    return table.fields(value.number, value.value, wanted)


def _object(line: str) -> dict[str, object] | None:
    try:
        value = parse(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
