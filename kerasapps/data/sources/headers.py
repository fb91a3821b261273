"""Whether the first row of a delimited file names its columns: told by the rows below it.

,reviewtext,emotion      a running number below nothing, a class that no row has: names
Great fun.,joy           like the rows below: data
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from kerasapps.data.sources.clean import count_words

_LONGEST = 60  # characters of a name
_MOST_WORDS = 4  # of a name
_NEXT = 5  # rows that must be longer than the name of a text: files may be sorted by length
_MOST = 0.95  # share of values that make a kind of column
_NUMBER = re.compile(r"[+-]?(\d[\d.,_]*|\.\d+)([eE][+-]?\d+)?%?")
_ENDS = (".", "!", "?", "…", "\u3002", "\uff01", "\uff1f", "\u061f", "\u0964")


def numbered_columns(count: int) -> tuple[str, ...]:
    """The names of columns that have none."""
    return tuple(f"column {place}" for place in range(1, count + 1))


def has_header(names: Sequence[str]) -> bool:
    """Whether a table's names are its own."""
    return tuple(names) != numbered_columns(len(names))


def name_columns(first: Sequence[object]) -> tuple[str, ...]:
    """The names in a first row; a column without one is named by its place ("column 3")."""
    return tuple(str(name).strip() or f"column {place}" for place, name in enumerate(first, 1))


def names_columns(rows: Sequence[Sequence[str]], *, usual: Callable[[str], bool]) -> bool:
    """Whether the first of some rows holds names rather than data.

    A name that is usual decides, unless the rows below hold it as a value. Otherwise each column
    votes: names stand above numbers without being one, above classes without being one of them, or
    above texts that are all longer.

    Args:
        rows: the first rows of a file, hundreds if there are so many.
        usual: whether a name is one that columns usually have.
    """
    first = [field.strip() for field in rows[0]]
    rest = [row for row in rows[1:] if len(row) == len(first)]
    columns = [[row[place].strip() for row in rest] for place in range(len(first))]
    named = zip(first, columns, strict=True)
    if any(usual(name) and name not in values for name, values in named):
        return True
    return sum(map(_vote, first, columns)) > 0


def _vote(name: str, values: Sequence[str]) -> float:
    """How much a column speaks for a name above it (positive) or for one more value (negative)."""
    filled = [value for value in values if value]
    if not filled:
        return 0
    numbers = _share(filled, _is_number)
    if not name:
        return 2 if numbers >= _MOST and len(filled) == len(values) else 0
    if numbers >= _MOST:
        return -2 if _is_number(name) else 2
    if name in filled or len(name) > _LONGEST or "\n" in name:
        return -2
    # How likely one more value is a new one, by the values that occur once (Good, 1953).
    counts = Counter(filled)
    new = (1 + sum(count == 1 for count in counts.values())) / (1 + len(filled))
    if new < 0.1:
        return 2 if new < 0.01 else 1
    return _vote_above_texts(name, filled)


def _vote_above_texts(name: str, texts: Sequence[str]) -> float:
    if _share(texts, _has_digit) >= _MOST and not _has_digit(name):
        return 1
    size = count_words(name)
    enough = len(texts) > _NEXT
    ended = _share(texts, _is_ended)
    if size > _MOST_WORDS or (_is_ended(name) and (size > 1 or ended >= 0.5)):
        return -2
    if ended >= _MOST and not _is_ended(name) and enough:
        return 1
    as_short = _share(texts, lambda text: count_words(text) <= size)
    longer = all(count_words(text) > size for text in texts[:_NEXT])
    return 1 if longer and enough and as_short <= 1 - _MOST else -0.5


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_ended(text: str) -> bool:
    return text.endswith(_ENDS)


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values)
