"""Which columns of a table hold texts and labels: by option, by name, else by what is in them."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kerasapps.config import TextConfig
from kerasapps.errors import DataError

TEXT_NAMES = (
    "text", "sentence", "review", "content", "comment", "message", "body", "tweet", "document",
    "utterance", "question", "phrase", "description", "headline", "title", "summary",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "sentiment", "class", "category", "target", "polarity", "intent", "topic",
    "rating", "stars", "y",
)  # fmt: skip
_SPLIT_NAME = "split"
_KNOWN = frozenset((*TEXT_NAMES, *LABEL_NAMES, _SPLIT_NAME))
_NAME = re.compile(r"[^\W\d][\w .-]{0,40}")


@dataclass(frozen=True)
class Columns:
    """Where a table's texts and labels are.

    Attributes:
        names: of all columns; "column 1", "column 2" … without a header.
        header: whether the first row holds the names.
        text: index of the text's column.
        label: index of the label's column.
        split: index of the column that names the split, or None.
        guessed: whether text or label was not named by option.
    """

    names: tuple[str, ...]
    header: bool
    text: int
    label: int
    split: int | None
    guessed: bool

    def describe(self, where: str) -> str:
        """One line for the user: what was taken for what."""
        header = "" if self.header else "no header; "
        split = "" if self.split is None else f", split in {self.names[self.split]!r}"
        return (
            f"{where}: {header}text in {self.names[self.text]!r}, "
            f"label in {self.names[self.label]!r}{split}"
        )


def choose_columns(
    names: Sequence[str], sample: Sequence[Sequence[object]], *, config: TextConfig, where: str
) -> Columns:
    """Find text, label and split among named columns.

    Args:
        names: of the columns.
        sample: some rows.
        config: the columns that the user named.
        where: the table, for messages.

    Raises:
        DataError: if a column is not there or cannot be guessed; it lists the columns.
    """
    folded = [name.strip().lower() for name in names]
    split = folded.index(_SPLIT_NAME) if _SPLIT_NAME in folded else None
    text = _named(config.text_column, names, "text_column", where)
    label = _named(config.label_column, names, "label_column", where)
    guessed = text is None or label is None
    free = [i for i in range(len(names)) if i not in (text, label, split)]
    if label is None:
        label = _known(folded, LABEL_NAMES, free)
    if text is None:
        text = _known(folded, TEXT_NAMES, [i for i in free if i != label])
    free = [i for i in free if i not in (text, label)]
    if text is None and free:
        text = max(free, key=lambda i: _mean_length(sample, i))
        free.remove(text)
    if label is None and free:
        label = min(free, key=lambda i: _distinct(sample, i))
    if text is None or label is None or text == label:
        raise DataError(
            f"cannot tell the text from the label in {where}: name them with text_column and "
            f"label_column; {_listed(names)}"
        )
    header = not all(name.startswith("column ") for name in names)
    return Columns(tuple(names), header, text, label, split, guessed)


def match_columns(like: Columns, names: Sequence[str], *, header: bool, where: str) -> Columns:
    """The columns of a further file of the same data, found by the names of the first file's.

    Raises:
        DataError: if one is missing; it lists the columns.
    """
    places = []
    for index in (like.text, like.label):
        if like.names[index] not in names:
            raise DataError(
                f"{where} has no column {like.names[index]!r}, as the first file has; "
                f"{_listed(names)}"
            )
        places.append(list(names).index(like.names[index]))
    return Columns(tuple(names), header, places[0], places[1], None, False)


def guess_names(
    rows: Sequence[Sequence[str]], *, config: TextConfig
) -> tuple[tuple[str, ...], bool]:
    """The names of a delimited file's columns, and whether its first row holds them.

    The first row is a header when it has a name that is usual for a column, or one that the user
    gave, or when all its fields look like names and its label is not one of the other rows'.

    Args:
        rows: the first rows of the file, with whatever is the first.
        config: the columns that the user named.
    """
    first = [field.strip() for field in rows[0]]
    numbered = tuple(f"column {place}" for place in range(1, len(first) + 1))
    wanted = {name for name in (config.text_column, config.label_column) if name is not None}
    if wanted & set(numbered) and not wanted & set(first):
        return numbered, False
    if wanted & set(first) or _KNOWN & {name.lower() for name in first}:
        return tuple(first), True
    rest = [row for row in rows[1:] if len(row) == len(first)]
    if not rest or not all(_NAME.fullmatch(name) and name.count(" ") < 3 for name in first):
        return numbered, False
    label = min(range(len(first)), key=lambda i: _distinct(rest, i))
    header = first[label] not in {row[label].strip() for row in rest}
    return (tuple(first), True) if header else (numbered, False)


def _named(wanted: str | None, names: Sequence[str], option: str, where: str) -> int | None:
    if wanted is None:
        return None
    if wanted in names:
        return list(names).index(wanted)
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise DataError(f"{where} has no column {wanted!r} ({option}){hint}; {_listed(names)}")


def _known(folded: list[str], known: Sequence[str], free: Sequence[int]) -> int | None:
    found = [folded.index(name) for name in known if name in folded]
    return next((index for index in found if index in free), None)


def _listed(names: Sequence[str]) -> str:
    return "its columns: " + ", ".join(names)


def _mean_length(sample: Sequence[Sequence[object]], column: int) -> float:
    lengths = [len(str(row[column])) for row in sample if len(row) > column]
    return sum(lengths) / len(lengths) if lengths else 0.0


def _distinct(sample: Sequence[Sequence[object]], column: int) -> int:
    """Different values of a column.

    A single one for all rows may be the first class of a sorted file, or no label at all: it counts
    for more than a few classes have, and less than a running number has.
    """
    values = {str(row[column]).strip() for row in sample if len(row) > column}
    return len(values) if len(values) > 1 else max(2, math.isqrt(len(sample)))
