"""Dates and times of day as the numbers that they are made of, by TensorFlow operations."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.data.rows.dates import ORDERS, PARTS

_GROUPS = ("year", "month", "day", "hour", "minute")


def date_parts_in_graph(texts: Any, order: str) -> Any:
    """As `data.rows.dates.date_parts` does it.

    Args:
        texts: strings `(batch,)`, without spaces around them.
        order: one of `ORDERS`.

    Returns:
        float32 `(batch, 7)`, NaN for what a text does not say.
    """
    found = {name: _group(texts, order, name) for name in _GROUPS}
    year, month, day = found["year"], found["month"], found["day"]
    number = _day_number(year, month, day)
    hour, minute = found["hour"], found["minute"]
    fits = tf.strings.regex_full_match(texts, _plain(order)) & ~((hour > 23) | (minute > 59))
    if order != "time":
        back = _month_and_day(number)
        fits &= (year > 0) & (month >= 1) & (month <= 12) & (back == month * 32 + day)
    weekday = tf.math.floormod(number + 3, 7.0)
    parts = dict(zip(PARTS, (year, month, day, weekday, number, hour, minute), strict=True))
    rows = tf.stack([parts[name] for name in PARTS], axis=1)
    return tf.where(fits[:, tf.newaxis], rows, float("nan"))


def _plain(order: str) -> str:
    """The pattern in RE2's words, which are Python's."""
    return f"({ORDERS[order].pattern})"


def _group(texts: Any, order: str, name: str) -> Any:
    """The number in a named group of the pattern; NaN where there is none."""
    places = ORDERS[order].groupindex
    if name not in places:
        return tf.fill(tf.shape(texts), float("nan"))
    # The whole pattern is a group of its own, the first.
    digits = tf.strings.regex_replace(texts, f"^{_plain(order)}$", rf"\{places[name] + 1}")
    is_number = tf.strings.regex_full_match(digits, r"\d{1,4}")
    return tf.where(is_number, tf.strings.to_number(tf.where(is_number, digits, "0")), float("nan"))


def _day_number(year: Any, month: Any, day: Any) -> Any:
    """Days since 1970-01-01 in the Gregorian calendar, float32 and exact for four-digit years."""
    shifted = tf.where(month <= 2, year - 1, year)
    era = tf.floor(shifted / 400)
    of_era = shifted - era * 400
    months = tf.where(month > 2, month - 3, month + 9)
    of_year = tf.floor((153 * months + 2) / 5) + day - 1
    days = of_era * 365 + tf.floor(of_era / 4) - tf.floor(of_era / 100) + of_year
    return era * 146097 + days - 719468


def _month_and_day(number: Any) -> Any:
    """`32 * month + day` of a day's number: another one than went in, if there is no such day."""
    days = number + 719468
    of_era = days - tf.floor(days / 146097) * 146097
    years = tf.floor(
        (of_era - tf.floor(of_era / 1460) + tf.floor(of_era / 36524) - tf.floor(of_era / 146096))
        / 365
    )
    of_year = of_era - (365 * years + tf.floor(years / 4) - tf.floor(years / 100))
    months = tf.floor((5 * of_year + 2) / 153)
    day = of_year - tf.floor((153 * months + 2) / 5) + 1
    return tf.where(months < 10, months + 3, months - 9) * 32 + day
