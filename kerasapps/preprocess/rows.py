"""Rows of a table become numbers and ids, by what the training split was like: numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.data.rows.cells import MISSING, NO, YES, numbers_in, varies
from kerasapps.data.rows.dates import PARTS, date_parts
from kerasapps.data.rows.readings import Reading
from kerasapps.data.rows.values import Values
from kerasapps.preprocess.row_spec import (
    FIRST_ID,
    MISSING_ID,
    UNKNOWN_ID,
    YES_OR_NO,
    ColumnKind,
    ColumnSpec,
    RowSpec,
    Scale,
)

KNOTS = 256  # of a scale, at most
HEAVIEST = 1 / 32  # of a scale that a single number may take
REACH = 3**0.5  # of the levels: their deviation is then about 1
_DIGITS = 7  # of a level


@dataclass(frozen=True, eq=False)
class RowInputs:
    """Rows as a network takes them.

    Attributes:
        numbers: float32 `(n, p)`.
        categories: int32 `(n, q)`.

    Examples:
        >>> numbers, none = np.ones((3, 2), np.float32), np.empty((3, 0), np.int32)
        >>> rows = kerasapps.preprocess.RowInputs(numbers, none)
        >>> list(rows.arrays)
        ['numbers']
    """

    numbers: np.ndarray
    categories: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Any) -> RowInputs:
        return RowInputs(self.numbers[rows], self.categories[rows])

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """By the names of a network's inputs; one that would be empty is none."""
        both = {"numbers": self.numbers, "categories": self.categories}
        return {name: array for name, array in both.items() if array.shape[1]}


def fit_rows(
    columns: Mapping[str, Values], readings: Sequence[Reading], *, target: str, min_count: int
) -> RowSpec:
    """What becomes of rows, by the statistics of the training split.

    Args:
        columns: name → values of the training split.
        readings: what each is taken for.
        target: name of the column that is answered.
        min_count: a value of a category seen less often is an unknown one.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> options = kerasapps.TabularConfig(target="rich")
        >>> splits = kerasapps.data.load_table(columns, tabular=options)
        >>> spec = kerasapps.preprocess.fit_rows(
        ...     splits.train.columns, splits.train.readings, target="rich", min_count=1
        ... )
        >>> [column.kind for column in spec.columns]
        ['number', 'category']
    """
    specs = []
    for reading in readings:
        if reading.used:
            specs.append(_fit_column(columns[reading.name], reading, min_count))
    fitted = tuple(spec for spec in specs if spec.is_category or spec.scales)
    names = {spec.name for spec in fitted}
    ignored = tuple(each.name for each in readings if each.name not in names)
    return RowSpec(fitted, target, ignored)


def _fit_column(values: Values, reading: Reading, min_count: int) -> ColumnSpec:
    kind: ColumnKind = reading.kind  # type: ignore[assignment]
    if kind in ("category", "yes/no"):
        return _fit_category(values, reading.name, kind, min_count)
    parts, names = (
        (date_parts(values.texts, reading.order), PARTS)
        if kind == "date"
        else (numbers_in(values.texts)[:, np.newaxis], ("",))
    )
    scales = [
        fit_scale(each, values.counts, part=name)
        for each, name in zip(parts.T, names, strict=True)
        if varies(each[values.counts > 0])
    ]
    missing = np.isnan(parts).all(axis=1)
    flagged = bool(values.counts[missing].sum()) and bool(scales)
    return ColumnSpec(
        reading.name, kind, _middle(values, parts), tuple(scales), flagged, order=reading.order
    )


def _fit_category(values: Values, name: str, kind: ColumnKind, min_count: int) -> ColumnSpec:
    counted = [(count, text) for text, count in values.present]
    typical = max(counted, key=lambda each: (each[0], each[1]))[1] if counted else MISSING
    if kind == "yes/no":
        return ColumnSpec(name, kind, typical, values=YES_OR_NO)
    known = sorted(text for count, text in counted if count >= min_count)
    return ColumnSpec(name, kind, typical, values=tuple(known))


def _middle(values: Values, parts: np.ndarray) -> str:
    """The value in the middle of the training's; of dates by the day, of times by the hour."""
    keys = [parts[:, place] for place in range(parts.shape[1])]
    main = next((key for key in _main_first(keys) if not np.isnan(key).all()), keys[0])
    rows = np.flatnonzero(~np.isnan(main) & (values.counts > 0))
    if not len(rows):
        return MISSING
    rows = rows[np.argsort(main[rows], kind="stable")]
    half = np.searchsorted(np.cumsum(values.counts[rows]), values.counts[rows].sum() / 2)
    return values.texts[rows[half]]


def _main_first(keys: list[np.ndarray]) -> list[np.ndarray]:
    if len(keys) == 1:
        return keys
    return [keys[PARTS.index("day number")], keys[PARTS.index("hour")]]


def fit_scale(numbers: np.ndarray, counts: np.ndarray, *, part: str = "") -> Scale:
    """The scale of numbers: by how many lie below, where one that is very frequent counts less.

    Without that, a column of zeros and a few large numbers would tell these hardly apart.

    Args:
        numbers: float `(n,)`, NaN where there is none.
        counts: int `(n,)`, how often each occurs.
        part: of a date.
    """
    real = ~np.isnan(numbers) & (counts > 0)
    values, places = np.unique(numbers[real], return_inverse=True)
    weights = np.bincount(places, weights=counts[real]).astype(np.float64)
    median = values[np.searchsorted(np.cumsum(weights), weights.sum() / 2)]
    weights = np.minimum(weights, max(1.0, HEAVIEST * weights.sum()))
    below = (np.cumsum(weights) - weights / 2) / weights.sum()
    if len(values) > KNOTS:
        chosen = np.unique(np.searchsorted(below, np.linspace(below[0], below[-1], KNOTS)))
        values, below = values[chosen], below[chosen]
    span = below[-1] - below[0]
    levels = REACH * (2 * (below - below[0]) / span - 1)
    levels = np.round(levels, _DIGITS)
    typical = float(np.round(np.interp(median, values, levels), _DIGITS))
    return Scale(tuple(values.tolist()), tuple(levels.tolist()), typical, part)


def encode_rows(columns: Mapping[str, Values], spec: RowSpec) -> RowInputs:
    """Rows as the network takes them.

    Args:
        columns: name → values; all that the spec uses are there.
        spec: of the training split.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> options = kerasapps.TabularConfig(target="rich")
        >>> splits = kerasapps.data.load_table(columns, tabular=options)
        >>> spec = kerasapps.preprocess.fit_rows(
        ...     splits.train.columns, splits.train.readings, target="rich", min_count=1
        ... )
        >>> rows = kerasapps.preprocess.encode_rows(splits.test.columns, spec)
        >>> rows.categories.shape == (len(splits.test), 1)
        True
    """
    rows = len(next(iter(columns.values())))
    numbers, flags = [], []
    for column in spec.scaled:
        levels, missing = _levels(columns[column.name], column)
        numbers += levels
        flags += [missing] if column.flagged else []
    categories = [_ids(columns[column.name], column) for column in spec.categories]
    return RowInputs(
        _side_by_side(numbers + flags, rows, np.float32), _side_by_side(categories, rows, np.int32)
    )


def is_missing_in(text: str, column: ColumnSpec) -> bool:
    """Whether a cell counts as missing in a column of numbers or dates.

    Args:
        text: as `cell_text` gives it.
        column: with scales.
    """
    if column.kind == "date":
        return bool(np.isnan(date_parts([text], column.order)).all())
    return bool(np.isnan(numbers_in([text])[0]))


def _levels(values: Values, column: ColumnSpec) -> tuple[list[np.ndarray], np.ndarray]:
    """The levels of each scale, and for each row whether its value is missing."""
    if column.kind == "date":
        parts = date_parts(values.texts, column.order)
        levels = [scale(parts[:, scale.place])[values.codes] for scale in column.scales]
        return levels, np.isnan(parts).all(axis=1)[values.codes].astype(np.float32)
    numbers = numbers_in(values.texts)
    levels = [scale(numbers)[values.codes] for scale in column.scales]
    return levels, np.isnan(numbers)[values.codes].astype(np.float32)


def _ids(values: Values, column: ColumnSpec) -> np.ndarray:
    known = {text: place for place, text in enumerate(column.values, FIRST_ID)}
    if column.kind == "yes/no":
        known = dict.fromkeys(NO, FIRST_ID) | dict.fromkeys(YES, FIRST_ID + 1)
    known[MISSING] = MISSING_ID
    folded = column.kind == "yes/no"
    texts = (text.lower() if folded else text for text in values.texts)
    ids = np.array([known.get(text, UNKNOWN_ID) for text in texts], np.int32)
    return ids[values.codes]


def _side_by_side(columns: Sequence[np.ndarray], rows: int, dtype: type) -> np.ndarray:
    return np.stack(columns, axis=1).astype(dtype) if columns else np.empty((rows, 0), dtype)
