"""Self-attention between the cells of a feature map."""

from __future__ import annotations

from typing import Any, Literal, get_args

import keras

from kerasapps.layers.activation import activation_layer
from kerasapps.layers.attention_heads import AttentionHeads
from kerasapps.layers.conv import Shape
from kerasapps.layers.normalization import FusedBatchNorm
from kerasapps.layers.positions import relative_offsets, sinusoids

Positions = Literal["relative", "sinusoidal"]


@keras.saving.register_keras_serializable(package="kerasapps")
class FeatureMapAttention(AttentionHeads):
    """Multi-head self-attention in which every cell of a feature map looks at every other.

    Args:
        num_heads: of attention.
        key_dim: channels of a head (default: channels that come in / `num_heads`).
        positions: `"relative"` adds a learnt bias per head and offset between cells,
            `"sinusoidal"` adds fixed waves to the inputs, None knows no positions. All but None
            need a known height and width.
        dropout: share of the attention weights dropped in training.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether dropout is on.

    Output:
        As `inputs`.

    Raises:
        ValueError: for an unknown `positions`, heads that do not divide the channels, or positions
            with an unknown height or width.

    Reference: Vaswani et al. 2017, section 3.2.2; Liu et al. 2021 (Swin), equation 4 for the bias.

    Examples:
        >>> layer = kerasapps.layers.FeatureMapAttention(num_heads=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 8, 8, 4])
    """

    def __init__(
        self,
        num_heads: int,
        *,
        key_dim: int | None = None,
        positions: Positions | None = "relative",
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_heads, key_dim=key_dim, dropout=dropout, **kwargs)
        if positions is not None and positions not in get_args(Positions):
            raise ValueError(
                f"FeatureMapAttention.positions must be one of {get_args(Positions)} or None, "
                f"got {positions!r}."
            )
        self.positions = positions

    def build(self, input_shape: Shape) -> None:
        _, height, width, channels = input_shape
        self._build_positions(height, width, int(channels or 0))
        super().build(input_shape)

    def _build_positions(self, height: int | None, width: int | None, channels: int) -> None:
        if self.positions is None:
            return
        if height is None or width is None:
            raise ValueError(f"positions={self.positions!r} needs a known height and width.")
        if self.positions == "sinusoidal":
            self._waves = sinusoids(height, width, channels)
            return
        self._offsets = relative_offsets(height, width)
        self.offset_bias = self.add_weight(
            name="offset_bias",
            shape=(self.num_heads, (2 * height - 1) * (2 * width - 1)),
            initializer=keras.initializers.TruncatedNormal(stddev=0.02),
        )

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        ops = keras.ops
        x = inputs
        if self.positions == "sinusoidal":
            x = x + ops.cast(self._waves, x.dtype)
        height, width, channels = ops.shape(x)[1:]
        tokens = ops.reshape(x, (-1, height * width, channels))
        bias = None
        if self.positions == "relative":
            bias = ops.take(self.offset_bias, self._offsets, axis=1)[None]
        out = self.attend(tokens, bias=bias, training=training)
        return ops.reshape(out, (-1, height, width, channels))

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"positions": self.positions}


@keras.saving.register_keras_serializable(package="kerasapps")
class FeatureMapTransformer(keras.layers.Layer):
    """A transformer block on a feature map: attention, then a perceptron on each cell.

    Both are added to their input. They are normalized by batch, not by layer: batch statistics
    fold into the next product, while the mean and variance of a layer normalization lose their
    precision in int8.

    Args:
        num_heads: of attention.
        expansion: hidden units of the perceptron as a multiple of the channels.
        positions: as in `FeatureMapAttention`.
        dropout: of the attention weights and of the perceptron's output, in training.
        activation: of the perceptron.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.
        training: whether dropout is on and batch normalization uses the batch's statistics.

    Output:
        As `inputs`.

    Reference: Dosovitskiy et al. 2021, section 3.1; batch normalization: Yao et al. 2021
    ("Leveraging Batch Normalization for Vision Transformers").

    Examples:
        >>> layer = kerasapps.layers.FeatureMapTransformer(num_heads=2)
        >>> layer(np.ones((2, 8, 8, 4), np.float32)).shape
        TensorShape([2, 8, 8, 4])
    """

    def __init__(
        self,
        num_heads: int,
        *,
        expansion: float = 4,
        positions: Positions | None = "relative",
        dropout: float = 0.0,
        activation: str = "gelu",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_heads, self.expansion, self.positions = num_heads, expansion, positions
        self.dropout, self.activation = dropout, activation

    def build(self, input_shape: Shape) -> None:
        policy, channels = self.dtype_policy, int(input_shape[-1] or 0)
        hidden = int(channels * self.expansion)
        self.attention_norm = FusedBatchNorm(name="attention_norm", dtype=policy)
        self.attention = FeatureMapAttention(
            self.num_heads,
            positions=self.positions,
            dropout=self.dropout,
            name="attention",
            dtype=policy,
        )
        self.mlp_norm = FusedBatchNorm(name="mlp_norm", dtype=policy)
        self.expand = keras.layers.Dense(hidden, name="expand", dtype=policy)
        self.act = activation_layer(self.activation, name="act", dtype=policy)
        self.reduce = keras.layers.Dense(channels, name="reduce", dtype=policy)
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=policy)
        for layer in (self.attention_norm, self.attention, self.mlp_norm, self.expand):
            layer.build(input_shape)
        self.reduce.build((*input_shape[:-1], hidden))
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        x = self.attention_norm(inputs, training=training)
        middle = inputs + self.attention(x, training=training)
        x = self.expand(self.mlp_norm(middle, training=training))
        x = self.act(x, training=training) if self.activation == "gelu" else self.act(x)
        return middle + self.drop(self.reduce(x), training=training)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "num_heads": self.num_heads,
            "expansion": self.expansion,
            "positions": self.positions,
            "dropout": self.dropout,
            "activation": self.activation,
        }
