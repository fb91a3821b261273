"""Rows of words as batches, those of like length together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.outputs.tags.emissions import NO_WORD, TagRows
from kerasapps.preprocess.pipeline import feeding_options
from kerasapps.preprocess.step_order import StepOrder, steps_per_epoch
from kerasapps.recipes.tagging.swaps import NOWHERE, EntitySwaps, find_entities, taken
from kerasapps.recipes.tagging.teacher import TagLessons
from kerasapps.start import Start
from kerasapps.workflow.experiment import SplitInputs, suitable_batch
from kerasapps.workflow.judging import Batches

LEAST, LARGEST = 8, 24  # rows a batch, where nobody asks


Take = Callable[[int], tuple[dict[str, np.ndarray], np.ndarray]]
"""From a step to its inputs and targets."""


def tag_batches(
    inputs: SplitInputs[TagRows],
    *,
    train: TrainConfig,
    labels: Sequence[str],
    swapped: float = 0.0,
    lessons: TagLessons | None = None,
) -> Batches:
    """Endless training batches and finite validation batches.

    A batch is `(x, y)`: x a mapping as `TagRows.inputs`, y int32 `(batch, length)` with -1 where
    no word is; both are cut where no row has a word.

    Args:
        inputs: the splits.
        train: batch size and seed are read.
        labels: the tags that y are numbers of.
        swapped: share of the entities that become others of their type in training; 0 where an
            input has not one value a word.
        lessons: of a teacher, whose scores training batches have behind their targets: y is
            float32 `(batch, length, 1 + tags)` then.
    """
    rows = inputs.train
    size = train.batch_size or suitable_batch(len(rows.rows), least=LEAST, largest=LARGEST)
    steps = steps_per_epoch(len(rows.rows), size)
    swaps = None
    if swapped:
        entities = find_entities(rows, labels)
        swaps = EntitySwaps(rows, entities, share=swapped, seed=train.seed)

    def training(start: Start) -> tf.data.Dataset:
        order = StepOrder(len(rows.rows), size, train.seed, rows.rows.lengths)

        def take(step: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
            chosen, share = order(step), start.share
            x, y = _batch(rows, chosen, step, swaps=swaps, lessons=lessons)
            return {name: share.of(values) for name, values in x.items()}, share.of(y)

        numbers = tf.data.Dataset.range(start.number(steps), np.iinfo(np.int64).max)
        endless = tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)
        more = None if lessons is None else 1 + lessons.emissions.shape[1]
        return _ready(numbers.map(_reader(rows, take, width=more)).apply(endless))

    return Batches(
        training=training,
        validation=_once(inputs.validation, size=4 * size),
        steps_per_epoch=steps,
        sizes={"batch_size": size},
    )


def _batch(
    rows: TagRows,
    chosen: np.ndarray,
    step: int,
    *,
    swaps: EntitySwaps | None,
    lessons: TagLessons | None,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs and targets of a step; where entities are swapped, the teacher's scores go along."""
    if swaps is None:
        x, y = rows.batch(chosen)
        source = np.repeat(chosen[:, None], y.shape[1], axis=1)
        place = np.where(y == NO_WORD, NOWHERE, np.arange(y.shape[1]))
    else:
        source, place = swaps.places(chosen, step)
        x, y = taken(rows, source, place)
    return x, (y if lessons is None else lessons.beside(rows, y, source, place))


def _once(rows: TagRows, *, size: int) -> tf.data.Dataset:
    """Every row once, the short ones first."""
    order = np.argsort(rows.rows.lengths, kind="stable")
    steps = tf.data.Dataset.range(-(-len(order) // size))

    def take(step: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        return rows.batch(order[step * size : (step + 1) * size])

    return _ready(steps.map(_reader(rows, take)))


def _ready(batches: tf.data.Dataset) -> tf.data.Dataset:
    return batches.prefetch(2).with_options(feeding_options())


def _reader(rows: TagRows, take: Take, *, width: int | None = None) -> Callable[[Any], Any]:
    """A graph function from a step to its batch.

    Args:
        rows: what the inputs are called, and are.
        take: from a step to its batch.
        width: of what a word's target is; None: one integer.
    """
    names = [*rows.inputs]
    kinds = [rows.inputs[name].dtype for name in names]

    def gather(step: np.ndarray) -> list[np.ndarray]:
        inputs, targets = take(int(step))
        return [*(inputs[name] for name in names), targets]

    def read(step: Any) -> Any:
        aims = tf.int32 if width is None else tf.float32
        tensors = tf.numpy_function(gather, [step], [*kinds, aims], stateful=False)
        for tensor, name in zip(tensors, names, strict=False):
            tensor.set_shape((None, None, *rows.inputs[name].shape[2:]))
        tensors[-1].set_shape((None, None) if width is None else (None, None, width))
        return dict(zip(names, tensors, strict=False)), tensors[-1]

    return read
