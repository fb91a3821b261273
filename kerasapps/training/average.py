"""Averages of a model's weights over a training, to be judged and kept instead of the last."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.training.checkpoint import Arrays, assign, require_shapes


class Average(Protocol):
    """What the loop over epochs asks of an average."""

    def end_epoch(self) -> None:
        """Take in the weights at the end of an epoch."""

    def swapped_in(self) -> Any:
        """A context inside which the model has the averaged weights."""

    def arrays(self) -> list[np.ndarray]:
        """What `restore` needs, for a checkpoint."""

    def restore(self, arrays: Arrays, folder: Path) -> None:
        """Go on from the arrays of a checkpoint in `folder`, afresh if there are none."""


class WeightAverage:
    """The moving average of the weights of a model, moving statistics included.

    The decay of step t is `min(decay, (1 + t) / (10 + t))`, so that the average of a short
    training is not mostly its starting point.

    Args:
        weights: the variables to average; the average starts at their values.
        decay: share of the average that a step keeps.

    Reference: Tan and Le 2019, section 5.2 (evaluation by averaged weights); the warm-up is
    `tf.train.ExponentialMovingAverage`'s.
    """

    def __init__(self, weights: Sequence[keras.Variable], *, decay: float) -> None:
        self._weights = [weight.value for weight in weights]
        self._average = [tf.Variable(weight, trainable=False) for weight in self._weights]
        self._decay = decay

    def decay_at(self, step: int) -> float:
        """The share of the average that step number `step` (from 0) keeps."""
        return min(self._decay, (1 + step) / (10 + step))

    def update(self, decay: Any) -> None:
        """Move the average towards the weights; called inside the compiled step.

        Args:
            decay: scalar float32 tensor.
        """
        for average, weight in zip(self._average, self._weights, strict=True):
            average.assign_sub(tf.cast(1.0 - decay, average.dtype) * (average - weight))

    def end_epoch(self) -> None:
        """Nothing: every step has moved the average."""

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Inside, the model has the averaged weights; afterwards its own again."""
        with _swapped(self._weights, self._average):
            yield

    def arrays(self) -> list[np.ndarray]:
        """The averages, for a checkpoint."""
        return [average.numpy() for average in self._average]

    def restore(self, arrays: Arrays, folder: Path) -> None:
        """Go on from `arrays`, or from the weights themselves where a phase begins.

        Raises:
            TrainingError: if the arrays do not fit.
        """
        assign(self._average, arrays or [weight.numpy() for weight in self._weights], folder)


class CheckpointAverage:
    """The mean of the weights at the ends of the last epochs, moving statistics included.

    Args:
        weights: the variables to average.
        count: number of epochs; fewer at the start of a training.

    Reference: Vaswani et al. 2017, section 6.1 (the last 5 checkpoints).
    """

    def __init__(self, weights: Sequence[keras.Variable], *, count: int) -> None:
        self._weights = [weight.value for weight in weights]
        self._recent: deque[Arrays] = deque(maxlen=count)

    def end_epoch(self) -> None:
        """Take in the weights, instead of the oldest when there are enough."""
        self._recent.append([weight.numpy() for weight in self._weights])

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Inside, the model has the mean of the weights taken in; afterwards its own again."""
        means = [np.mean(same, axis=0) for same in zip(*self._recent, strict=True)]
        with _swapped(self._weights, means):
            yield

    def arrays(self) -> list[np.ndarray]:
        """The weights taken in, oldest first, for a checkpoint."""
        return [array for weights in self._recent for array in weights]

    def restore(self, arrays: Arrays, folder: Path) -> None:
        """Go on from `arrays`; there are none where a phase begins.

        Raises:
            TrainingError: if the arrays do not fit.
        """
        size = len(self._weights)
        epochs = [arrays[start : start + size] for start in range(0, len(arrays), size)]
        for weights in epochs:
            require_shapes(self._weights, weights, folder)
        self._recent.clear()
        self._recent.extend(epochs)


def make_average(config: TrainConfig, weights: Sequence[keras.Variable]) -> Average | None:
    """The average that `config` asks for, or None when the last weights are judged.

    Args:
        config: `ema` and `average_checkpoints` are read, of which one at most is set.
        weights: the variables to average.
    """
    if config.ema is not None:
        return WeightAverage(weights, decay=config.ema)
    count = config.average_checkpoints or 1
    return CheckpointAverage(weights, count=count) if count > 1 else None


@contextmanager
def _swapped(weights: Sequence[Any], values: Sequence[Any]) -> Iterator[None]:
    """Inside, the variables have other values; afterwards their own again."""
    before = [weight.numpy() for weight in weights]
    for weight, value in zip(weights, values, strict=True):
        weight.assign(tf.cast(value, weight.dtype))
    try:
        yield
    finally:
        for weight, value in zip(weights, before, strict=True):
            weight.assign(value)
