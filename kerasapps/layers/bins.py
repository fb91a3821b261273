"""Numbers become vectors by where they lie between the training's quantiles."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class PiecewiseNumbers(keras.layers.Layer):
    """A vector for each number: linear within each of its bins, whose edges come from data.

    A bin says how far a number has gone through it, 0 to 1, so that two numbers which lie near each
    other look alike and yet every bin has a slope of its own. To that comes the number itself.
    Before `adapt` there is but one bin, from -1 to 1.

    Args:
        bins: of a number, at most.
        dimensions: of a vector.

    Call arguments:
        inputs: float, `(batch, numbers)`.

    Output:
        Float, `(batch, numbers, dimensions)`; computed in float32 under any policy.

    Raises:
        ValueError: for less than one bin.

    Reference: Gorishniy et al. 2022, section 3.2 (piecewise linear encoding, by quantiles).

    Examples:
        >>> layer = kerasapps.layers.PiecewiseNumbers(bins=4, dimensions=8)
        >>> layer(np.ones((2, 3), np.float32)).shape
        TensorShape([2, 3, 8])
    """

    adapt_limit = 200_000  # examples: what is rare has few

    def __init__(self, bins: int, dimensions: int, **kwargs: Any) -> None:
        # In half precision a number would not tell where in a narrow bin it lies.
        super().__init__(**{"autocast": False, **kwargs})
        if bins < 1:
            raise ValueError(f"PiecewiseNumbers.bins must be at least 1, got {bins!r}.")
        self.bins, self.dimensions = bins, dimensions

    def build(self, input_shape: Shape) -> None:
        numbers = int(input_shape[-1] or 0)
        fixed = {"shape": (numbers, self.bins), "trainable": False, "autocast": False}
        self.starts = self.add_weight(name="starts", initializer=_FirstBin(-1.0), **fixed)
        self.slopes = self.add_weight(name="slopes", initializer=_FirstBin(0.5), **fixed)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(numbers, self.bins, self.dimensions),
            initializer=keras.initializers.RandomUniform(-(self.bins**-0.5), self.bins**-0.5),
            autocast=False,
        )
        self.line = self.add_weight(
            name="line",
            shape=(numbers, self.dimensions),
            initializer=keras.initializers.RandomUniform(-1.0, 1.0),
            autocast=False,
        )
        self.bias = self.add_weight(
            name="bias", shape=(numbers, self.dimensions), initializer="zeros", autocast=False
        )
        self.built = True

    def call(self, inputs: Any) -> Any:
        ops = keras.ops
        x = ops.expand_dims(ops.cast(inputs, "float32"), -1)
        shares = ops.clip((x - self.starts) * self.slopes, 0.0, 1.0)
        # One product of matrices for each number.
        vectors = ops.einsum("bnk,nkd->bnd", shares, self.kernel)
        return ops.cast(vectors + x * self.line + self.bias, self.compute_dtype)

    def adapt(self, inputs: np.ndarray) -> None:
        """Sets the edges of a built layer's bins.

        Args:
            inputs: of the training split, float, `(n, numbers)`.
        """
        starts = np.zeros((inputs.shape[1], self.bins), np.float32)
        slopes = np.zeros_like(starts)
        for place, column in enumerate(np.asarray(inputs).T):
            edges = bin_edges(column, self.bins)
            count = len(edges) - 1
            starts[place, :count] = edges[:-1]
            slopes[place, :count] = 1 / np.diff(edges)
        self.starts.assign(starts)
        self.slopes.assign(slopes)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.dimensions)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"bins": self.bins, "dimensions": self.dimensions}


@keras.saving.register_keras_serializable(package="kerasapps")
class _FirstBin(keras.initializers.Initializer):
    """A value for the first bin of each number; the others are none."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        values = np.zeros(shape)
        values[:, 0] = self.value
        return keras.ops.convert_to_tensor(values, dtype)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


def bin_edges(column: np.ndarray, bins: int) -> np.ndarray:
    """Edges of bins with about as many numbers each, ascending, one to `bins + 1` of them.

    A number that fills more than a bin counts as one: what lies beside it gets bins too.

    Args:
        column: float `(n,)`.
        bins: at most.
    """
    values, counts = np.unique(column, return_counts=True)
    weights = np.minimum(counts, max(1.0, len(column) / bins))
    below = np.cumsum(weights) - weights / 2
    places = np.searchsorted(below, np.linspace(below[0], below[-1], bins + 1))
    return np.asarray(values[np.unique(places)])
