"""A linear model: the floor that a network must beat, and one that can be read."""

from __future__ import annotations

import keras

from kerasapps.layers.categories import CategoryEmbedding
from kerasapps.models.tabular_common import TabularShape, row_inputs


def tabular_linear(shape: TabularShape, *, dropout: float = 0.0) -> keras.Model:
    """A weight for each number and a value for each value of a category, summed.

    Args:
        shape: numbers, categories and outputs; it has neither width, depth nor bins.
        dropout: of the numbers, where `shape` leaves it open.

    Returns:
        A model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`, to
        float32 `(batch, outputs)`.

    Examples:
        >>> shape = kerasapps.models.TabularShape(numbers=2, categories=(4,), outputs=3)
        >>> kerasapps.models.tabular_linear(shape).output_shape
        (None, 3)
    """
    rate = dropout if shape.dropout is None else shape.dropout
    inputs, numbers, categories = row_inputs(shape)
    sums = []
    if numbers is not None:
        x = keras.layers.Dropout(rate, name="number_dropout")(numbers) if rate else numbers
        sums.append(keras.layers.Dense(shape.outputs, dtype="float32", name="weights")(x))
    if categories is not None:
        layer = CategoryEmbedding(
            shape.categories, shape.outputs, scale=0.01, name="values", dtype="float32"
        )
        mean = keras.layers.GlobalAveragePooling1D(name="mean", dtype="float32")
        sums.append(mean(layer(categories)))
    outputs = sums[0] if len(sums) == 1 else keras.layers.Add(name="sum", dtype="float32")(sums)
    if numbers is None:
        outputs = keras.layers.Dense(shape.outputs, dtype="float32", name="weights")(outputs)
    return keras.Model(inputs, outputs, name="tabular_linear")
