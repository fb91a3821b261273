"""Encoded rows become batches for training (endless, in another order each epoch) and judging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.preprocess.pipeline import feeding_options
from kerasapps.preprocess.step_order import StepOrder, steps_per_epoch
from kerasapps.start import WHOLE, Share, Start


def training_rows(
    inputs: Mapping[str, np.ndarray],
    targets: np.ndarray,
    *,
    batch_size: int,
    seed: int,
    start: Start = Start(),
    weights: np.ndarray | None = None,
) -> tf.data.Dataset:
    """Endless batches of one size, in an order that only `seed` and the epoch decide.

    Each epoch has `steps_per_epoch(n, batch_size)` batches and shows every row; it is filled up
    from its own start. What begins at a `start` is exactly what an uninterrupted run would see from
    there on.

    Args:
        inputs: name of a network's input → its values, `(n, …)`.
        targets: what is to be answered, float32 `(n, outputs)`.
        batch_size: rows a batch.
        seed: of the order.
        start: where to begin, and which rows of every batch to read.
        weights: float32 `(n,)`, of each row; they are a third element.

    Returns:
        Batches `(x, y)` or `(x, y, weight)`; x a mapping as `inputs`.

    Examples:
        >>> inputs = {"numbers": np.ones((5, 2), np.float32)}
        >>> batches = kerasapps.preprocess.training_rows(
        ...     inputs, np.ones((5, 1), np.float32), batch_size=2, seed=0
        ... )
        >>> next(iter(batches))[0]["numbers"].shape
        TensorShape([2, 2])
    """
    steps = steps_per_epoch(len(targets), batch_size)
    order = StepOrder(len(targets), batch_size, seed)
    size = len(start.share.of(range(batch_size)))
    read = _reader(inputs, targets, weights, order, batch_size=size, share=start.share)
    dataset = tf.data.Dataset.range(start.number(steps), np.iinfo(np.int64).max).map(read)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    return dataset.prefetch(2).with_options(feeding_options())


def evaluation_rows(
    inputs: Mapping[str, np.ndarray], targets: np.ndarray, *, batch_size: int
) -> tf.data.Dataset:
    """Every row once, in order; the last batch may be smaller. See `training_rows`.

    Examples:
        >>> inputs = {"numbers": np.ones((5, 2), np.float32)}
        >>> batches = kerasapps.preprocess.evaluation_rows(
        ...     inputs, np.ones((5, 1), np.float32), batch_size=2
        ... )
        >>> len(list(batches))
        3
    """
    count = len(targets)

    def rows_of(step: int) -> np.ndarray:
        return np.arange(step * batch_size, min(count, (step + 1) * batch_size))

    read = _reader(inputs, targets, None, rows_of, batch_size=None)
    dataset = tf.data.Dataset.range(steps_per_epoch(count, batch_size)).map(read)
    return dataset.prefetch(2).with_options(feeding_options())


def _reader(
    inputs: Mapping[str, np.ndarray],
    targets: np.ndarray,
    weights: np.ndarray | None,
    rows_of: Callable[[int], np.ndarray],
    *,
    batch_size: int | None,
    share: Share = WHOLE,
) -> Callable[[Any], tuple[Any, ...]]:
    """A graph function from a step to its rows."""
    arrays = [*inputs.values(), targets, *([] if weights is None else [weights])]

    def gather(step: np.ndarray) -> list[np.ndarray]:
        rows = share.of(rows_of(int(step)))
        return [array[rows] for array in arrays]

    def read(step: Any) -> tuple[Any, ...]:
        kinds = [tf.as_dtype(array.dtype) for array in arrays]
        tensors = tf.numpy_function(gather, [step], kinds, stateful=False)
        for tensor, array in zip(tensors, arrays, strict=True):
            tensor.set_shape((batch_size, *array.shape[1:]))
        count = len(inputs)
        return dict(zip(inputs, tensors[:count], strict=True)), *tensors[count:]

    return read
