"""Batches that a `keras.utils.PyDataset` makes in Python, as a `tf.data.Dataset`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.errors import DataError


def dataset_of(batches: keras.utils.PyDataset, *, what: str) -> tf.data.Dataset:
    """The same batches, in their order; `on_epoch_end` is called whenever all were given.

    Args:
        batches: `(x, y)` or `(x, y, weight)`; the first says of which types and shapes all are.
        what: they are, for messages.

    Raises:
        DataError: if there are none, or nobody knows how many.
    """
    count = batches.num_batches
    if not count:
        raise DataError(
            f"{what} is a {type(batches).__name__} without a known number of batches: give it "
            "__len__, of one at least."
        )

    def every() -> Iterator[Any]:
        for number in range(count):
            yield _arrays(batches[number])
        batches.on_epoch_end()

    spec = tf.nest.map_structure(_spec, _arrays(batches[0]))
    made = tf.data.Dataset.from_generator(every, output_signature=spec)
    return made.apply(tf.data.experimental.assert_cardinality(count)).prefetch(2)


def _arrays(batch: Any) -> Any:
    """A batch as arrays in tuples and mappings; a list of inputs is a tuple."""
    if isinstance(batch, Mapping):
        return {name: _arrays(value) for name, value in batch.items()}
    if isinstance(batch, tuple) or (isinstance(batch, list) and _holds_arrays(batch)):
        return tuple(map(_arrays, batch))
    return np.asarray(batch)


def _holds_arrays(values: list[Any]) -> bool:
    return bool(values) and all(np.ndim(value) and hasattr(value, "shape") for value in values)


def _spec(array: np.ndarray) -> tf.TensorSpec:
    return tf.TensorSpec((None, *array.shape[1:]), array.dtype)
