"""An exponential moving average of a model's weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf


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

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Inside, the model has the averaged weights; afterwards its own again."""
        own = [weight.numpy() for weight in self._weights]
        for weight, average in zip(self._weights, self._average, strict=True):
            weight.assign(average)
        try:
            yield
        finally:
            for weight, value in zip(self._weights, own, strict=True):
                weight.assign(value)

    def arrays(self) -> list[np.ndarray]:
        """The averages, for a checkpoint."""
        return [average.numpy() for average in self._average]

    def fresh(self) -> list[np.ndarray]:
        """The weights themselves: what an average starts from."""
        return [weight.numpy() for weight in self._weights]

    @property
    def variables(self) -> Sequence[Any]:
        """The averages themselves, to be assigned from a checkpoint."""
        return self._average
