"""Examples as people have them, data sets or arrays, become batches to train and validate on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError, DataError
from kerasapps.model_inputs import ModelInputs, count_of
from kerasapps.preprocess.row_pipeline import evaluation_rows, training_rows
from kerasapps.preprocess.step_order import steps_per_epoch
from kerasapps.start import WHOLE, Share, Start
from kerasapps.terminal.streams import tell
from kerasapps.toolkit.fitting import Needs
from kerasapps.toolkit.py_datasets import dataset_of
from kerasapps.toolkit.values import check_finite
from kerasapps.workflow.experiment import suitable_batch

Examples: TypeAlias = (
    "tf.data.Dataset | keras.utils.PyDataset | tuple[ModelInputs, Any] |"
    " tuple[ModelInputs, Any, Any] | Callable[[int], tf.data.Dataset]"
)
"""A data set of batches `(x, y)` or `(x, y, weight)`; arrays of these; or a function from the
number of the first epoch to an endless data set of batches from there on."""

_ONE = "x"
_LARGEST = 128
_TRAIN, _VALIDATION = "train", "validation"
_EMPTY = "{} has no batches: its data set is empty."


@dataclass(frozen=True)
class TrainingBatches:
    """What is trained on.

    Attributes:
        source: from where to begin to endless batches from there on.
        steps: batches in an epoch.
    """

    source: Callable[[Start], tf.data.Dataset]
    steps: int


def training_batches_of(
    examples: Examples, *, needs: Needs, config: TrainConfig, steps: int | None
) -> TrainingBatches:
    """Endless batches of the training examples.

    Arrays are shuffled anew in every epoch, in an order that only `config.seed` and the epoch
    decide. A data set is repeated as it is: what shuffles it draws anew where a training goes on.

    Args:
        examples: see `Examples`.
        needs: of the network.
        config: `batch_size` and `seed` are read.
        steps: batches in an epoch; a data set that does not know how many it has is counted.

    Raises:
        ConfigError: if an epoch has no known length.
        DataError: if they do not fit the network, arrays are of different lengths, or there are
            none.
    """
    if isinstance(examples, keras.utils.PyDataset):
        examples = dataset_of(examples, what=_TRAIN)
    if isinstance(examples, tf.data.Dataset):
        guarded = needs.guarded(examples, what=_TRAIN)
        return TrainingBatches(
            lambda start: _from(start, guarded.repeat()), steps or _counted(guarded)
        )
    if callable(examples):
        if steps is None:
            raise ConfigError(
                "A function that gives batches does not say when an epoch is over: "
                "say steps_per_epoch=…."
            )
        make = examples
        return TrainingBatches(
            lambda start: _from(start, needs.guarded(make(start.epoch), what=_TRAIN)), steps
        )
    inputs, targets, weights = as_arrays(examples, needs=needs, what=_TRAIN)
    size = config.batch_size or suitable_batch(len(targets), least=16, largest=_LARGEST)

    def source(start: Start) -> tf.data.Dataset:
        return _plain(
            training_rows(
                _named(inputs),
                targets,
                batch_size=size,
                seed=config.seed,
                start=start,
                weights=weights,
            ),
            inputs,
        )

    return TrainingBatches(source, steps or steps_per_epoch(len(targets), size))


def finite_batches_of(examples: Examples, *, needs: Needs, size: int) -> tf.data.Dataset:
    """Every one of the examples once.

    Args:
        examples: a finite data set, or arrays.
        needs: of the network.
        size: examples in a batch of arrays.

    Raises:
        ConfigError: if they have no end.
        DataError: as `training_batches_of`.
    """
    if isinstance(examples, keras.utils.PyDataset):
        examples = dataset_of(examples, what=_VALIDATION)
    if isinstance(examples, tf.data.Dataset):
        known = examples.cardinality()
        if known == tf.data.INFINITE_CARDINALITY:
            raise ConfigError("The validation data set has no end: take(…) a part of it.")
        if known == 0:
            raise DataError(_EMPTY.format(_VALIDATION))
        return needs.guarded(examples, what=_VALIDATION)
    if callable(examples):
        raise ConfigError("validation is a finite data set or arrays, not a function.")
    inputs, targets, _ = as_arrays(examples, needs=needs, what=_VALIDATION)
    return _plain(evaluation_rows(_named(inputs), targets, batch_size=size), inputs)


def as_arrays(
    examples: Any, *, needs: Needs, what: str
) -> tuple[ModelInputs, np.ndarray, np.ndarray | None]:
    """Inputs, targets and weights, if there are any, each as arrays.

    Args:
        examples: `(x, y)` or `(x, y, weight)`; x one array, or one for each input by name or in
            the order of the network.
        needs: of the network.
        what: they are, for the message.

    Raises:
        DataError: if they are something else, do not fit the network, are of different lengths, or
            empty.
    """
    if not isinstance(examples, tuple | list) or len(examples) not in (2, 3):
        raise DataError(
            f"{what} is a {type(examples).__name__}: give a tf.data.Dataset of batches (x, y), or "
            "arrays as a tuple (x, y)."
        )
    raw, targets, *more = examples
    raw = needs.arranged(raw)
    inputs = (
        {name: _array(values, what) for name, values in raw.items()}
        if isinstance(raw, Mapping)
        else _array(raw, what)
    )
    truth = _array(targets, what)
    weights = _array(more[0], what).astype(np.float32) if more and more[0] is not None else None
    counts = {count_of(inputs), len(truth)} | ({len(weights)} if weights is not None else set())
    if len(counts) != 1 or not len(truth):
        raise DataError(
            f"{what} has {count_of(inputs)} inputs and {len(truth)} targets: there must be as many "
            "of both, one at least."
        )
    needs.check_arrays(inputs, truth, what=what)
    if weights is not None:
        check_finite(weights, "its weight", what)
    return inputs, truth, weights


def _array(values: Any, what: str) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise DataError(f"{what} has values that make no array: {error}") from None
    if not array.ndim:
        raise DataError(f"{what} has {values!r} where an array of many examples is needed.")
    return array


def _counted(batches: tf.data.Dataset) -> int:
    """How many batches a finite data set has.

    Raises:
        ConfigError: if it is known to have no end.
        DataError: if it has none.
    """
    count = int(batches.cardinality())
    if count == tf.data.INFINITE_CARDINALITY:
        raise ConfigError("The data set has no end: say how long an epoch is, steps_per_epoch=….")
    if count == tf.data.UNKNOWN_CARDINALITY:
        tell(
            "Counting the batches of train, as the data set does not know how many it has. If it "
            "has no end, say steps_per_epoch=…."
        )
        count = sum(1 for _ in batches)
    if not count:
        raise DataError(_EMPTY.format(_TRAIN))
    return count


def _from(start: Start, batches: tf.data.Dataset) -> tf.data.Dataset:
    """The batches of an epoch from a step on, and of each the rows of a share."""
    if start.step:
        batches = batches.skip(start.step)
    if start.share == WHOLE:
        return batches
    return batches.map(lambda *parts: tf.nest.map_structure(_part(start.share), parts))


def _part(share: Share) -> Callable[[Any], Any]:
    """Cuts a tensor by its first axis."""

    def cut(values: Any) -> Any:
        known = values.shape[0] if values.shape.rank else None
        first, end = share.bounds(tf.shape(values)[0] if known is None else known)
        return values[first:end]

    return cut


def _named(inputs: ModelInputs) -> Mapping[str, np.ndarray]:
    return inputs if isinstance(inputs, Mapping) else {_ONE: inputs}


def _plain(batches: tf.data.Dataset, inputs: ModelInputs) -> tf.data.Dataset:
    """Batches whose inputs are what `inputs` is: one tensor, or one by name."""
    if isinstance(inputs, Mapping):
        return batches
    return batches.map(lambda x, *rest: (x[_ONE], *rest))
