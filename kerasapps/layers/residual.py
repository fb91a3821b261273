"""Blocks that add their result to their input: residual, bottleneck, inverted residual."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import (
    ConvBlock,
    DepthwiseConvBlock,
    Shape,
    SqueezeExcite,
    make_divisible,
)


class _Residual(keras.layers.Layer):
    """What residual blocks share: `activation(body(x) + shortcut(x))`."""

    def __init__(
        self, filters: int, *, strides: int = 1, activation: str | None = "relu", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.filters, self.strides, self.activation = filters, strides, activation

    def _body(self) -> list[keras.layers.Layer]:
        raise NotImplementedError

    def build(self, input_shape: Shape) -> None:
        self.body = self._body()
        shape = input_shape
        for layer in self.body:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.shortcut = None
        if self.strides != 1 or input_shape[-1] != self.filters:
            self.shortcut = ConvBlock(
                self.filters,
                1,
                strides=self.strides,
                activation=None,
                name="shortcut",
                dtype=self.dtype_policy,
            )
            self.shortcut.build(input_shape)
        self.act = keras.layers.Activation(
            self.activation or "linear", name="act", dtype=self.dtype_policy
        )
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        x = inputs
        for layer in self.body:
            x = layer(x, training=training)
        short = inputs if self.shortcut is None else self.shortcut(inputs, training=training)
        return self.act(x + short)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, height, width, _ = input_shape
        return (
            batch,
            None if height is None else -(-height // self.strides),
            None if width is None else -(-width // self.strides),
            self.filters,
        )

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "filters": self.filters,
            "strides": self.strides,
            "activation": self.activation,
        }


@keras.saving.register_keras_serializable(package="kerasapps")
class ResidualBlock(_Residual):
    """Two 3x3 convolutions and a shortcut (a 1x1 convolution where shapes differ).

    Args:
        filters: channels that come out.
        strides: step of the first convolution.
        activation: Keras name of the activation.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, ceil(height / strides), ceil(width / strides), filters)`.

    Reference: He et al. 2016, figure 2.

    Examples:
        >>> layer = kerasapps.layers.ResidualBlock(16, strides=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 4, 4, 16])
    """

    def _body(self) -> list[keras.layers.Layer]:
        policy = self.dtype_policy
        return [
            ConvBlock(
                self.filters,
                strides=self.strides,
                activation=self.activation,
                name="conv1",
                dtype=policy,
            ),
            ConvBlock(self.filters, activation=None, name="conv2", dtype=policy),
        ]


@keras.saving.register_keras_serializable(package="kerasapps")
class BottleneckBlock(_Residual):
    """1x1, 3x3 and 1x1 convolutions around a narrow middle, and a shortcut.

    Args:
        filters: channels that come out.
        strides: step of the 3x3 convolution.
        activation: Keras name of the activation.
        reduction: the middle has `filters / reduction` channels.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, ceil(height / strides), ceil(width / strides), filters)`.

    Reference: He et al. 2016, figure 5; the stride on the 3x3 convolution from Goyal et al. 2017.

    Examples:
        >>> layer = kerasapps.layers.BottleneckBlock(16, strides=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 4, 4, 16])
    """

    def __init__(
        self,
        filters: int,
        *,
        strides: int = 1,
        activation: str | None = "relu",
        reduction: int = 4,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, strides=strides, activation=activation, **kwargs)
        self.reduction = reduction

    def _body(self) -> list[keras.layers.Layer]:
        middle = make_divisible(self.filters / self.reduction)
        policy, act = self.dtype_policy, self.activation
        return [
            ConvBlock(middle, 1, activation=act, name="reduce", dtype=policy),
            ConvBlock(middle, 3, strides=self.strides, activation=act, name="conv", dtype=policy),
            ConvBlock(self.filters, 1, activation=None, name="expand", dtype=policy),
        ]

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"reduction": self.reduction}


@keras.saving.register_keras_serializable(package="kerasapps")
class InvertedResidual(keras.layers.Layer):
    """Expand channels, filter each alone, project back; a shortcut where shapes agree.

    Args:
        filters: channels that come out.
        strides: step of the depthwise convolution.
        expansion: channels of the middle as a multiple of those that come in (1: no expansion).
        kernel_size: of the depthwise convolution.
        squeeze_excite: ratio of a `SqueezeExcite` in the middle, or 0 for none.
        activation: Keras name of the activation; the projection is linear.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, ceil(height / strides), ceil(width / strides), filters)`.

    Reference: Sandler et al. 2018 (MobileNetV2), section 3; squeeze-and-excite as in Howard et al.
    2019 (MobileNetV3), section 5.

    Examples:
        >>> layer = kerasapps.layers.InvertedResidual(16, strides=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 4, 4, 16])
    """

    def __init__(
        self,
        filters: int,
        *,
        strides: int = 1,
        expansion: float = 4,
        kernel_size: int = 3,
        squeeze_excite: float = 0.0,
        activation: str | None = "relu6",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters, self.strides, self.expansion = filters, strides, expansion
        self.kernel_size, self.squeeze_excite = kernel_size, squeeze_excite
        self.activation = activation

    def build(self, input_shape: Shape) -> None:
        policy, channels = self.dtype_policy, int(input_shape[-1] or 0)
        middle = make_divisible(channels * self.expansion)
        act = self.activation
        self.body: list[keras.layers.Layer] = []
        if self.expansion != 1:
            self.body.append(ConvBlock(middle, 1, activation=act, name="expand", dtype=policy))
        self.body.append(
            DepthwiseConvBlock(
                self.kernel_size, strides=self.strides, activation=act, name="filter", dtype=policy
            )
        )
        self.excite = None
        if self.squeeze_excite:
            self.excite = SqueezeExcite(self.squeeze_excite, name="excite", dtype=policy)
        self.project = ConvBlock(self.filters, 1, activation=None, name="project", dtype=policy)
        shape = input_shape
        for layer in [*self.body, self.excite, self.project]:
            if layer is not None:
                layer.build(shape)
                shape = layer.compute_output_shape(shape)
        self.adds = self.strides == 1 and channels == self.filters
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        x = inputs
        for layer in self.body:
            x = layer(x, training=training)
        if self.excite is not None:
            x = self.excite(x)
        x = self.project(x, training=training)
        return inputs + x if self.adds else x

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, height, width, _ = input_shape
        return (
            batch,
            None if height is None else -(-height // self.strides),
            None if width is None else -(-width // self.strides),
            self.filters,
        )

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "filters": self.filters,
            "strides": self.strides,
            "expansion": self.expansion,
            "kernel_size": self.kernel_size,
            "squeeze_excite": self.squeeze_excite,
            "activation": self.activation,
        }
