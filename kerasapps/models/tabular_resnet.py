"""A residual network over the vectors of a row's columns."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.tabular_common import TabularShape, flat, row_inputs, row_vectors


def tabular_resnet(shape: TabularShape, *, dropout: float = 0.2) -> keras.Model:
    """Residual blocks of two dense layers, the first twice as wide, with batch normalization.

    Args:
        shape: `width` multiplies the units (128) and the dimensions of a column (16), `depth` the
            blocks (2).
        dropout: inside each block, where `shape` leaves it open.

    Returns:
        A model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`, to
        float32 `(batch, outputs)`.

    Reference: Gorishniy et al. 2021, section 3.2; Gorishniy et al. 2022 (the numbers).

    Examples:
        >>> shape = kerasapps.models.TabularShape(numbers=2, categories=(4,), outputs=3)
        >>> kerasapps.models.tabular_resnet(shape).output_shape
        (None, 3)
    """
    rate = dropout if shape.dropout is None else shape.dropout
    inputs, numbers, categories = row_inputs(shape)
    vectors = row_vectors(numbers, categories, shape, dimensions=channels(16, shape.width))
    units = channels(128, shape.width)
    x = keras.layers.Dense(units, name="first")(flat(vectors))
    for number in range(1, repeats(2, shape.depth) + 1):
        x = _block(x, units, rate, f"block{number}")
    x = keras.layers.BatchNormalization(momentum=0.9, name="norm")(x)
    x = keras.layers.Activation("relu", name="relu")(x)
    return keras.Model(inputs, logits(x, shape.outputs, 0.0), name="tabular_resnet")


def _block(x: Any, units: int, rate: float, name: str) -> Any:
    branch = keras.layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    branch = keras.layers.Dense(2 * units, activation="relu", name=f"{name}_wide")(branch)
    if rate:
        branch = keras.layers.Dropout(rate, name=f"{name}_dropout")(branch)
    branch = keras.layers.Dense(units, name=f"{name}_narrow")(branch)
    return keras.layers.Add(name=f"{name}_sum")([x, branch])
