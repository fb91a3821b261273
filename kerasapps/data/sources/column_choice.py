"""Which columns of a table hold what a kind of data wants: by option, else as the kind guesses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kerasapps.data.sources.columns import (
    Columns,
    Wanted,
    listed_columns,
    named_column,
    split_column,
)
from kerasapps.data.sources.headers import has_header, name_columns, numbered_columns
from kerasapps.errors import DataError

LABEL_NAMES = (
    "label", "labels", "sentiment", "class", "category", "target", "polarity", "intent", "topic",
    "rating", "stars", "y", "cls", "image/class/text", "image/class/label",
)  # fmt: skip
TEXT_NAMES = (
    "text", "sentence", "review", "content", "comment", "message", "body", "tweet", "document",
    "utterance", "question", "phrase", "description", "headline", "title", "summary",
    "txt",
)  # fmt: skip

Places = tuple[int | None, ...]
"""Of the columns that hold each of what is wanted; None where that is not known."""


@dataclass(frozen=True)
class Head:
    """The beginning of a table.

    Attributes:
        names: of the columns.
        sample: some rows.
        where: the table, for messages.
    """

    names: Sequence[str]
    sample: Sequence[Sequence[object]]
    where: str


@dataclass(frozen=True, kw_only=True)
class ColumnChoice:
    """How a kind of data finds its columns.

    Attributes:
        wanted: what it has in each example, in its order.
        is_header: whether the first of some rows of a delimited file holds names, not data.
        guess: from the places of the columns that the user named, and that of the split, to all
            places, and whether all that was guessed has a usual name. It may raise a `DataError`.
    """

    wanted: tuple[Wanted, ...]
    is_header: Callable[[Sequence[Sequence[str]]], bool]
    guess: Callable[[Head, Places, int | None], tuple[Places, bool]]

    def names(self, rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], bool]:
        """As `guess_names`."""
        return guess_names(
            rows, named=[each.named for each in self.wanted], is_header=self.is_header
        )

    def choose(
        self, names: Sequence[str], sample: Sequence[Sequence[object]], where: str
    ) -> Columns:
        """Find what is wanted, and the split, among named columns.

        Args:
            names: of all columns.
            sample: some rows.
            where: the table, for messages.

        Raises:
            DataError: if a column is not there, is wanted for two things, or cannot be told; it
                lists the columns.
        """
        named: Places = tuple(
            named_column(each.named, names, option=each.option, where=where) for each in self.wanted
        )
        reserved = {name for each in self.wanted for name in each.usual}
        split = split_column(names, sample, taken=named, usual=reserved)
        guessed = None in named
        places, usual = named, True
        if guessed:
            places, usual = self.guess(Head(names, sample, where), named, split)
        known = tuple(place for place in places if place is not None)
        if len(set(known)) < len(self.wanted):
            raise DataError(self._untold(names, known, where))
        header = has_header(names)
        return Columns(tuple(names), header, self.wanted, known, split, guessed, usual)

    def _untold(self, names: Sequence[str], places: Sequence[int], where: str) -> str:
        options = " and ".join(each.option for each in self.wanted)
        if len(places) == len(self.wanted):
            return f"{where}: {options} are both {names[places[0]]!r}"
        nouns = " from ".join(f"the {each.noun}" for each in self.wanted)
        return f"cannot tell {nouns} in {where}: name them with {options}; {listed_columns(names)}"


def guess_names(
    rows: Sequence[Sequence[str]],
    *,
    named: Collection[str | None],
    is_header: Callable[[Sequence[Sequence[str]]], bool],
) -> tuple[tuple[str, ...], bool]:
    """The names of a delimited file's columns, and whether its first row holds them.

    It does when it has a name that the user gave, or when the kind of data takes it for one.

    Args:
        rows: the first rows of the file, with whatever is the first.
        named: the columns that the user named; None is none.
        is_header: whether the first of the rows holds names, not data.
    """
    first = name_columns(rows[0])
    numbered = numbered_columns(len(first))
    known = {name for name in named if name}
    if known & set(numbered) and not known & set(first):
        return numbered, False
    # A name that stands for a blank one, such as "column 1", says nothing of the first row.
    written = {str(name).strip() for name in rows[0]}
    return (first, True) if known & written or is_header(rows) else (numbered, False)


def usual_place(names: Sequence[str], usual: Sequence[str], free: Sequence[int]) -> int | None:
    """The place of the column whose name is the most usual one; None if none is.

    Args:
        names: of all columns.
        usual: names in lower case, the most usual first.
        free: the places that may be taken.
    """
    folded = [name.strip().lower() for name in names]
    known = [place for name in usual for place in free if folded[place] == name]
    return known[0] if known else None
