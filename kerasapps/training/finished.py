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

    Examples:
        >>> row = kerasapps.training.EpochRow(
        ...     epoch=1, phase="train", learning_rate=1e-3, seconds=2.0,
        ...     loss=0.9, figure=0.6, val_loss=0.8, val_figure=0.7,
        ... )
        >>> history = kerasapps.training.History((row,), 1, "epochs", 2.0, quality="right")
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> kerasapps.training.Finished(history, model.get_weights()).give(model)
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
                "longer. Choose another --output-dir to train afresh."
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
