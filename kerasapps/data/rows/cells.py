"""A cell of a table, whatever its source, as text; and what such texts say."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerasapps.data.sources.rows import is_missing

MISSING = ""
"""How a cell without a value is written."""

LONGEST = 1000  # characters of a cell that are told apart
_TOO_LARGE = 10**400  # for a number of 64 bits by far
MISSING_WORDS = frozenset({"", "?", "na", "n/a", "nan", "null", "<na>", "nat"})
YES = frozenset({"yes", "y", "true", "t", "on", "1"})
NO = frozenset({"no", "n", "false", "f", "off", "0"})
WHOLE = re.compile(r"([+-]?[0-9]+)\.0+")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MARKED = re.compile(
    r"[+-]?[$€£¥]?\s?[+-]?([0-9]{1,3}([,.'\u2019\s][0-9]{3})+|[0-9]+)([.,][0-9]+)?\s?[%$€£¥]?"
)


def cell_text(value: object) -> str:
    """A value as text: equal for equal values, whether of a CSV file, of JSON or of pandas.

    Numbers are written as short as they can be (`39`, not `39.0`), truth as `true` and `false`,
    dates as ISO 8601 has them. A missing value (`None`, NaN, nothing, `?`, `NA`, `null`) is "".

    Args:
        value: of any type; what is no single value is written as Python writes it.
    """
    if is_missing(value):
        return MISSING
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value.item()
    write = next((write for kinds, write in _WRITERS if isinstance(value, kinds)), _number_text)
    return write(value)


def _clean(text: str) -> str:
    text = text.strip()[:LONGEST]
    whole = WHOLE.fullmatch(text)
    text = whole[1] if whole else text
    return MISSING if text.lower() in MISSING_WORDS else text


def _number_text(value: Any) -> str:
    """`39` for 39.0, whatever its type; another kind of value as Python writes it."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return _clean(str(value))
    if not np.isfinite(number):
        return MISSING
    # A decimal number, or float32's shortest form: what was meant.
    return _shortest(repr(number) if type(value) in (float, np.float64) else str(value))


def _shortest(text: str) -> str:
    return text.removesuffix(".0")


# In this order: a truth value is a whole number to Python, too.
_WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (str, _clean),
    (bytes, lambda value: _clean(value.decode("utf-8", "replace"))),
    (bool | np.bool_, lambda value: "true" if value else "false"),
    # Python writes no number of thousands of digits, which none can be learnt from.
    (int, lambda value: str(value) if abs(value) < _TOO_LARGE else f"{value:#x}"[:LONGEST]),
    (datetime.date | datetime.time, lambda value: value.isoformat()),
    (np.datetime64, lambda value: MISSING if np.isnat(value) else str(value)),
)


def numbers_in(texts: Sequence[str]) -> np.ndarray:
    """The numbers that texts are.

    Args:
        texts: as `cell_text` gives them.

    Returns:
        float64 `(n,)`, NaN where a text is none, or is too large for one.
    """
    return np.array([_number(text) for text in texts], np.float64)


def varies(numbers: np.ndarray) -> bool:
    """Whether there are two different ones among numbers, of which NaN is none."""
    return len(np.unique(numbers[~np.isnan(numbers)])) > 1


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        return float("nan")
    number = float(text)
    return number if np.isfinite(number) else float("nan")


def is_marked_number(text: str) -> bool:
    """Whether a text is a number with the marks of money, per cent, thousands or a comma."""
    return _MARKED.fullmatch(text) is not None


def are_yes_and_no(texts: Sequence[str]) -> bool:
    """Whether two texts, and no more, say yes and no, in any of the usual words."""
    words = {text.lower() for text in texts}
    if len(words) != 2 or len(texts) != 2:
        return False
    return len(words & YES) == 1 and len(words & NO) == 1
