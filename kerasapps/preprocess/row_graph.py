"""Columns of a table → model inputs as TensorFlow operations, for the SavedModel.

The same steps as `preprocess.rows`, which uses numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.data.rows.cells import MISSING_WORDS, NO, WHOLE, YES
from kerasapps.preprocess.date_graph import date_parts_in_graph
from kerasapps.preprocess.row_spec import (
    FIRST_ID,
    MISSING_ID,
    UNKNOWN_ID,
    ColumnSpec,
    RowSpec,
    Scale,
)

_SPACE = r"[\s\x0b\x1c-\x1f\x{85}\p{Z}]"  # what Python's `strip` takes off
_ENDS = rf"^{_SPACE}+|{_SPACE}+$"


class RowGraph(tf.Module):
    """`encode_rows` on tensors, one a column.

    Args:
        spec: of the training split.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> options = kerasapps.TabularConfig(target="rich")
        >>> splits = kerasapps.data.load_table(columns, tabular=options)
        >>> spec = kerasapps.preprocess.fit_rows(
        ...     splits.train.columns, splits.train.readings, target="rich", min_count=1
        ... )
        >>> graph = kerasapps.preprocess.RowGraph(spec)
        >>> sorted(graph(tf.constant([44.0], tf.float64), tf.constant(["cook"])))
        ['categories', 'numbers']
    """

    def __init__(self, spec: RowSpec) -> None:
        super().__init__()
        self._spec = spec
        self._tables = {column.name: _table(column) for column in spec.categories}

    @property
    def takes(self) -> list[tf.DType]:
        """What a value of each column is: float64 of a number, else a string.

        Times in seconds and other large numbers that lie close together are one in float32.
        """
        return [tf.float64 if each.kind == "number" else tf.string for each in self._spec.columns]

    def __call__(self, *columns: Any) -> dict[str, Any]:
        """The network's inputs: float32 `numbers` `(batch, p)`, int32 `categories` `(batch, q)`.

        Args:
            columns: the values of each, `(batch,)`; NaN and "" are missing ones.
        """
        numbers, flags, ids = [], [], []
        for column, values in zip(self._spec.columns, columns, strict=True):
            if column.is_category:
                ids.append(_ids(values, column, self._tables[column.name]))
                continue
            levels, missing = _levels(values, column)
            numbers += levels
            flags += [missing] if column.flagged else []
        inputs = {"numbers": numbers + flags, "categories": ids}
        return {name: tf.stack(each, axis=1) for name, each in inputs.items() if each}


def cleaned(values: Any) -> Any:
    """Strings as `cell_text` has them: "" for a missing value, whole numbers without ".0"."""
    texts = tf.strings.regex_replace(values, _ENDS, "")
    texts = tf.strings.regex_replace(texts, f"^{WHOLE.pattern}$", r"\1")
    lower = tf.strings.lower(texts, encoding="utf-8")
    missing = tf.reduce_any(lower[:, tf.newaxis] == tf.constant(sorted(MISSING_WORDS)), axis=1)
    return tf.where(missing, "", texts)


def _table(column: ColumnSpec) -> Any:
    known = {text: place for place, text in enumerate(column.values, FIRST_ID)}
    if column.kind == "yes/no":
        known = dict.fromkeys(NO, FIRST_ID) | dict.fromkeys(YES, FIRST_ID + 1)
    known[""] = MISSING_ID
    keys, ids = tf.constant([*known]), tf.constant([*known.values()], tf.int32)
    initializer = tf.lookup.KeyValueTensorInitializer(keys, ids)
    return tf.lookup.StaticHashTable(initializer, default_value=UNKNOWN_ID)


def _ids(values: Any, column: ColumnSpec, table: Any) -> Any:
    texts = cleaned(values)
    return table.lookup(tf.strings.lower(texts) if column.kind == "yes/no" else texts)


def _levels(values: Any, column: ColumnSpec) -> tuple[list[Any], Any]:
    if column.kind == "number":
        parts = tf.where(tf.math.is_finite(values), values, np.nan)[:, tf.newaxis]
        places = [0] * len(column.scales)
    else:
        parts = date_parts_in_graph(cleaned(values), column.order)
        places = [scale.place for scale in column.scales]
    levels = [
        _interpolated(parts[:, place], scale)
        for place, scale in zip(places, column.scales, strict=True)
    ]
    missing = tf.reduce_all(tf.math.is_nan(parts), axis=1)
    return levels, tf.cast(missing, tf.float32)


def _interpolated(numbers: Any, scale: Scale) -> Any:
    """As `Scale` does it, float32 `(batch,)`."""
    knots, levels = (tf.constant(each, numbers.dtype) for each in (scale.knots, scale.levels))
    missing = tf.math.is_nan(numbers)
    within = tf.clip_by_value(tf.where(missing, knots[0], numbers), knots[0], knots[-1])
    right = tf.clip_by_value(tf.searchsorted(knots, within), 1, len(scale.knots) - 1)
    low, high = tf.gather(knots, right - 1), tf.gather(knots, right)
    share = tf.math.divide_no_nan(within - low, high - low)
    start = tf.gather(levels, right - 1)
    found = start + share * (tf.gather(levels, right) - start)
    return tf.cast(tf.where(missing, tf.constant(scale.typical, found.dtype), found), tf.float32)
