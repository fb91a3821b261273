"""Which columns of a table hold texts and labels: by option, by name, else by what is in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kerasapps.config import TextConfig
from kerasapps.data.sources.column_choice import (
    LABEL_NAMES,
    TEXT_NAMES,
    ColumnChoice,
    Head,
    Places,
    usual_place,
)
from kerasapps.data.sources.columns import SPLIT_COLUMN, Wanted, listed_columns
from kerasapps.data.sources.headers import names_columns
from kerasapps.data.sources.picture_formats import names_picture
from kerasapps.data.sources.rows import is_missing
from kerasapps.data.targets.columns import is_named_target, target_place
from kerasapps.errors import DataError

_KNOWN = frozenset((*TEXT_NAMES, *LABEL_NAMES, SPLIT_COLUMN))


def text_choice(config: TextConfig) -> ColumnChoice:
    """How text and label are found among the columns of a table.

    Args:
        config: the columns that the user named.
    """
    wanted = (
        Wanted("text", "text_column", config.text_column, TEXT_NAMES),
        Wanted("label", "label_column", config.label_column, LABEL_NAMES),
    )

    def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        places = _guess(head, named, split)
        usual = all(
            each.named is not None or (place is not None and _usual(head.names[place], each))
            for each, place in zip(wanted, places, strict=True)
        )
        return places, usual

    return ColumnChoice(
        wanted=wanted,
        is_header=lambda rows: names_columns(rows, usual=lambda name: name.lower() in _KNOWN),
        guess=guess,
    )


def _guess(head: Head, named: Places, split: int | None) -> Places:
    names, sample = head.names, head.sample
    text, label = named
    free = [place for place in range(len(names)) if place not in (text, label, split)]
    if label is None:
        label = target_place(names, free)
    if text is None:
        text = usual_place(names, TEXT_NAMES, [place for place in free if place != label])
    free = [place for place in free if place not in (text, label)]
    if text is None and free:
        text = max(free, key=lambda place: _mean_length(sample, place))
        free.remove(text)
    if text is not None and named[0] is None:
        _refuse_pictures(head, text)
    if label is None and free:
        label = min(free, key=lambda place: _distinct(sample, place))
    return text, label


def _usual(name: str, wanted: Wanted) -> bool:
    return name.strip().lower() in wanted.usual or is_named_target(name)


def _refuse_pictures(head: Head, text: int) -> None:
    """Refuse a guessed column of texts that holds the names of picture files.

    Raises:
        DataError: if at least half of the values are such.
    """
    values = [row[text] for row in head.sample if len(row) > text]
    if values and 2 * sum(map(names_picture, values)) >= len(values):
        raise DataError(
            f"{head.names[text]!r} of {head.where} holds names of picture files, not texts: train "
            f"an image classifier, or name the texts with text_column; {listed_columns(head.names)}"
        )


def _mean_length(sample: Sequence[Sequence[object]], column: int) -> float:
    lengths = [len(str(row[column])) for row in sample if len(row) > column]
    return sum(lengths) / len(lengths) if lengths else 0.0


def _distinct(sample: Sequence[Sequence[object]], column: int) -> int:
    """Different values of a column.

    A single one for all rows may be the first class of a sorted file, or no label at all: it counts
    for more than a few classes have, and less than a running number has. One that is mostly empty
    is none.
    """
    values = [row[column] for row in sample if len(row) > column]
    written = ["" if is_missing(value) else str(value).strip() for value in values]
    if 2 * written.count("") > len(written):
        return len(sample) + 1
    different = set(written)
    return len(different) if len(different) > 1 else max(2, math.isqrt(len(sample)))
