"""Which columns of a table hold texts and labels: by option, by name, else by what is in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kerasapps.config import TextConfig
from kerasapps.data.images.formats import names_picture
from kerasapps.data.sources.columns import (
    SPLIT_COLUMN,
    Columns,
    has_header,
    listed_columns,
    named_column,
    numbered_columns,
    split_column,
)
from kerasapps.data.sources.headers import name_columns, names_columns
from kerasapps.data.sources.rows import is_missing
from kerasapps.errors import DataError

TEXT_NAMES = (
    "text", "sentence", "review", "content", "comment", "message", "body", "tweet", "document",
    "utterance", "question", "phrase", "description", "headline", "title", "summary",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "sentiment", "class", "category", "target", "polarity", "intent", "topic",
    "rating", "stars", "y",
)  # fmt: skip
_KNOWN = frozenset((*TEXT_NAMES, *LABEL_NAMES, SPLIT_COLUMN))


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
    text = named_column(config.text_column, names, option="text_column", where=where)
    label = named_column(config.label_column, names, option="label_column", where=where)
    split = split_column(names, sample, taken=(text, label), usual=_KNOWN)
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
    if text is not None and config.text_column is None:
        _refuse_pictures(sample, text, names, where)
    if label is None and free:
        label = min(free, key=lambda i: _distinct(sample, i))
    if text is None or label is None or text == label:
        raise DataError(
            f"cannot tell the text from the label in {where}: name them with text_column and "
            f"label_column; {listed_columns(names)}"
        )
    usual = (config.text_column is not None or folded[text] in TEXT_NAMES) and (
        config.label_column is not None or folded[label] in LABEL_NAMES
    )
    header = has_header(names)
    return Columns(tuple(names), header, ("text", "label"), (text, label), split, guessed, usual)


def guess_names(
    rows: Sequence[Sequence[str]], *, config: TextConfig
) -> tuple[tuple[str, ...], bool]:
    """The names of a delimited file's columns, and whether its first row holds them.

    The first row is a header when it has a name that the user gave, or when `headers` takes it for
    one.

    Args:
        rows: the first rows of the file, with whatever is the first.
        config: the columns that the user named.
    """
    first = name_columns(rows[0])
    numbered = numbered_columns(len(first))
    wanted = {name for name in (config.text_column, config.label_column) if name is not None}
    if wanted & set(numbered) and not wanted & set(rows[0]):
        return numbered, False
    header = bool(wanted & set(first)) or names_columns(rows, usual=_is_usual)
    return (first, True) if header else (numbered, False)


def _is_usual(name: str) -> bool:
    return name.lower() in _KNOWN


def _refuse_pictures(
    sample: Sequence[Sequence[object]], text: int, names: Sequence[str], where: str
) -> None:
    """Refuse a guessed column of texts that holds the names of picture files.

    Raises:
        DataError: if at least half of the values are such.
    """
    values = [row[text] for row in sample if len(row) > text]
    if values and 2 * sum(map(names_picture, values)) >= len(values):
        raise DataError(
            f"{names[text]!r} of {where} holds names of picture files, not texts: train an image "
            f"classifier, or name the texts with text_column; {listed_columns(names)}"
        )


def _known(folded: list[str], known: Sequence[str], free: Sequence[int]) -> int | None:
    found = [folded.index(name) for name in known if name in folded]
    return next((index for index in found if index in free), None)


def _mean_length(sample: Sequence[Sequence[object]], column: int) -> float:
    lengths = [len(str(row[column])) for row in sample if len(row) > column]
    return sum(lengths) / len(lengths) if lengths else 0.0


def _distinct(sample: Sequence[Sequence[object]], column: int) -> int:
    """Different values of a column.

    A single one for all rows may be the first class of a sorted file, or no label at all: it counts
    for more than a few classes have, and less than a running number has. One that is mostly empty
    is none.
    """
    found = [row[column] for row in sample if len(row) > column]
    written = ["" if is_missing(value) else str(value).strip() for value in found]
    if 2 * written.count("") > len(written):
        return len(sample) + 1
    values = set(written)
    return len(values) if len(values) > 1 else max(2, math.isqrt(len(sample)))
