"""Convolution with its normalization and activation, and channel attention."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.activation import activation_layer
from kerasapps.layers.normalization import FusedBatchNorm

Shape = tuple[int | None, ...]


def make_divisible(channels: float, multiple: int = 8) -> int:
    """`channels` rounded to a positive multiple that never loses more than 10 %.

    Reference: Sandler et al. 2018 (MobileNetV2), the authors' code.

    Examples:
        >>> kerasapps.layers.make_divisible(37)
        40
    """
    rounded = max(multiple, int(channels + multiple / 2) // multiple * multiple)
    return rounded + multiple if rounded < 0.9 * channels else rounded


class _NormalizedConv(keras.layers.Layer):
    """What ConvBlock and DepthwiseConvBlock share: convolve, normalize, activate."""

    conv: keras.layers.Layer

    def _finish(self, normalization: bool, activation: str | None) -> None:
        self.normalization = normalization
        self.activation = activation
        self.norm = FusedBatchNorm(name="norm", dtype=self.dtype_policy) if normalization else None
        self.act = activation_layer(activation, name="act", dtype=self.dtype_policy)

    def build(self, input_shape: Shape) -> None:
        self.conv.build(input_shape)
        shape = self.conv.compute_output_shape(input_shape)
        if self.norm is not None:
            self.norm.build(shape)
        self.act.build(shape)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        x = self.conv(inputs)
        if self.norm is not None:
            x = self.norm(x, training=training)
        return self.act(x, training=training) if self.activation == "gelu" else self.act(x)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        shape: Shape = self.conv.compute_output_shape(input_shape)
        return shape


@keras.saving.register_keras_serializable(package="kerasapps")
class ConvBlock(_NormalizedConv):
    """Convolution, batch normalization, activation.

    Args:
        filters: channels that come out.
        kernel_size: height and width of the kernel.
        strides: step of the kernel.
        activation: Keras name of the activation, or None.
        normalization: False leaves batch normalization out and gives the convolution a bias.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, ceil(height / strides), ceil(width / strides), filters)`.

    Examples:
        >>> layer = kerasapps.layers.ConvBlock(16, strides=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 4, 4, 16])
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int = 3,
        *,
        strides: int = 1,
        activation: str | None = "relu",
        normalization: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides = filters, kernel_size, strides
        self.conv = keras.layers.Conv2D(
            filters,
            kernel_size,
            strides=strides,
            padding="same",
            use_bias=not normalization,
            kernel_initializer="he_normal",
            name="conv",
            dtype=self.dtype_policy,
        )
        self._finish(normalization, activation)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "activation": self.activation,
            "normalization": self.normalization,
        }


@keras.saving.register_keras_serializable(package="kerasapps")
class DepthwiseConvBlock(_NormalizedConv):
    """Depthwise convolution (one kernel per channel), batch normalization, activation.

    Args:
        kernel_size: height and width of the kernels.
        strides: step of the kernels.
        activation: Keras name of the activation, or None.
        normalization: False leaves batch normalization out and gives the convolution a bias.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether batch normalization uses the statistics of the batch.

    Output:
        Float, `(batch, ceil(height / strides), ceil(width / strides), channels)`.

    Examples:
        >>> layer = kerasapps.layers.DepthwiseConvBlock(strides=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 4, 4, 4])
    """

    def __init__(
        self,
        kernel_size: int = 3,
        *,
        strides: int = 1,
        activation: str | None = "relu",
        normalization: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_size, self.strides = kernel_size, strides
        self.conv = keras.layers.DepthwiseConv2D(
            kernel_size,
            strides=strides,
            padding="same",
            use_bias=not normalization,
            depthwise_initializer="he_normal",
            name="conv",
            dtype=self.dtype_policy,
        )
        self._finish(normalization, activation)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "activation": self.activation,
            "normalization": self.normalization,
        }


@keras.saving.register_keras_serializable(package="kerasapps")
class SqueezeExcite(keras.layers.Layer):
    """Scales every channel by a gate computed from all channels' means.

    The gate is a hard sigmoid, whose range int8 represents exactly.

    Args:
        ratio: hidden units of the gate as a share of the channels.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.

    Output:
        As `inputs`.

    Raises:
        ValueError: if `ratio` is not in (0, 1].

    Reference: Hu et al. 2018; the hard gate from Howard et al. 2019 (MobileNetV3), section 5.2.

    Examples:
        >>> layer = kerasapps.layers.SqueezeExcite(ratio=0.5)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 8, 8, 4])
    """

    def __init__(self, ratio: float = 0.25, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 < ratio <= 1:
            raise ValueError(f"SqueezeExcite.ratio must be in (0, 1], got {ratio!r}.")
        self.ratio = ratio

    def build(self, input_shape: Shape) -> None:
        channels = int(input_shape[-1] or 0)
        hidden = make_divisible(channels * self.ratio)
        policy = self.dtype_policy
        self.pool = keras.layers.GlobalAveragePooling2D(keepdims=True, name="pool", dtype=policy)
        self.reduce = keras.layers.Conv2D(
            hidden,
            1,
            activation="relu",
            kernel_initializer="he_normal",
            name="reduce",
            dtype=policy,
        )
        self.expand = keras.layers.Conv2D(
            channels, 1, activation="hard_sigmoid", name="expand", dtype=policy
        )
        self.reduce.build((None, 1, 1, channels))
        self.expand.build((None, 1, 1, hidden))
        self.built = True

    def call(self, inputs: Any) -> Any:
        return inputs * self.expand(self.reduce(self.pool(inputs)))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"ratio": self.ratio}
