"""What a training on numbers minimises, and the error that is counted beside."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.training.criterion import Criterion, Score


def number_criterion(scale: float, mean: float = 0.0) -> Criterion:
    """The mean squared error of standardised numbers, and the RMSE in the target's own unit.

    Args:
        scale: the target's standard deviation, by which its numbers were divided.
        mean: of the target, which was taken from them before.
    """

    def answers(outputs: Any, targets: Any) -> tuple[Any, Any]:
        return tf.cast(outputs, tf.float32) * scale + mean, targets * scale + mean

    def figure(square: float) -> float:
        # Only here in the target's own unit, whose squares float32 might not hold.
        return scale * math.sqrt(square)

    return Criterion(number_score, figure=figure, answers=answers)


def number_score(
    outputs: Any,
    targets: Any,
    weight: Any | None = None,
    /,
    *,
    smoothing: float = 0.0,
) -> Score:
    """The mean squared error over the batch, of an example that of all its numbers.

    Args:
        outputs: `(batch, …)`.
        targets: of the same shape; of one number an example also `(batch,)`.
        weight: see `Scoring`.
        smoothing: must be 0: there are no classes to spread a number over.

    Raises:
        ConfigError: if smoothing is asked for.
    """
    if smoothing:
        raise ConfigError("label_smoothing spreads a class over others; a number has none.")
    each = squared_errors(outputs, targets)
    losses = each if weight is None else each * weight
    count = tf.cast(tf.shape(each)[0], tf.float32)
    sums = tf.stack([tf.reduce_sum(losses), tf.reduce_sum(each), count])
    return Score(tf.reduce_mean(losses), sums)


def squared_errors(outputs: Any, targets: Any) -> tf.Tensor:
    """The mean squared error of each example, float32 `(batch,)`.

    Args:
        outputs: `(batch, …)`.
        targets: of the same shape; of one number an example also `(batch,)`.
    """
    outputs, targets = tf.cast(outputs, tf.float32), tf.cast(targets, tf.float32)
    squares = tf.square(outputs - tf.reshape(targets, tf.shape(outputs)))
    return tf.reduce_mean(tf.reshape(squares, [tf.shape(squares)[0], -1]), axis=1)
