"""Comma- and tab-separated files, read row by row: what is wrong with a row costs only that row."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.lines import Lines, format_of, open_lines, parted, sample_lines
from kerasapps.data.sources.rows import Problem
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_FIELD_LIMIT = 1 << 24  # characters; the csv module's own limit would refuse a long document


class Record(NamedTuple):
    """One row of a table: the number of its first line, its fields, and what is wrong with it."""

    number: int
    fields: list[object]
    problem: Problem | None = None


@dataclass(frozen=True)
class Dialect:
    """How a file separates fields, and whether quotation marks may enclose them."""

    delimiter: str
    quoted: bool

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """The rows of the lines."""
        if self.quoted:
            return csv.reader(lines, delimiter=self.delimiter)
        return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)


_LINE_ENDS = "\r\n"
_SEPARATOR = re.compile(r"\"?sep=(.)\"?", re.IGNORECASE)
_COMMAS = (Dialect(",", True), Dialect(";", True))


class Delimited:
    """A CSV or TSV file: comma, semicolon or tab, with or without quotation marks.

    Tab-separated files often hold bare quotation marks that belong to the text; whether they
    enclose fields is found out from the first rows.

    Args:
        file: an existing file.
        encoding: how it is read.
        narrow: whether it may have a single column.

    Raises:
        DataError: if it cannot be read or holds no table.
    """

    def __init__(self, file: Path, encoding: Encoding, *, narrow: bool = False) -> None:
        self.file = file
        self._encoding = encoding
        self.notes: list[str] = []
        self.errors: list[str] = []
        lines, complete = sample_lines(file, encoding)
        self._declared = _declared(lines[0]) if lines else None
        if self._declared is not None:
            self.notes.append(
                f"{printable(file.name)} names its separator in the first line "
                f"({lines[0].strip(_LINE_ENDS)!r}): obeyed, and left out"
            )
            del lines[0]
        if not lines:
            raise DataError(f"{printable(file)} is empty")
        self._dialect = self._declared or _guess_dialect(lines, file, complete, narrow)
        sample = _parse(self._dialect, lines)
        self.sample = sample if complete else sample[:-1]  # the last may be cut

    def records(self) -> Iterator[Record]:
        """All rows, the header included; blank lines are left out and noted."""
        blank: list[int] = []
        with open_lines(self.file, self._encoding) as lines, _long_fields():
            if self._declared is not None:
                next(line for line in lines if line.strip())
            reader = self._dialect.reader(lines)
            while (record := self._next(reader, lines)) is not None:
                if record.problem is not None and (parts := self._parted(record, lines)):
                    yield from parts
                elif record.fields or record.problem:
                    yield record
                else:
                    blank.append(record.number)
        self.notes += lines.notes(self.file, blank)

    def _parted(self, record: Record, lines: Lines) -> list[Record]:
        """The rows of a line with carriage returns where each part is a row like the others."""
        rows = _parse(self._dialect, parted(lines.last)) if lines.number == record.number else []
        widths = Counter(map(len, self.sample))
        if lines.problem or not rows or {len(row) for row in rows} != {widths.most_common(1)[0][0]}:
            return []
        return [Record(record.number, list(row)) for row in rows]

    def _next(self, reader: Iterator[list[str]], lines: Lines) -> Record | None:
        lines.problem = None
        number = lines.number + 1
        try:
            fields = next(reader, None)
        except csv.Error as error:
            return Record(number, [], lines.problem or Problem("format", str(error)))
        if fields is None:
            return None
        if lines.ended and lines.number == number:
            return Record(number, [], Problem("format", "a quotation mark is never closed"))
        if lines.ended:
            # The reader wanted another line inside a field: all these lines became one row.
            self.errors.append(
                f"{printable(self.file)}, row {number}: a quotation mark is opened and never "
                f"closed, so the {lines.number - number:,} lines after it belong to one text: "
                'close it, or double it ("") where it is part of the text'
            )
        return Record(number, list(fields), lines.problem)


def _declared(line: str) -> Dialect | None:
    """The dialect that a first line names for Excel, as in "sep=;"; None if it does not."""
    named = _SEPARATOR.fullmatch(line.strip(_LINE_ENDS))
    return None if named is None else Dialect(named[1], True)


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _parse(dialect: Dialect, lines: list[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    with _long_fields():
        reader = dialect.reader(iter(lines))
        while True:
            try:
                rows.append(next(reader))
            except StopIteration:
                return rows
            except csv.Error:
                rows.append([])


def _guess_dialect(lines: list[str], file: Path, complete: bool, narrow: bool) -> Dialect:
    """The dialect whose rows are most alike.

    Raises:
        DataError: if none gives two columns, and a single one is not enough.
    """
    tab = Dialect("\t", _encloses(lines))
    tabs_only = format_of(file) not in (".csv", "")
    best, fewest = None, 2.0
    for dialect in [tab] if tabs_only else [*_COMMAS, tab]:
        rows = _parse(dialect, lines)
        widths = Counter(map(len, rows if complete or len(rows) < 2 else rows[:-1]))
        width, usual = widths.most_common(1)[0]
        odd = 1 - usual / widths.total()
        if width > 1 and odd < fewest:
            best, fewest = dialect, odd
    if best is None and narrow:
        return tab if tabs_only else _COMMAS[0]
    if best is None:
        kind = "tabs" if tabs_only else "commas, semicolons or tabs"
        raise DataError(
            f"{printable(file)} has no two columns separated by {kind}: expected two "
            "values or more in each row"
        )
    return best


def _encloses(lines: list[str]) -> bool:
    """Whether quotation marks at the start of a tab-separated field enclose it.

    Where they belong to the text, reading them strictly fails on nearly every one of them.
    """
    marked = sum(line.count('\t"') + line.startswith('"') for line in lines)
    failed = 0
    with _long_fields():
        reader = csv.reader(iter(lines), delimiter="\t", strict=True)
        while True:
            try:
                next(reader)
            except StopIteration:
                return marked > 0 and 10 * failed <= marked
            except csv.Error:
                failed += 1
