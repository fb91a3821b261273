"""What a training on numbers minimises, and the error that is counted beside."""

from __future__ import annotations

import functools
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

    score = functools.partial(number_score, scale=scale)
    return Criterion(score, figure=math.sqrt, answers=answers)


def number_score(
    outputs: Any,
    targets: Any,
    weight: Any | None = None,
    /,
    *,
    smoothing: float = 0.0,
    scale: float = 1.0,
) -> Score:
    """One number an example: the mean squared error over the batch.

    Args:
        outputs: `(batch, 1)`.
        targets: float32 `(batch, 1)`, of mean 0 and deviation 1.
        weight: see `Scoring`.
        smoothing: must be 0: there are no classes to spread a number over.
        scale: see `number_criterion`.

    Raises:
        ConfigError: if smoothing is asked for.
    """
    if smoothing:
        raise ConfigError("label_smoothing spreads a class over others; a number has none.")
    squares = tf.square(tf.cast(outputs, tf.float32) - targets)[:, 0]
    losses = squares if weight is None else squares * weight
    count = tf.cast(tf.shape(losses)[0], tf.float32)
    errors = tf.reduce_sum(squares) * scale**2
    return Score(tf.reduce_mean(losses), tf.stack([tf.reduce_sum(losses), errors, count]))
