"""The one form in which every source hands on its texts, or pairs of texts: a stream of rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

Fault = Literal[
    "bad UTF-8",
    "bad encoding",
    "empty text",
    "no label",
    "columns",
    "format",
    "length ratio",
    "over-long",
]


class Problem(NamedTuple):
    """Why a row cannot be used."""

    fault: Fault
    reason: str


class TextRow(NamedTuple):
    """One example as its source has it, before anybody looked at it.

    Attributes:
        where: the file, or "" when there is none.
        number: row of the file (the first is 1; a row of several lines has its first line's) or
            place in the sequence (the first is 0); None when `where` says it all.
        text: a string, or bytes that should be UTF-8; anything else is a fault.
        label: a string, a whole number, or nothing (None, NaN, an empty string): a fault.
        split: one of `SPLITS`, or None when the source does not say.
        problem: what the source already knows to be wrong; text and label then do not count.
    """

    where: str
    number: int | None
    text: object = None
    label: object = None
    split: str | None = None
    problem: Problem | None = None


class PairRow(NamedTuple):
    """One text and its translation as their source has them, before anybody looked at them.

    Attributes:
        where: as `TextRow` has it; two files are both named.
        number: as `TextRow` has it.
        source: a string, or bytes that should be UTF-8; anything else is a fault.
        target: likewise.
        split: as `TextRow` has it.
        problem: what is already known to be wrong; source and target then do not count.
    """

    where: str
    number: int | None
    source: object = None
    target: object = None
    split: str | None = None
    problem: Problem | None = None


class PictureRow(NamedTuple):
    """One picture of a table as its source has it, before anybody looked at it.

    Attributes:
        where: as `TextRow` has it.
        number: as `TextRow` has it.
        picture: the name of a file; encoded bytes; a mapping with either as `path` or `bytes`; or
            a Pillow image.
        label: as `TextRow` has it.
        split: as `TextRow` has it.
        problem: what is already known to be wrong; picture and label then do not count.
    """

    where: str
    number: int | None
    picture: object = None
    label: object = None
    split: str | None = None
    problem: Problem | None = None


RowT = TypeVar("RowT", TextRow, PairRow, PictureRow)


@dataclass
class RowListing(Generic[RowT]):
    """What a source holds; the notes, warnings and errors grow while the rows are read.

    Attributes:
        parts: functions that open a part of the source and yield its rows; each can be used once.
        guesses: what was guessed of columns and headers.
        notes: what is unusual and handled.
        warnings: what the user should know.
        errors: what makes the source unusable.
    """

    parts: list[Callable[[], Iterable[RowT]]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[RowT]:
        """All rows, one after another."""
        for part in self.parts:
            yield from part()


@dataclass
class TextListing(RowListing[TextRow]):
    """What a source of labelled texts holds."""


@dataclass
class PairListing(RowListing[PairRow]):
    """What a source of sentence pairs holds.

    Attributes:
        source_language: such as "en", where it is known.
        target_language: likewise.
    """

    source_language: str | None = None
    target_language: str | None = None


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
