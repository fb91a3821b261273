"""The weights that go first are the smallest of each kernel, wherever they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import keras
import numpy as np

_FEWEST: Final = 256
"""Weights of a kernel from which on it is worth it."""


class SmallestWeights:
    """A share of the weights of every kernel and of every table of vectors.

    Biases, norms and what a depthwise convolution has are left alone: they are few, and each
    counts.

    Args:
        network: any.

    Attributes:
        variables: kernels and tables.
    """

    def __init__(self, network: keras.Model) -> None:
        depthwise = {
            id(variable)
            for layer in network._flatten_layers()
            if "Depthwise" in type(layer).__name__
            for variable in layer.trainable_variables
        }
        self.variables: Sequence[Any] = [
            variable
            for variable in network.trainable_variables
            if _is_large(variable) and id(variable) not in depthwise
        ]

    def masks(self, share: float) -> Sequence[np.ndarray]:
        """See `Pruner`."""
        return [_largest(variable.numpy(), share) for variable in self.variables]


def _is_large(variable: Any) -> bool:
    kinds = ("kernel", "embeddings")
    is_kernel = len(variable.shape) > 1 and any(kind in variable.name for kind in kinds)
    return is_kernel and int(np.prod(variable.shape)) >= _FEWEST


def _largest(values: np.ndarray, share: float) -> np.ndarray:
    """Where the values stand that stay."""
    sizes = np.abs(values).ravel()
    gone = int(share * sizes.size)
    keep = np.ones(sizes.size, bool)
    if gone:
        keep[np.argpartition(sizes, gone - 1)[:gone]] = False
    return keep.reshape(values.shape)
