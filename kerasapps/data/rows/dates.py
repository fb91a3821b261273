"""Dates and times of day, and the numbers that they are made of."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import numpy as np

PARTS = ("year", "month", "day", "weekday", "day number", "hour", "minute")
"""What a date or a time is for a network: numbers, of which those that vary are taken."""

_DATE = r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
_DAY_FIRST = r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})"
_MONTH_FIRST = r"(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})[-/.](?P<year>[0-9]{4})"
_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(:[0-9]{2}(\.[0-9]+)?)?"
_ZONE = r"\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"

ORDERS = {
    "year-month-day": re.compile(rf"{_DATE}([T ]{_TIME}{_ZONE})?"),
    "day-month-year": re.compile(rf"{_DAY_FIRST}([T ]{_TIME}{_ZONE})?"),
    "month-day-year": re.compile(rf"{_MONTH_FIRST}([T ]{_TIME}{_ZONE})?"),
    "time": re.compile(_TIME + _ZONE),
}
"""How dates are written → what finds the parts; an hour keeps its zone's count."""

_MOST = 0.95  # share of the values that must be dates
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def order_of(counted: Sequence[tuple[str, int]]) -> str | None:
    """Which of `ORDERS` nearly all rows have; None if they are no dates.

    Where days and months could be either, the day stands first.

    Args:
        counted: every different text, with the number of rows that have it.
    """
    rows = {name: _rows_with(counted, name) for name in ORDERS}
    best = max(rows, key=lambda name: rows[name])
    return best if counted and rows[best] >= _MOST * sum(count for _, count in counted) else None


def _rows_with(counted: Sequence[tuple[str, int]], order: str) -> int:
    return sum(count for text, count in counted if _parts(text, order) is not None)


def is_ambiguous(texts: Sequence[str]) -> bool:
    """Whether days and months cannot be told apart in any of some dates."""
    orders = ("day-month-year", "month-day-year")
    return all(_parts(text, name) is not None for name in orders for text in texts)


def date_parts(texts: Sequence[str], order: str) -> np.ndarray:
    """The numbers that dates are made of.

    Args:
        texts: as `cell_text` gives them.
        order: one of `ORDERS`.

    Returns:
        float64 `(n, 7)`, in the order of `PARTS`; a row of NaN where a text is no such date, and
        NaN for what it does not say. Weekdays run from 0, Monday; days are numbered from 1970.
    """
    empty = (float("nan"),) * len(PARTS)
    rows = [_parts(text, order) or empty for text in texts]
    return np.array(rows, np.float64).reshape(-1, len(PARTS))


def _parts(text: str, order: str) -> tuple[float, ...] | None:
    match = ORDERS[order].fullmatch(text)
    if match is None:
        return None
    found = {name: int(value) for name, value in match.groupdict().items() if value is not None}
    nothing = float("nan")
    hour, minute = found.get("hour", nothing), found.get("minute", nothing)
    if hour > 23 or minute > 59:
        return None
    if order == "time":
        return (*(nothing,) * 5, hour, minute)
    try:
        date = datetime.date(found["year"], found["month"], found["day"])
    except ValueError:
        return None
    number = date.toordinal() - _EPOCH
    return (date.year, date.month, date.day, date.weekday(), number, hour, minute)
