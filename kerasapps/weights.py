"""Weights handed from one network to its equal."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np


def give_weights(network: keras.Model, weights: Sequence[np.ndarray]) -> None:
    """Sets all weights of a Keras network, and what its layers compute from them once.

    Args:
        network: that gets them.
        weights: of its equal, in the order of `network.weights`.
    """
    network.set_weights(weights)
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
