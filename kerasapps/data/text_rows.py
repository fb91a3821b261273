"""The one form in which every source hands on its texts: a stream of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Fault = Literal["bad UTF-8", "empty text", "no label", "columns", "format"]


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


@dataclass
class TextListing:
    """What a source holds; the notes, warnings and errors grow while the rows are read.

    Attributes:
        parts: functions that open a part of the source and yield its rows; each can be used once.
        guesses: what was guessed of columns and headers.
        notes: what is unusual and handled.
        warnings: what the user should know.
        errors: what makes the source unusable.
    """

    parts: list[Callable[[], Iterable[TextRow]]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[TextRow]:
        """All rows, one after another."""
        for part in self.parts:
            yield from part()


def origin(where: str, number: int | None) -> str:
    """The name of a row for messages: "train.csv, row 7", "pos/12.txt" or "example 3"."""
    if number is None:
        return where
    return f"{where}, row {number}" if where else f"example {number}"


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
