"""A learnt vector for each value of each category of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class CategoryEmbedding(keras.layers.Layer):
    """A learnt vector for each value of each category, all in one table.

    Args:
        sizes: how many ids each category has.
        dimensions: of a vector.
        scale: deviation of the first values.

    Call arguments:
        inputs: int32 ids, `(batch, categories)`, each from 0 to its category's size, exclusive.

    Output:
        Float, `(batch, categories, dimensions)`.

    Reference: Guo and Berkhahn 2016, section 3.

    Examples:
        >>> layer = kerasapps.layers.CategoryEmbedding(sizes=[3, 5], dimensions=4)
        >>> layer(np.array([[2, 4], [0, 1]], np.int32)).shape
        TensorShape([2, 2, 4])
    """

    def __init__(
        self, sizes: Sequence[int], dimensions: int, *, scale: float = 0.3, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sizes, self.dimensions, self.scale = list(sizes), dimensions, scale

    def build(self, input_shape: Shape) -> None:
        self.starts = np.cumsum([0, *self.sizes[:-1]]).astype(np.int32)
        self.table = keras.layers.Embedding(
            sum(self.sizes),
            self.dimensions,
            embeddings_initializer=keras.initializers.RandomNormal(stddev=self.scale),
            name="table",
            dtype=self.dtype_policy,
        )
        self.table.build(input_shape)
        self.built = True

    def call(self, inputs: Any) -> Any:
        return self.table(inputs + self.starts)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.dimensions)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"sizes": self.sizes, "dimensions": self.dimensions, "scale": self.scale}
