"""Convolutions of several sizes side by side."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import ConvBlock, Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class InceptionModule(keras.layers.Layer):
    """Four branches, concatenated: 1x1; 1x1, 3x3; 1x1, 3x3, 3x3; 3x3 max pooling, 1x1.

    They give 1/4, 1/2, 1/8 and 1/8 of the filters, the shares of GoogLeNet's module 3a; its
    5x5 convolution is replaced by two of 3x3.

    Args:
        filters: channels that come out, a multiple of 8.
        activation: Keras name of the activation.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, height, width, filters)`.

    Raises:
        ValueError: if `filters` is not a positive multiple of 8.

    Reference: Szegedy et al. 2015, section 5; Szegedy et al. 2016, section 3.1.

    Examples:
        >>> layer = kerasapps.layers.InceptionModule(16)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 8, 8, 16])
    """

    def __init__(self, filters: int, *, activation: str | None = "relu", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if filters < 8 or filters % 8:
            raise ValueError(
                f"InceptionModule.filters must be a positive multiple of 8, got {filters!r}."
            )
        self.filters, self.activation = filters, activation
        eighth = filters // 8
        self.branches = [
            [self._conv(2 * eighth, 1, "point")],
            [self._conv(3 * eighth, 1, "mid_reduce"), self._conv(4 * eighth, 3, "mid")],
            [
                self._conv(eighth, 1, "wide_reduce"),
                self._conv(eighth, 3, "wide1"),
                self._conv(eighth, 3, "wide2"),
            ],
            [
                keras.layers.MaxPooling2D(
                    3, strides=1, padding="same", name="pool", dtype=self.dtype_policy
                ),
                self._conv(eighth, 1, "pool_project"),
            ],
        ]

    def _conv(self, filters: int, size: int, name: str) -> ConvBlock:
        return ConvBlock(
            filters, size, activation=self.activation, name=name, dtype=self.dtype_policy
        )

    def build(self, input_shape: Shape) -> None:
        for branch in self.branches:
            shape = input_shape
            for layer in branch:
                layer.build(shape)
                shape = layer.compute_output_shape(shape)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        outputs = []
        for branch in self.branches:
            x = inputs
            for layer in branch:
                x = layer(x, training=training) if isinstance(layer, ConvBlock) else layer(x)
            outputs.append(x)
        return keras.ops.concatenate(outputs, axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.filters)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"filters": self.filters, "activation": self.activation}
