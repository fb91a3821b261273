"""A multi-layer perceptron over the vectors of a row's columns."""

from __future__ import annotations

import keras

from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.tabular_common import TabularShape, flat, row_inputs, row_vectors


def tabular_mlp(shape: TabularShape, *, dropout: float = 0.3) -> keras.Model:
    """Piecewise linear numbers beside learnt categories, then dense layers with dropout.

    Args:
        shape: `width` multiplies the hidden units (256) and the dimensions of a column (16),
            `depth` the hidden layers (2).
        dropout: behind each hidden layer, where `shape` leaves it open.

    Returns:
        A model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`, to
        float32 `(batch, outputs)`.

    Reference: Gorishniy et al. 2022, section 3 (MLP-Q-LR).

    Examples:
        >>> shape = kerasapps.models.TabularShape(numbers=2, categories=(4,), outputs=3)
        >>> kerasapps.models.tabular_mlp(shape).output_shape
        (None, 3)
    """
    rate = dropout if shape.dropout is None else shape.dropout
    inputs, numbers, categories = row_inputs(shape)
    vectors = row_vectors(numbers, categories, shape, dimensions=channels(16, shape.width))
    x = flat(vectors)
    layers = repeats(2, shape.depth)
    for number in range(1, layers + 1):
        units = channels(256, shape.width)
        x = keras.layers.Dense(
            units, activation="relu", kernel_initializer="he_uniform", name=f"hidden{number}"
        )(x)
        if rate and number < layers:
            x = keras.layers.Dropout(rate, name=f"dropout{number}")(x)
    return keras.Model(inputs, logits(x, shape.outputs, rate), name="tabular_mlp")
