"""The one form in which every source that has rows hands on its examples: a stream of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Fault = Literal[
    "bad UTF-8",
    "bad encoding",
    "empty text",
    "no label",
    "bad label",
    "columns",
    "format",
    "length ratio",
    "over-long",
    "tags",
    "spans",
]


class Problem(NamedTuple):
    """Why a row cannot be used."""

    fault: Fault
    reason: str


class Row(NamedTuple):
    """One example as its source has it, before anybody looked at it.

    Attributes:
        where: the file, or "" when there is none; of two files both.
        number: row of the file (the first is 1; a row of several lines has its first line's) or
            place in the sequence (the first is 0); None when `where` says it all.
        values: those that make the example, in the order that its kind of data has: a picture, or
            a text, and its label; a text and its translation; one of each column of a table. Any
            of them may be of the wrong type, or missing. None at all of a row with a problem.
        split: one of `SPLITS`, or None when the source does not say.
        problem: what the source already knows to be wrong.
    """

    where: str
    number: int | None
    values: tuple[object, ...] = ()
    split: str | None = None
    problem: Problem | None = None


@dataclass
class RowListing:
    """What a source holds; the notes, warnings and errors grow while the rows are read.

    Attributes:
        parts: functions that open a part of the source and yield its rows; each can be used once.
        guesses: what was guessed of columns and headers.
        notes: what is unusual and handled.
        warnings: what the user should know.
        errors: what makes the source unusable.
        columns: names of the columns that the values of rows are from; none where there are none.
    """

    parts: list[Callable[[], Iterable[Row]]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """All rows, one after another."""
        for part in self.parts:
            yield from part()


def numbered(pairs: Iterable[tuple[object, object]]) -> Iterator[Row]:
    """Rows of pairs of values that are in memory, or come one by one, numbered from 0."""
    for number, pair in enumerate(pairs):
        yield Row("", number, tuple(pair))


def origin(where: str, number: int | None) -> str:
    """The name of a row for messages: "train.csv, row 7", "pos/12.txt" or "example 3"."""
    if number is None:
        return where
    return f"{where}, row {number}" if where else f"example {number}"


def width_problem(fields: Sequence[object], names: Sequence[str]) -> Problem | None:
    """What is wrong with a row of more or fewer fields than its table has columns."""
    if len(fields) == len(names):
        return None
    plural = "s" if len(fields) != 1 else ""
    return Problem("columns", f"{len(fields)} field{plural}, but the file has {len(names)} columns")


def is_missing(value: object) -> bool:
    """Whether a table's value says that there is none: None, NaN, or what pandas has for them."""
    nan = isinstance(value, float) and math.isnan(value)
    return value is None or nan or type(value).__name__ in ("NAType", "NaTType")


def decode(data: bytes, *, start: int = 0) -> tuple[str, Problem | None]:
    """Bytes as text, and what is wrong with them.

    Args:
        data: what should be UTF-8.
        start: where they begin in the file.
    """
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        reason = f"byte {start + error.start} ({data[error.start]:#04x}) is not UTF-8"
        return data.decode("utf-8", "replace"), Problem("bad UTF-8", reason)
