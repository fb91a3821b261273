"""Rows of words as batches, those of like length together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.outputs.tags.emissions import TagRows
from kerasapps.preprocess.pipeline import StepOrder, feeding_options, steps_per_epoch
from kerasapps.workflow.experiment import SplitInputs, suitable_batch
from kerasapps.workflow.judging import Batches

LEAST, LARGEST = 8, 24  # rows a batch, where nobody asks


def tag_batches(inputs: SplitInputs[TagRows], *, train: TrainConfig) -> Batches:
    """Endless training batches and finite validation batches.

    A batch is `(x, y)`: x a mapping as `TagRows.inputs`, y int32 `(batch, length)` with -1 where
    no word is; both are cut where no row has a word.

    Args:
        inputs: the splits.
        train: batch size and seed are read.
    """
    rows = inputs.train
    size = train.batch_size or suitable_batch(len(rows.rows), least=LEAST, largest=LARGEST)
    steps = steps_per_epoch(len(rows.rows), size)

    def training(first_epoch: int) -> tf.data.Dataset:
        order = StepOrder(len(rows.rows), size, train.seed, rows.rows.lengths)
        numbers = tf.data.Dataset.range(first_epoch * steps, np.iinfo(np.int64).max)
        endless = tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)
        return _ready(numbers.map(_reader(rows, order)).apply(endless))

    return Batches(
        training=training,
        validation=_once(inputs.validation, size=4 * size),
        steps_per_epoch=steps,
        sizes={"batch_size": size},
    )


def _once(rows: TagRows, *, size: int) -> tf.data.Dataset:
    """Every row once, the short ones first."""
    order = np.argsort(rows.rows.lengths, kind="stable")
    steps = tf.data.Dataset.range(-(-len(order) // size))
    return _ready(steps.map(_reader(rows, lambda step: order[step * size : (step + 1) * size])))


def _ready(batches: tf.data.Dataset) -> tf.data.Dataset:
    return batches.prefetch(2).with_options(feeding_options())


def _reader(rows: TagRows, rows_of: Callable[[int], np.ndarray]) -> Callable[[Any], Any]:
    """A graph function from a step to its batch."""
    names = [*rows.inputs]
    kinds = [rows.inputs[name].dtype for name in names]

    def gather(step: np.ndarray) -> list[np.ndarray]:
        inputs, targets = rows.batch(rows_of(int(step)))
        return [*(inputs[name] for name in names), targets]

    def read(step: Any) -> Any:
        tensors = tf.numpy_function(gather, [step], [*kinds, tf.int32], stateful=False)
        for tensor, name in zip(tensors, names, strict=False):
            tensor.set_shape((None, None, *rows.inputs[name].shape[2:]))
        tensors[-1].set_shape((None, None))
        return dict(zip(names, tensors, strict=False)), tensors[-1]

    return read
