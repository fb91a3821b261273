"""Numbers on the scale that a network learns them on, and back on their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from kerasapps.model_inputs import ModelInputs
from kerasapps.models.outputs import answering

_BOUND = 1e9  # deviations


@dataclass(frozen=True)
class Scaling:
    """Mean and deviation of the training split's numbers.

    Attributes:
        mean: of them.
        deviation: their standard deviation, above 0.
    """

    mean: float
    deviation: float

    @classmethod
    def of(cls, numbers: NDArray[np.floating[Any]]) -> Scaling:
        """That of the training split, float `(n,)`."""
        return cls(float(np.mean(numbers)), float(np.std(numbers)) or 1.0)

    def targets(self, numbers: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """What a network learns, float32 `(n, 1)`."""
        scaled = (np.asarray(numbers, np.float64) - self.mean) / self.deviation
        return scaled.astype(np.float32)[:, np.newaxis]

    def numbers(self, outputs: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """What a network's outputs, `(n, 1)`, mean, float64 `(n,)`."""
        return outputs[:, 0].astype(np.float64) * self.deviation + self.mean

    def predict(self, network: keras.Model, inputs: ModelInputs) -> NDArray[np.float64]:
        """The numbers that a network answers with, `(n,)`."""
        return self.numbers(answering(network)(inputs))

    def answering_model(self, network: keras.Model) -> keras.Model:
        """`network` with its output on the numbers' own scale, float32 `(batch, 1)`.

        No output reaches the bound, but it keeps the converter from working the scale into the
        weights: int8 files then bring numbers into their unit in float32 (see `score_steps`).
        """
        layer = keras.layers.Rescaling(
            self.deviation, offset=self.mean, name="number", dtype="float32"
        )
        bounded = keras.ops.minimum(network.output, _BOUND)
        return keras.Model(network.input, layer(bounded), name="number_model")
