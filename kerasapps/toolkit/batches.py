"""Examples as people have them, data sets or arrays, become batches to train and validate on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError, DataError
from kerasapps.model_inputs import ModelInputs, count_of
from kerasapps.preprocess.pipeline import steps_per_epoch
from kerasapps.preprocess.row_pipeline import evaluation_rows, training_rows
from kerasapps.workflow.experiment import suitable_batch

Examples: TypeAlias = (
    "tf.data.Dataset | tuple[ModelInputs, Any] | tuple[ModelInputs, Any, Any] |"
    " Callable[[int], tf.data.Dataset]"
)
"""A data set of batches `(x, y)` or `(x, y, weight)`; arrays of these; or a function from the
number of the first epoch to an endless data set of batches from there on."""

_ONE = "x"
_LARGEST = 128


@dataclass(frozen=True)
class TrainingBatches:
    """What is trained on.

    Attributes:
        source: from the number of epochs done to endless batches from there on.
        steps: batches in an epoch.
    """

    source: Callable[[int], tf.data.Dataset]
    steps: int


def training_batches_of(
    examples: Examples, *, config: TrainConfig, steps: int | None
) -> TrainingBatches:
    """Endless batches of the training examples.

    Arrays are shuffled anew in every epoch, in an order that only `config.seed` and the epoch
    decide. A data set is repeated as it is: what shuffles it draws anew where a training goes on.

    Args:
        examples: see `Examples`.
        config: `batch_size` and `seed` are read.
        steps: batches in an epoch; needed where it cannot be counted.

    Raises:
        ConfigError: if an epoch has no known length.
        DataError: if arrays are of different lengths, or there are none.
    """
    if isinstance(examples, tf.data.Dataset):
        known = int(examples.cardinality())
        if steps is None and known < 1:
            raise ConfigError(
                "Nobody knows how many batches this data set has: say steps_per_epoch=…, or "
                "give it apply(tf.data.experimental.assert_cardinality(…))."
            )
        return TrainingBatches(lambda first: examples.repeat(), steps or known)
    if callable(examples):
        if steps is None:
            raise ConfigError(
                "A function that gives batches does not say when an epoch is over: "
                "say steps_per_epoch=…."
            )
        return TrainingBatches(examples, steps)
    inputs, targets, weights = as_arrays(examples, what="train")
    size = config.batch_size or suitable_batch(len(targets), least=16, largest=_LARGEST)

    def source(first: int) -> tf.data.Dataset:
        return _plain(
            training_rows(
                _named(inputs),
                targets,
                batch_size=size,
                seed=config.seed,
                first_epoch=first,
                weights=weights,
            ),
            inputs,
        )

    return TrainingBatches(source, steps or steps_per_epoch(len(targets), size))


def finite_batches_of(examples: Examples, *, size: int) -> tf.data.Dataset:
    """Every one of the examples once.

    Args:
        examples: a finite data set, or arrays.
        size: examples in a batch of arrays.

    Raises:
        ConfigError: if they have no end.
    """
    if isinstance(examples, tf.data.Dataset):
        if examples.cardinality() == tf.data.INFINITE_CARDINALITY:
            raise ConfigError("The validation data set has no end: take(…) a part of it.")
        return examples
    if callable(examples):
        raise ConfigError("validation is a finite data set or arrays, not a function.")
    inputs, targets, _ = as_arrays(examples, what="validation")
    return _plain(evaluation_rows(_named(inputs), targets, batch_size=size), inputs)


def as_arrays(examples: Any, *, what: str) -> tuple[ModelInputs, np.ndarray, np.ndarray | None]:
    """Inputs, targets and weights, if there are any, each as arrays.

    Args:
        examples: `(x, y)` or `(x, y, weight)`; x one array, or one for each input by name.
        what: they are, for the message.

    Raises:
        DataError: if they are something else, of different lengths, or empty.
    """
    if not isinstance(examples, tuple | list) or len(examples) not in (2, 3):
        raise DataError(
            f"{what} is a {type(examples).__name__}: give a tf.data.Dataset of batches (x, y), or "
            "arrays as a tuple (x, y)."
        )
    raw, targets, *more = examples
    inputs = (
        {name: np.asarray(values) for name, values in raw.items()}
        if isinstance(raw, Mapping)
        else np.asarray(raw)
    )
    truth = np.asarray(targets)
    weights = np.asarray(more[0], np.float32) if more and more[0] is not None else None
    counts = {count_of(inputs), len(truth)} | ({len(weights)} if weights is not None else set())
    if len(counts) != 1 or not len(truth):
        raise DataError(
            f"{what} has {count_of(inputs)} inputs and {len(truth)} targets: there must be as many "
            "of both, one at least."
        )
    return inputs, truth, weights


def _named(inputs: ModelInputs) -> Mapping[str, np.ndarray]:
    return inputs if isinstance(inputs, Mapping) else {_ONE: inputs}


def _plain(batches: tf.data.Dataset, inputs: ModelInputs) -> tf.data.Dataset:
    """Batches whose inputs are what `inputs` is: one tensor, or one by name."""
    if isinstance(inputs, Mapping):
        return batches
    return batches.map(lambda x, *rest: (x[_ONE], *rest))
