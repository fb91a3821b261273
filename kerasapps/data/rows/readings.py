"""What a column holds, told by its values: numbers, categories, dates, or nothing that helps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kerasapps.data.rows.cells import are_yes_and_no, is_marked_number, numbers_in, varies
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.dates import date_parts, is_ambiguous, order_of
from kerasapps.data.rows.values import Values
from kerasapps.data.sources.clean import count_words

Kind = Literal["number", "yes/no", "category", "date", "text", "id", "constant", "left out"]
USED: tuple[Kind, ...] = ("number", "yes/no", "category", "date")

_MOST = 0.95  # share of the values that makes a column of a kind
_FEW = 20  # values that say too little to call a column ids or texts
_SHOWN = 3  # strange values
_WORDS = 4  # of a value of free text, in the mean
_ID_NAME = re.compile(r"(?i:(|.*[\s_-])(id|ids|uuid|guid|index|key)|unnamed: [0-9]+)|.+I[dD]")


@dataclass(frozen=True)
class Reading:
    """What a column is taken for.

    Attributes:
        name: of the column.
        kind: of its values; columns of a kind that is not among `USED` are left out.
        why: what it was told by, in a few words: "73 different values".
        order: of dates: one of `dates.ORDERS`, else "".
        odd: values that are not of the kind, the first few; they count as missing.
        odd_rows: how many rows have one.
        mixed: whether a good part of the values are numbers and a good part are none.
        marked: a value, where nearly all are numbers with marks such as "€ 1,200"; else "".
    """

    name: str
    kind: Kind
    why: str
    order: str = ""
    odd: tuple[str, ...] = ()
    odd_rows: int = 0
    mixed: bool = False
    marked: str = ""

    @property
    def used(self) -> bool:
        """Whether the network gets to see it."""
        return self.kind in USED


def read_columns(columns: Mapping[str, Values], *, config: TabularConfig) -> tuple[Reading, ...]:
    """What each column is taken for, by option or by its values.

    Args:
        columns: name → values of the training split; the target is none of them.
        config: the columns that the user named.
    """
    return tuple(_reading(name, values, config) for name, values in columns.items())


def _reading(name: str, values: Values, config: TabularConfig) -> Reading:
    texts = [text for text, _ in values.present]
    if name in config.ignore:
        return Reading(name, "left out", "as asked for")
    if name in config.category_columns:
        return Reading(name, "category", _different(texts))
    if name in config.number_columns:
        return _as_number(name, values)
    if name in config.date_columns:
        return _as_date(name, values, order_of(values.present) or "year-month-day")
    return _guess(name, values, texts)


def _guess(name: str, values: Values, texts: Sequence[str]) -> Reading:
    if len(texts) <= 1 and (not texts or not values.missing):
        return Reading(name, "constant", repr(texts[0]) if texts else "no values")
    if are_yes_and_no(texts):
        return Reading(name, "yes/no", " and ".join(map(repr, texts)))
    share = _share(values, ~np.isnan(numbers_in(texts)))
    if share == 1 and _numbers_ids(name, values, texts):
        return Reading(name, "id", _different(texts))
    if share >= _MOST and varies(numbers_in(texts)):
        return _as_number(name, values)
    order = order_of(values.present)
    if order is None or not _dates_vary(texts, order):
        return _as_words(name, values, share)
    return _as_date(name, values, order)


def _dates_vary(texts: Sequence[str], order: str) -> bool:
    return any(map(varies, date_parts(texts, order).T))


def _as_words(name: str, values: Values, numbers: float) -> Reading:
    """A category, unless nearly every row has a value of its own."""
    texts = [text for text, _ in values.present]
    if _is_own(values, texts, 0.5) and np.mean([count_words(text) for text in texts]) >= _WORDS:
        return Reading(name, "text", f"of {_different(texts)}, several words each")
    kind: Kind = "id" if _is_own(values, texts, _MOST) else "category"
    marked = "" if numbers >= _MOST else _marked(values, texts)
    return Reading(name, kind, _different(texts), mixed=1 - _MOST < numbers < _MOST, marked=marked)


def _marked(values: Values, texts: Sequence[str]) -> str:
    """The first number with marks, where nearly all values are numbers, with marks or without."""
    if not texts or _share(values, np.array([is_marked_number(text) for text in texts])) < _MOST:
        return ""
    plain = np.isfinite(numbers_in(texts))
    marked = (text for text, is_plain in zip(texts, plain, strict=True) if not is_plain)
    return next((text for text in marked if is_marked_number(text)), "")


def _as_number(name: str, values: Values) -> Reading:
    texts = [text for text, _ in values.present]
    numbers = numbers_in(texts)
    real = numbers[~np.isnan(numbers)]
    why = f"{_short(real.min())} to {_short(real.max())}" if len(real) else "no number"
    odd, rows = _odd(values, np.isnan(numbers))
    if not varies(numbers) and (len(real) or not rows):
        return Reading(name, "constant", _short(real[0]) if len(real) else "no values")
    return Reading(name, "number", why, odd=odd, odd_rows=rows)


def _as_date(name: str, values: Values, order: str) -> Reading:
    texts = [text for text, _ in values.present]
    odd = np.isnan(date_parts(texts, order)).all(axis=1)
    dates = [text for text, is_odd in zip(texts, odd, strict=True) if not is_odd]
    doubt = order == "day-month-year" and is_ambiguous(dates)
    why = f"{order}, which could be month-day-year as well" if doubt else order
    strange, rows = _odd(values, odd)
    if not _dates_vary(texts, order) and (dates or not rows):
        return Reading(name, "constant", repr(dates[0]) if dates else "no values")
    why = why if dates else "no date"
    return Reading(name, "date", why, order, strange, rows)


def _odd(values: Values, odd: np.ndarray) -> tuple[tuple[str, ...], int]:
    """The first values that are not of the kind, and how many rows have one."""
    strange = [each for each, is_odd in zip(values.present, odd, strict=True) if is_odd]
    return tuple(text for text, _ in strange[:_SHOWN]), sum(count for _, count in strange)


def _numbers_ids(name: str, values: Values, texts: Sequence[str]) -> bool:
    """Whether whole numbers only count the rows: all different, and named so or in order."""
    if len(texts) < _FEW or len(texts) < len(values) - values.missing:
        return False
    numbers = numbers_in(texts)
    if (numbers % 1).any():
        return False
    return bool(_ID_NAME.fullmatch(name.strip()) or (np.diff(numbers) > 0).all())


def _is_own(values: Values, texts: Sequence[str], share: float) -> bool:
    """Whether nearly every row has a value of its own."""
    return len(texts) >= _FEW and len(texts) >= share * (len(values) - values.missing)


def _share(values: Values, fits: np.ndarray) -> float:
    """Share of the rows with a value whose value fits."""
    counts = np.array([count for _, count in values.present], np.float64)
    return float(counts[fits].sum() / counts.sum()) if len(counts) else 0.0


def _different(texts: Sequence[str]) -> str:
    plural = "s" if len(texts) != 1 else ""
    return f"{len(texts):,} different value{plural}"


def _short(number: float) -> str:
    return f"{number:.10g}"
