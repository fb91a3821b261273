"""Decoded pictures become batches for training (endless, augmented) and for evaluation."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.preprocess.augment import Augmentation, augment


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Batches in an epoch; the last one is filled up."""
    return -(-count // batch_size)


def training_batches(
    images: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    *,
    num_classes: int,
    batch_size: int,
    augmentation: Augmentation,
    seed: int,
    first_epoch: int = 0,
    class_weights: Mapping[int, float] | Sequence[float] | None = None,
) -> tf.data.Dataset:
    """Endless batches of one static shape, in an order that only `seed` and the epoch decide.

    Each epoch has `steps_per_epoch(n, batch_size)` batches and shows every picture; its last
    batch is filled up from its own start. Starting at `first_epoch` gives exactly what an
    uninterrupted run would see from there on, augmentation included.

    Args:
        images: uint8 `(n, height, width, channels)`; may be a memory map.
        labels: n class numbers.
        num_classes: width of the one-hot targets.
        batch_size: pictures a batch.
        augmentation: what to change at random.
        seed: of order and augmentation.
        first_epoch: where to start.
        class_weights: one weight a class; adds a third element, the weight of each picture.

    Returns:
        Batches `(x, y)` or `(x, y, sample_weight)`: x float32 0 to 255, y float32
        `(batch, num_classes)`, sample_weight float32 `(batch,)`.
    """
    steps = steps_per_epoch(len(images), batch_size)
    gather = _BatchReader(images, np.asarray(labels, np.int32), batch_size, seed)
    weights = None if class_weights is None else _weights(class_weights, num_classes)

    def read(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        x, y = tf.numpy_function(gather, [step], [tf.uint8, tf.int32], stateful=False)
        x.set_shape((batch_size, *images.shape[1:]))
        y.set_shape((batch_size,))
        return x, y, step

    def change(x: tf.Tensor, y: tf.Tensor, step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        draw = tf.stack([tf.constant(seed, tf.int64), step])
        targets = tf.one_hot(y, num_classes)
        x, targets = augment(x, targets, seed=draw, augmentation=augmentation)
        if weights is None:
            return x, targets
        return x, targets, tf.linalg.matvec(targets, weights)

    first = first_epoch * steps
    dataset = tf.data.Dataset.range(first, np.iinfo(np.int64).max).map(read)
    dataset = dataset.map(change, num_parallel_calls=_workers(), deterministic=True)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    return dataset.prefetch(2).with_options(_options())


def evaluation_batches(
    images: np.ndarray, labels: Sequence[int] | np.ndarray, *, num_classes: int, batch_size: int
) -> tf.data.Dataset:
    """Every picture once, in order, unchanged.

    Args:
        images: uint8 `(n, height, width, channels)`; may be a memory map.
        labels: n class numbers.
        num_classes: width of the one-hot targets.
        batch_size: pictures a batch; the last one may be smaller.

    Returns:
        Batches `(x, y)`: x float32 0 to 255, y float32 `(batch, num_classes)`.
    """
    numbers = np.asarray(labels, np.int32)

    def rows(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        part = slice(int(step) * batch_size, (int(step) + 1) * batch_size)
        return np.ascontiguousarray(images[part]), numbers[part]

    def read(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x, y = tf.numpy_function(rows, [step], [tf.uint8, tf.int32], stateful=False)
        x.set_shape((None, *images.shape[1:]))
        y.set_shape((None,))
        return tf.cast(x, tf.float32), tf.one_hot(y, num_classes)

    dataset = tf.data.Dataset.range(steps_per_epoch(len(images), batch_size)).map(read)
    return dataset.prefetch(2).with_options(_options())


class _BatchReader:
    """Copies the rows of one training step out of the array."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, batch_size: int, seed: int) -> None:
        self._images = images
        self._labels = labels
        self._batch_size = batch_size
        self._steps = steps_per_epoch(len(images), batch_size)
        self._seed = seed
        self._order: tuple[int, np.ndarray] = (-1, np.empty(0, np.int64))

    def __call__(self, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        epoch, batch = divmod(int(step), self._steps)
        rows = self._epoch_order(epoch)[batch * self._batch_size : (batch + 1) * self._batch_size]
        return self._images[rows], self._labels[rows]

    def _epoch_order(self, epoch: int) -> np.ndarray:
        known, order = self._order
        if known != epoch:
            shuffled = np.random.default_rng((self._seed, epoch)).permutation(len(self._images))
            order = np.resize(shuffled, self._steps * self._batch_size)
            self._order = (epoch, order)
        return order


def _weights(given: Mapping[int, float] | Sequence[float], num_classes: int) -> Any:
    values = [given[number] for number in range(num_classes)]
    return tf.constant(values, tf.float32)


def _workers() -> int:
    """Half of the cores: the other half, and on two cores nearly all, belongs to training."""
    return max(1, (os.cpu_count() or 1) // 2)


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.threading.max_intra_op_parallelism = 1
    options.threading.private_threadpool_size = _workers() + 1
    options.autotune.enabled = False
    options.deterministic = True
    return options
