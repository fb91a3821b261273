"""A training that is over and that a longer one goes on from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import keras

from kerasapps.errors import TrainingError
from kerasapps.training.checkpoint import Arrays
from kerasapps.training.history import History


@dataclass(frozen=True)
class Finished:
    """What is left of a training.

    Attributes:
        history: of all its epochs.
        weights: of its best epoch, in the order of `model.weights`.
        network: what tells the network from others, where its options do not; else None.
    """

    history: History
    weights: Arrays
    network: str | None = None

    def give(self, model: keras.Model) -> None:
        """Give the model these weights.

        Raises:
            TrainingError: if they are of another network.
        """
        shapes = [tuple(weight.shape) for weight in model.weights]
        if shapes != [array.shape for array in self.weights]:
            raise TrainingError(
                f"The finished model has {len(self.weights)} arrays of weights that do not fit the "
                f"network's {len(shapes)}: it was made by another version, so it cannot be trained "
                "longer. Choose another output folder to train afresh."
            )
        model.set_weights(self.weights)

    def through(self, model: keras.Model, change: Callable[[keras.Model], keras.Model]) -> Finished:
        """The same with what `change` makes of the weights.

        Args:
            model: the network, which gets these weights.
            change: changes some of its weights.

        Raises:
            TrainingError: if the weights are of another network.
        """
        self.give(model)
        return dataclasses.replace(self, weights=change(model).get_weights())
