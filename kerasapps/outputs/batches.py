"""Examples as arrays and as batches, whatever is answered to them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.data.splits import Splits
from kerasapps.preprocess.pipeline import evaluation_batches, training_batches
from kerasapps.preprocess.step_order import steps_per_epoch
from kerasapps.start import Start
from kerasapps.training.distillation import Lessons
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


def batches_of(
    splits: Splits[Any],
    inputs: SplitInputs[np.ndarray],
    *,
    train: TrainConfig,
    targets: Callable[[Any], np.ndarray] = np.asarray,
    class_weights: Sequence[float] | None = None,
    transform: Callable[..., Any] | None = None,
    unmixed: Callable[..., Any] | None = None,
    lengths: Callable[[np.ndarray], np.ndarray] | None = None,
    variants: np.ndarray | None = None,
    largest: int | None = None,
    read: Callable[..., tf.data.Dataset] = training_batches,
    lessons: Lessons | None = None,
) -> Batches:
    """Endless training batches and finite validation batches.

    Args:
        splits: the examples.
        inputs: the same as arrays.
        train: batch size and seed are read.
        targets: what is learnt of a split's labels: of class numbers these, `(n,)`, else `(n, k)`.
        class_weights: what an example of each class counts in training, of
            `resolve_class_weights`; None: all the same.
        transform: changes training batches at random.
        unmixed: the same without mixing examples, where `transform` does that.
        lengths: the used length of each row, where rows are padded and batches may be trimmed.
        variants: what training takes rows from in place of `inputs`; see `training_batches`.
        largest: examples a step at most, where nobody asks; see `choose_batch_size`.
        read: makes the training batches, as `training_batches` does.
        lessons: of a teacher, whose answers training batches have behind their targets.
    """
    classes = len(splits.labels) or None
    values = int(np.prod(inputs.train.shape[1:]))
    size = choose_batch_size(train, len(splits.train), values=values, largest=largest)
    train_lengths = lengths and lengths(inputs.train)
    learnt = targets(splits.train.labels)
    taught = learnt if lessons is None else lessons.beside(learnt)
    # What a class counts is read of the targets; what a teacher says of it counts nothing there.
    width = taught.shape[1] if classes and taught.ndim > learnt.ndim else classes
    weights = class_weights and [*class_weights, *[0.0] * ((width or 0) - len(class_weights))]
    counts = example_weights(splits)
    if counts is not None:
        counts = counts * np.asarray(class_weights, np.float32)[learnt] if class_weights else counts
        taught = _beside(taught, counts, classes=classes)
        width = taught.shape[1]
        weights = [*[0.0] * (width - 1), 1.0]

    def training(start: Start, transform: Any = transform) -> tf.data.Dataset:
        batches = read(
            inputs.train,
            taught,
            num_classes=width,
            batch_size=size,
            seed=train.seed,
            transform=transform,
            start=start,
            class_weights=weights,
            lengths=train_lengths,
            variants=variants,
        )
        return batches if counts is None else batches.map(_weighed)

    unchanged = evaluation_batches(
        inputs.train,
        learnt if counts is None else _beside(learnt, counts, classes=classes),
        num_classes=classes,
        batch_size=size,
        class_weights=class_weights if counts is None else None,
        lengths=train_lengths,
    )
    return Batches(
        training=training,
        validation=evaluation_batches(
            inputs.validation,
            targets(splits.validation.labels),
            num_classes=classes,
            batch_size=size,
            lengths=lengths and lengths(inputs.validation),
        ),
        steps_per_epoch=steps_per_epoch(len(splits.train), size),
        sizes={"batch_size": size},
        unchanged=unchanged if counts is None else unchanged.map(_weighed),
        unmixed=None if unmixed is None else functools.partial(training, transform=unmixed),
    )


def example_weights(splits: Splits[Any]) -> np.ndarray | None:
    """What each training example counts beside its class, float32 `(n,)`; None where all count 1.

    Args:
        splits: whose last training examples may have the labels that a network gave them.
    """
    pseudo = splits.pseudo
    if pseudo is None or pseudo.weight == 1:
        return None
    weights = np.ones(len(splits.train), np.float32)
    weights[-pseudo.count :] = pseudo.weight
    return weights


def _beside(targets: np.ndarray, counts: np.ndarray, *, classes: int | None) -> np.ndarray:
    """Targets with what each example counts behind them, float32 `(n, k + 1)`.

    There it is mixed as the targets are, and comes through whatever reads the rows.
    """
    rows = np.eye(classes or 0, dtype=np.float32)[targets] if targets.ndim == 1 else targets
    return np.concatenate([rows, counts[:, None]], axis=1, dtype=np.float32)


def _weighed(inputs: Any, targets: Any, _: Any = None) -> tuple[Any, Any, Any]:
    """A batch whose last targets are its weights."""
    return inputs, targets[:, :-1], targets[:, -1]
