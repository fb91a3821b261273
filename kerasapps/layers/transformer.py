"""Self-attention between the tokens of a text, and what a transformer has beside it."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.attention_heads import AttentionHeads
from kerasapps.layers.conv import Shape
from kerasapps.layers.embedding import TokenEmbedding
from kerasapps.layers.positions import sequence_waves, wave_rates
from kerasapps.layers.transformer_parts import TransformerParts


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

    Examples:
        >>> layer = kerasapps.layers.MultiHeadSelfAttention(num_heads=2)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 8])
    """

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        return self.attend(inputs, mask=mask, training=training)


@keras.saving.register_keras_serializable(package="kerasapps")
class TransformerEncoderBlock(TransformerParts):
    """Attention between tokens, then a perceptron on each; both are added to their input.

    Args:
        num_heads: of attention.
        expansion: hidden units of the perceptron as a multiple of the channels.
        dropout: of both parts' outputs, in training.
        attention_dropout: of the attention weights, in training (default: as `dropout`).
        activation: of the perceptron.
        norm: layer norm `"pre"` (before each part, which trains without a long warm-up) or `"post"`
            (after each sum).

    Call arguments:
        inputs: float, `(batch, length, channels)`.
        mask: bool, `(batch, length)`, False where no token may look; None: all may be looked at.
        training: whether dropout is on.

    Output:
        As `inputs`. What masked positions hold is of no use.

    Raises:
        ValueError: if heads do not divide the channels, or for another `norm`.

    Reference: Vaswani et al. 2017, section 3.1; Xiong et al. 2020, section 3.2 (pre-norm).

    Examples:
        >>> layer = kerasapps.layers.TransformerEncoderBlock(num_heads=2)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 8])
    """

    def build(self, input_shape: Shape) -> None:
        channels = int(input_shape[-1] or 0)
        self.attention_norm = self._norm("attention_norm", channels)
        self.attention = MultiHeadSelfAttention(**self._attention_options("attention"))
        self.attention.build(input_shape)
        self._build_perceptron(channels)
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        tokens = self._before(self.attention_norm, inputs)
        out = self.attention(tokens, mask=mask, training=training)
        return self._think(self._after(self.attention_norm, inputs, out, training), training)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape


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

    Examples:
        >>> layer = kerasapps.layers.PositionalEncoding()
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 8])
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

    Examples:
        >>> layer = kerasapps.layers.TokenAndPositionEmbedding(20, length=9, dimensions=4)
        >>> layer(np.array([[1, 7, 9, 0]], np.int32)).shape
        TensorShape([1, 4, 4])
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
