"""A network some of whose weights are held at 0 while it learns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import keras
import numpy as np


class Pruner(Protocol):
    """What says which weights of a network go first.

    Attributes:
        variables: those that have some to lose.
    """

    variables: Sequence[Any]

    def masks(self, share: float) -> Sequence[np.ndarray]:
        """What stays of each variable, by its values of the moment.

        Args:
            share: of what can go, from 0 to below 1. What is 0 already goes first, so that a
                larger share takes more of the same.

        Returns:
            Bool arrays, as the variables are.
        """


def cubic_share(step: int, *, steps: int, share: float) -> float:
    """The share that is gone after some steps: fast at first, while there is much to spare.

    Args:
        step: how many were taken.
        steps: after how many all of it is gone.
        share: of it all.

    Reference: Zhu and Gupta 2017, "To prune, or not to prune", equation 1 (arXiv 1710.01878).
    """
    done = 1.0 if step >= steps else step / steps
    return share * (1 - (1 - done) ** 3)


class Masked(keras.Model):
    """The network itself, with masks that hold some of its weights at 0.

    A mask acts after every step of an optimizer, as a constraint of the variable, which stays with
    it: whatever trains the network later cannot fill the zeros either. Masks are weights that do
    not learn, so that a checkpoint has them.

    Call arguments:
        inputs: as the network takes them.
        training: as it is for the network.

    Args:
        network: whose weights learn.
        pruner: says which of them may go.
    """

    def __init__(self, network: keras.Model, pruner: Pruner) -> None:
        super().__init__(name=f"{network.name}_masked")
        self.network = network
        self.masks = [
            self.add_weight(
                shape=variable.shape,
                initializer="ones",
                trainable=False,
                dtype="float32",
                name=f"mask{number}",
            )
            for number, variable in enumerate(pruner.variables)
        ]
        for variable, mask in zip(pruner.variables, self.masks, strict=True):
            hold(variable, mask)
        self._pruner = pruner
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return self.network(inputs, training=training)

    def prune(self, share: float) -> None:
        """Sets what a share of the weights makes 0."""
        kept = self._pruner.masks(share)
        for variable, mask, keep in zip(self._pruner.variables, self.masks, kept, strict=True):
            mask.assign(keep.astype(np.float32))
            variable.assign(np.where(keep, variable.numpy(), 0))


def hold(variable: Any, mask: Any) -> None:
    """Keeps zeros of a variable, beside what its constraint did before.

    Args:
        variable: of a network.
        mask: 0 where it is held at 0, else 1; a variable or an array.
    """
    before: Callable[[Any], Any] | None = variable.constraint

    def constrained(value: Any) -> Any:
        changed = value if before is None else before(value)
        return keras.ops.multiply(changed, keras.ops.cast(mask, changed.dtype))

    variable.constraint = constrained
