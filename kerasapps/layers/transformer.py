"""Self-attention between the tokens of a text, and what a transformer has beside it."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.activation import activation_layer
from kerasapps.layers.attention_heads import AttentionHeads
from kerasapps.layers.conv import Shape
from kerasapps.layers.embedding import TokenEmbedding
from kerasapps.layers.positions import sequence_waves, wave_rates


@keras.saving.register_keras_serializable(package="kerasapps")
class MultiHeadSelfAttention(AttentionHeads):
    """Every token looks at every other one that is not masked.

    Args:
        num_heads: of attention.
        key_dim: channels of a head (default: channels that come in / `num_heads`).
        dropout: share of the attention weights dropped in training.

    Call arguments:
        inputs: float, `(batch, length, channels)`.
        mask: bool, `(batch, length)`, False where no token may look; None: all may be looked at.
        training: whether dropout is on.

    Output:
        As `inputs`. What masked positions hold is of no use.

    Raises:
        ValueError: if heads do not divide the channels.

    Reference: Vaswani et al. 2017, section 3.2.2.
    """

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        return self.attend(inputs, mask=mask, training=training)


@keras.saving.register_keras_serializable(package="kerasapps")
class TransformerEncoderBlock(keras.layers.Layer):
    """Attention between tokens, then a perceptron on each; both normalize and add to their input.

    Normalization comes before each part (pre-norm), which trains without a long warm-up.

    Args:
        num_heads: of attention.
        expansion: hidden units of the perceptron as a multiple of the channels.
        dropout: of the attention weights and of both parts' outputs, in training.
        activation: of the perceptron.

    Call arguments:
        inputs: float, `(batch, length, channels)`.
        mask: bool, `(batch, length)`, False where no token may look; None: all may be looked at.
        training: whether dropout is on.

    Output:
        As `inputs`. What masked positions hold is of no use.

    Reference: Vaswani et al. 2017, section 3.1; Xiong et al. 2020, section 3.2 (pre-norm).
    """

    def __init__(
        self,
        num_heads: int,
        *,
        expansion: float = 4,
        dropout: float = 0.0,
        activation: str = "gelu",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.num_heads, self.expansion = num_heads, expansion
        self.dropout, self.activation = dropout, activation

    def build(self, input_shape: Shape) -> None:
        policy, channels = self.dtype_policy, int(input_shape[-1] or 0)
        hidden = int(channels * self.expansion)
        self.attention_norm = keras.layers.LayerNormalization(name="attention_norm", dtype=policy)
        self.attention = MultiHeadSelfAttention(
            self.num_heads, dropout=self.dropout, name="attention", dtype=policy
        )
        self.mlp_norm = keras.layers.LayerNormalization(name="mlp_norm", dtype=policy)
        self.expand = keras.layers.Dense(hidden, name="expand", dtype=policy)
        self.act = activation_layer(self.activation, name="act", dtype=policy)
        self.reduce = keras.layers.Dense(channels, name="reduce", dtype=policy)
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=policy)
        for layer in (self.attention_norm, self.attention, self.mlp_norm, self.expand):
            layer.build(input_shape)
        self.reduce.build((*input_shape[:-1], hidden))
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        x = self.attention(self.attention_norm(inputs), mask=mask, training=training)
        middle = inputs + self.drop(x, training=training)
        x = self.expand(self.mlp_norm(middle))
        x = self.act(x, training=training) if self.activation == "gelu" else self.act(x)
        return middle + self.drop(self.reduce(x), training=training)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "num_heads": self.num_heads,
            "expansion": self.expansion,
            "dropout": self.dropout,
            "activation": self.activation,
        }


@keras.saving.register_keras_serializable(package="kerasapps")
class PositionalEncoding(keras.layers.Layer):
    """Adds fixed waves that tell positions apart, for texts of any length.

    Args:
        scale: of the waves, which without it have amplitude 1.

    Call arguments:
        inputs: float, `(batch, length, channels)`, an even number of channels.

    Output:
        As `inputs`.

    Raises:
        ValueError: for an odd number of channels.

    Reference: Vaswani et al. 2017, section 3.5.
    """

    def __init__(self, *, scale: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def build(self, input_shape: Shape) -> None:
        self._rates = wave_rates(int(input_shape[-1] or 0))
        self.built = True

    def call(self, inputs: Any) -> Any:
        return inputs + keras.ops.cast(self._waves(inputs) * self.scale, inputs.dtype)

    def _waves(self, inputs: Any) -> Any:
        """A constant where the length is known, so that exported files need not compute it."""
        ops = keras.ops
        length, channels = inputs.shape[1:]
        if length is not None:
            return sequence_waves(length, channels)
        positions = ops.arange(ops.shape(inputs)[1], dtype="float32")
        angles = positions[:, None] * ops.convert_to_tensor(self._rates, "float32")
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"scale": self.scale}


@keras.saving.register_keras_serializable(package="kerasapps")
class TokenAndPositionEmbedding(keras.layers.Layer):
    """A learnt vector for each token id plus a learnt vector for its position.

    Args:
        vocabulary_size: ids run from 0 to this, exclusive.
        length: the longest text, in tokens; shorter ones use the first positions.
        dimensions: of a vector.

    Call arguments:
        inputs: int32 ids, `(batch, at most length)`. Padding gets a vector too: what follows must
            mask it.

    Output:
        Float, `(batch, length, dimensions)`.

    Raises:
        ValueError: for inputs known to be longer than `length`; where the length is only known
            when the graph runs, the sum of unequal shapes is TensorFlow's error.

    Reference: Gehring et al. 2017, section 3.1.
    """

    def __init__(self, vocabulary_size: int, length: int, dimensions: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size, self.length, self.dimensions = vocabulary_size, length, dimensions

    def build(self, input_shape: Shape) -> None:
        self.tokens = TokenEmbedding(
            self.vocabulary_size, self.dimensions, name="tokens", dtype=self.dtype_policy
        )
        self.tokens.build(input_shape)
        self.positions = self.add_weight(
            name="positions",
            shape=(self.length, self.dimensions),
            initializer=keras.initializers.RandomUniform(-0.05, 0.05),
        )
        self.built = True

    def call(self, inputs: Any) -> Any:
        if inputs.shape[1] is not None and inputs.shape[1] > self.length:
            raise ValueError(f"A text has {inputs.shape[1]} tokens, more than {self.length}.")
        tokens = self.tokens(inputs)
        count = keras.ops.shape(inputs)[1]
        return tokens + keras.ops.cast(self.positions[:count], tokens.dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.dimensions)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "vocabulary_size": self.vocabulary_size,
            "length": self.length,
            "dimensions": self.dimensions,
        }
