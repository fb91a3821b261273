"""Examples of classes as arrays and as batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError
from kerasapps.preprocess.pipeline import evaluation_batches, steps_per_epoch, training_batches
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.experiment import SplitInputs, suitable_batch
from kerasapps.workflow.judging import Batches


def choose_batch_size(
    config: TrainConfig, examples: int, *, values: int, largest: int | None = None
) -> int:
    """The batch size asked for, or one that gives about 50 steps an epoch within sane bounds.

    Args:
        config: `batch_size` is read.
        examples: size of the training split.
        values: numbers in one example; large examples get smaller batches.
        largest: bound of what suits the model, for examples that are not large; None: 128.
    """
    if config.batch_size is not None:
        return config.batch_size
    most = (largest or 128) if values <= 64 * 64 * 3 else 32
    return suitable_batch(examples, least=16, largest=most)


def resolve_class_weights(
    config: TrainConfig, labels: Sequence[str], numbers: Sequence[int] | np.ndarray
) -> list[float] | None:
    """One weight a class, in label order; `balanced` gives each class the same total weight.

    Args:
        config: `class_weights` is read.
        labels: names of the classes.
        numbers: the class of each training example.

    Raises:
        ConfigError: if weights are given for an unknown label, or no class counts at all.
    """
    asked = config.class_weights
    if asked is None:
        return None
    if asked == "balanced":
        counts = np.bincount(numbers)  # every class has examples to train on
        return [float(weight) for weight in len(numbers) / (len(labels) * counts)]
    assert isinstance(asked, Mapping)
    unknown = sorted(set(asked) - set(labels), key=str)
    if unknown:
        raise ConfigError(
            f"class_weights names {shortened([repr(label) for label in unknown])}; the labels are "
            f"{shortened([repr(label) for label in labels])}."
        )
    weights = [float(asked.get(label, 1.0)) for label in labels]
    if not any(weights):
        raise ConfigError("class_weights are 0 for all labels; one of them at least must count.")
    return weights


def batches_of(
    splits: Splits[Any],
    inputs: SplitInputs[np.ndarray],
    *,
    train: TrainConfig,
    class_weights: Sequence[float] | None = None,
    transform: Callable[..., Any] | None = None,
    unmixed: Callable[..., Any] | None = None,
    lengths: Callable[[np.ndarray], np.ndarray] | None = None,
    variants: np.ndarray | None = None,
    largest: int | None = None,
) -> Batches:
    """Endless training batches and finite validation batches.

    Args:
        splits: the examples.
        inputs: the same as arrays.
        train: batch size and seed are read.
        class_weights: what an example of each class counts in training, of
            `resolve_class_weights`; None: all the same.
        transform: changes training batches at random.
        unmixed: the same without mixing examples, where `transform` does that.
        lengths: the used length of each row, where rows are padded and batches may be trimmed.
        variants: what training takes rows from in place of `inputs`; see `training_batches`.
        largest: examples a step at most, where nobody asks; see `choose_batch_size`.
    """
    classes = len(splits.labels)
    values = int(np.prod(inputs.train.shape[1:]))
    size = choose_batch_size(train, len(splits.train), values=values, largest=largest)
    train_lengths = lengths and lengths(inputs.train)

    def training(first_epoch: int, transform: Any = transform) -> tf.data.Dataset:
        return training_batches(
            inputs.train,
            splits.train.labels,
            num_classes=classes,
            batch_size=size,
            seed=train.seed,
            transform=transform,
            first_epoch=first_epoch,
            class_weights=class_weights,
            lengths=train_lengths,
            variants=variants,
        )

    return Batches(
        training=training,
        validation=evaluation_batches(
            inputs.validation,
            splits.validation.labels,
            num_classes=classes,
            batch_size=size,
            lengths=lengths and lengths(inputs.validation),
        ),
        steps_per_epoch=steps_per_epoch(len(splits.train), size),
        sizes={"batch_size": size},
        unchanged=evaluation_batches(
            inputs.train,
            splits.train.labels,
            num_classes=classes,
            batch_size=size,
            class_weights=class_weights,
            lengths=train_lengths,
        ),
        unmixed=None if unmixed is None else functools.partial(training, transform=unmixed),
    )
