"""Densely connected convolutions."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import ConvBlock, Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class DenseBlock(keras.layers.Layer):
    """Convolutions that each see the input and the results of all earlier ones.

    A step is a 1x1 convolution to `4 * growth` channels and a 3x3 one to `growth`. Each is
    convolution, normalization, activation, in this order: the original's normalization before the
    convolution would be repeated over all earlier channels and cannot be folded away for inference.

    Args:
        layers: number of steps.
        growth: channels that a step adds.
        activation: Keras name of the activation.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, height, width, channels + layers * growth)`.

    Reference: Huang et al. 2017 (DenseNet-B), section 3; the order of Wang et al. 2018 (PeleeNet),
    section 2.

    Examples:
        >>> layer = kerasapps.layers.DenseBlock(layers=2, growth=6)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 8, 8, 16])
    """

    def __init__(
        self, layers: int, growth: int, *, activation: str | None = "relu", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.layers, self.growth, self.activation = layers, growth, activation
        policy = self.dtype_policy
        self.steps = [
            (
                ConvBlock(4 * growth, 1, activation=activation, name=f"reduce{i}", dtype=policy),
                ConvBlock(growth, 3, activation=activation, name=f"grow{i}", dtype=policy),
            )
            for i in range(1, layers + 1)
        ]

    def build(self, input_shape: Shape) -> None:
        *grid, channels = input_shape
        for reduce, grow in self.steps:
            reduce.build((*grid, channels))
            grow.build((*grid, 4 * self.growth))
            channels = int(channels or 0) + self.growth
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        seen = inputs
        for reduce, grow in self.steps:
            new = grow(reduce(seen, training=training), training=training)
            seen = keras.ops.concatenate([seen, new], axis=-1)
        return seen

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], int(input_shape[-1] or 0) + self.layers * self.growth)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "layers": self.layers,
            "growth": self.growth,
            "activation": self.activation,
        }
