"""Arrays become batches for training (endless, changed at random) and for evaluation."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from kerasapps.errors import DataError
from kerasapps.preprocess.row_reading import (
    Chooser,
    chosen_steps,
    held_reader,
    held_rows,
    row_reader,
    values_of,
    variant_draw,
)
from kerasapps.preprocess.step_order import order_of, steps_per_epoch
from kerasapps.start import Start
from kerasapps.streamed import StreamedArray

# Streamed rows of the next batch are begun while the last ones of a batch are made.
_AT_ONCE: Mapping[str, Any] = {"num_parallel_calls": 2, "deterministic": True}
_SAID = re.compile(r"\bDataError: (.*)")  # in the message of an operation that failed


class BatchTransform(Protocol):
    """Changes a batch at random, in graph operations."""

    def __call__(self, inputs: Any, targets: Any, *, seed: Any) -> tuple[Any, Any]:
        """The changed inputs and one-hot targets; `seed`, int64 `(2,)`, decides all."""
        ...


@contextmanager
def told_by_readers() -> Iterator[None]:
    """Within it, what the reading of an example objects to is the `DataError` that it was."""
    try:
        yield
    except tf.errors.OpError as error:
        said = _SAID.search(str(error))
        if said is None:
            raise
        raise DataError(said.group(1)) from None


def training_batches(
    inputs: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    *,
    num_classes: int | None = None,
    batch_size: int,
    seed: int,
    transform: BatchTransform | None = None,
    start: Start = Start(),
    class_weights: Mapping[int, float] | Sequence[float] | None = None,
    lengths: np.ndarray | None = None,
    variants: np.ndarray | None = None,
) -> tf.data.Dataset:
    """Endless batches of one size, in an order that only `seed` and the epoch decide.

    Each epoch has `steps_per_epoch(n, batch_size)` batches and shows every row; it is filled up
    from its own start. What begins at a `start` is exactly what an uninterrupted run would see from
    there on, random changes included.

    With `lengths`, rows of like length share a batch, which is trimmed to its longest row: the
    shuffled rows are sorted by length within chunks of 20 batches, and the batches shuffled.

    Args:
        inputs: `(n, ...)`, pictures (uint8) or ids (int32); may be a memory map.
        labels: n class numbers, or targets as they are, `(n, k)`: memberships, numbers.
        num_classes: of class numbers, the width of the one-hot targets.
        batch_size: rows a batch.
        seed: of order and changes.
        transform: what to change at random, or None.
        start: where to begin, and which rows of every batch to read.
        class_weights: one weight a class; adds a third element, the weight of each row.
        lengths: int `(n,)`, how many values of each row of `inputs`, `(n, width)`, count; the rest
            is padding. None: all do.
        variants: `(variants, n, ...)`, the same rows in several forms, of which each row gets one
            at random in every batch. None: as they are in `inputs`.

    Returns:
        Batches `(x, y)` or `(x, y, sample_weight)`: x of the type of `inputs`, but uint8 becomes
        float32 0 to 255; `(batch, ...)`, or with `lengths` `(batch, None)`, at most `width`
        columns, a multiple of 8; y float32 `(batch, num_classes)` or `(batch, k)`; sample_weight
        float32 `(batch,)`.

    Examples:
        >>> ids, labels = np.array([[1, 7, 9, 0], [1, 8, 0, 0]] * 8, np.int32), [0, 1] * 8
        >>> batches = kerasapps.preprocess.training_batches(
        ...     ids, labels, num_classes=2, batch_size=4, seed=0,
        ...     lengths=kerasapps.preprocess.encoded_lengths(ids),
        ... )
        >>> next(iter(batches))[1].shape
        TensorShape([4, 2])
    """
    steps = steps_per_epoch(len(inputs), batch_size)
    streamed = isinstance(inputs, StreamedArray)
    order, share = order_of(inputs, batch_size, seed, lengths=lengths, share=start.share)
    # A share with rows of its own draws for itself, too.
    row_seed = seed if share == start.share else start.share.seed(seed)
    draw = None
    if variants is not None:
        draw = variant_draw(len(variants), variants.shape[1], row_seed, share)
    widest = 0 if lengths is None else inputs.shape[1]
    choose = Chooser(values_of(labels), order, lengths, widest, draw, share)
    first, size = start.number(steps), len(start.share.of(range(batch_size)))
    held = held_rows(inputs, variants)
    if held is None:
        read_rows = row_reader(inputs, choose, variants)
        dataset = tf.data.Dataset.range(first, np.iinfo(np.int64).max).map(
            lambda step: (*read_rows(step, size), step), **_AT_ONCE if streamed else {}
        )
    else:
        dataset = tf.data.Dataset.zip(held, chosen_steps(choose, first, size=size))
    return changed_batches(
        dataset,
        read=None if held is None else held_reader(trims=choose.trims),
        num_classes=num_classes,
        seed=start.share.seed(seed),
        transform=transform,
        class_weights=class_weights,
        waiting=2 if streamed else 0,
    )


def changed_batches(
    dataset: tf.data.Dataset,
    *,
    num_classes: int | None,
    seed: int,
    transform: BatchTransform | None,
    class_weights: Mapping[int, float] | Sequence[float] | None,
    read: Callable[..., tuple[tf.Tensor, tf.Tensor, tf.Tensor]] | None = None,
    waiting: int = 0,
) -> tf.data.Dataset:
    """Batches as `training_batches` gives them, of rows as they were read.

    Args:
        dataset: endless batches `(x, y, step)`, y as `values_of` gives it, step int64.
        num_classes: see `training_batches`, as `class_weights`.
        seed: of the changes.
        transform: what to change at random, or None.
        class_weights: see there.
        read: makes such a batch of what `dataset` gives instead.
        waiting: see `feeding_options`.
    """
    weights = None if class_weights is None else _weights(class_weights, num_classes or 0)

    def change(*element: Any) -> tuple[tf.Tensor, ...]:
        x, y, step = element if read is None else read(*element)
        targets = _targets(y, num_classes)
        if transform is not None:
            draw = tf.stack([tf.constant(seed, tf.int64), step])
            x, targets = transform(x, targets, seed=draw)
        x = _as_input(x)
        if weights is None:
            return x, targets
        return x, targets, tf.linalg.matvec(targets, weights)

    dataset = dataset.map(change, num_parallel_calls=_workers(), deterministic=True)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    return dataset.prefetch(2).with_options(feeding_options(waiting=waiting))


def evaluation_batches(
    inputs: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    *,
    num_classes: int | None = None,
    batch_size: int,
    class_weights: Mapping[int, float] | Sequence[float] | None = None,
    lengths: np.ndarray | None = None,
) -> tf.data.Dataset:
    """Every row once, in order, unchanged.

    Args:
        inputs: `(n, ...)`, pictures (uint8) or ids (int32); may be a memory map.
        labels: n class numbers, or targets as they are, `(n, k)`: memberships, numbers.
        num_classes: of class numbers, the width of the one-hot targets.
        batch_size: rows a batch; the last one may be smaller.
        class_weights: as for `training_batches`.
        lengths: as for `training_batches`; each batch is trimmed to its longest row.

    Returns:
        Batches `(x, y)` or `(x, y, sample_weight)`: as those of `training_batches`.

    Examples:
        >>> pictures, labels = np.zeros((5, 8, 8, 3), np.uint8), [0, 1, 0, 1, 0]
        >>> batches = kerasapps.preprocess.evaluation_batches(
        ...     pictures, labels, num_classes=2, batch_size=2
        ... )
        >>> [len(y) for x, y in batches]
        [2, 2, 1]
    """
    count = len(inputs)

    def rows_of(step: int) -> np.ndarray:
        return np.arange(step * batch_size, min(count, (step + 1) * batch_size))

    widest = 0 if lengths is None else inputs.shape[1]
    read_rows = row_reader(inputs, Chooser(values_of(labels), rows_of, lengths, widest))
    weights = None if class_weights is None else _weights(class_weights, num_classes or 0)

    def read(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        x, y = read_rows(step, None)
        batch = _as_input(x), _targets(y, num_classes)
        return batch if weights is None else (*batch, tf.gather(weights, y))

    streamed = isinstance(inputs, StreamedArray)
    dataset = tf.data.Dataset.range(steps_per_epoch(count, batch_size))
    dataset = dataset.map(read, **_AT_ONCE if streamed else {})
    return dataset.prefetch(2).with_options(feeding_options(waiting=2 if streamed else 0))


def _targets(y: tf.Tensor, num_classes: int | None) -> tf.Tensor:
    """Class numbers as one-hot rows; what is no class number is a target as it is."""
    return tf.one_hot(y, num_classes) if y.dtype == tf.int32 else y


def _as_input(x: tf.Tensor) -> tf.Tensor:
    return tf.cast(x, tf.float32) if x.dtype == tf.uint8 else x


def _weights(given: Mapping[int, float] | Sequence[float], num_classes: int) -> Any:
    values = [given[number] for number in range(num_classes)]
    return tf.constant(values, tf.float32)


def _workers() -> int:
    """Half of the cores: the other half, and on two cores nearly all, belongs to training."""
    return max(1, (os.cpu_count() or 1) // 2)


def feeding_options(*, waiting: int = 0) -> tf.data.Options:
    """In order, and with few threads: the cores belong to training.

    Args:
        waiting: further threads, which only wait for others.
    """
    options = tf.data.Options()
    options.threading.max_intra_op_parallelism = 1
    options.threading.private_threadpool_size = _workers() + 1 + waiting
    options.autotune.enabled = False
    options.deterministic = True
    return options
