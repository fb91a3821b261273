"""The decoder's block of a transformer, for whole targets and step by step."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape
from kerasapps.layers.decoder_attention import CausalSelfAttention, CrossAttention, KeysValues
from kerasapps.layers.transformer_parts import TransformerParts


@keras.saving.register_keras_serializable(package="kerasapps")
class TransformerDecoderBlock(TransformerParts):
    """Attention to earlier tokens, attention to a memory, then a perceptron; each part is added.

    Args:
        num_heads: of both attentions.
        expansion: hidden units of the perceptron as a multiple of the channels.
        dropout: of the parts' outputs, in training.
        attention_dropout: of the attention weights, in training (default: as `dropout`).
        activation: of the perceptron.
        norm: layer norm `"pre"` (before) or `"post"` (after) each part.

    Call arguments:
        inputs: float, `(batch, length, channels)`, padded on the right.
        memory: float, `(batch, memory_length, memory_channels)`.
        memory_mask: bool, `(batch, memory_length)`, False where no token may look; None: all may be
            looked at.
        training: whether dropout is on.

    Output:
        As `inputs`. What positions of padding hold is of no use.

    Raises:
        ValueError: if heads do not divide the channels, or for another `norm`.

    Reference: Vaswani et al. 2017, section 3.1; Xiong et al. 2020, section 3.2 (pre-norm).

    Examples:
        >>> layer = kerasapps.layers.TransformerDecoderBlock(num_heads=2)
        >>> tokens, memory = np.ones((2, 3, 8), np.float32), np.ones((2, 7, 6), np.float32)
        >>> layer(tokens, memory).shape
        TensorShape([2, 3, 8])
    """

    def build(self, inputs_shape: Shape, memory_shape: Shape) -> None:
        channels = int(inputs_shape[-1] or 0)
        self.attention_norm = self._norm("attention_norm", channels)
        self.attention = CausalSelfAttention(**self._attention_options("attention"))
        self.cross_norm = self._norm("cross_norm", channels)
        self.cross = CrossAttention(**self._attention_options("cross"))
        self.attention.build(inputs_shape)
        self.cross.build(inputs_shape, memory_shape)
        self._build_perceptron(channels)
        self.built = True

    def call(
        self,
        inputs: Any,
        memory: Any,
        memory_mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        out = self.attention(self._before(self.attention_norm, inputs), training=training)
        x = self._after(self.attention_norm, inputs, out, training)
        known = self._before(self.cross_norm, x)
        out = self.cross(known, memory, memory_mask=memory_mask, training=training)
        return self._think(self._after(self.cross_norm, x, out, training), training)

    def read(self, memory: Any) -> KeysValues:
        """What `step` needs of a memory, computed once."""
        return self.cross.read(memory)

    def empty_cache(self, batch: Any, length: int) -> KeysValues:
        """The cache before the first step, with room for `length` tokens of each row."""
        return self.attention.empty_cache(batch, length)

    def step(
        self,
        inputs: Any,
        position: Any,
        *,
        memory: KeysValues,
        memory_mask: Any,
        cache: KeysValues,
    ) -> tuple[Any, KeysValues, Any]:
        """The output of one token: that of a call, outside of training, on all tokens up to it.

        Args:
            inputs: float, `(batch, 1, channels)`.
            position: int32, scalar: tokens that the cache holds, less than it has room for.
            memory: from `read`.
            memory_mask: as in a call.
            cache: from `empty_cache`, or from the step before.

        Returns:
            As `inputs`; the cache with this token; and how much each head looked at each token of
            the memory, float, `(batch, heads, memory_length)`.
        """
        out, cache = self.attention.step(self._before(self.attention_norm, inputs), position, cache)
        x = self._after(self.attention_norm, inputs, out)
        out, weights = self.cross.look(self._before(self.cross_norm, x), memory, memory_mask)
        return self._think(self._after(self.cross_norm, x, out)), cache, weights[:, :, 0]

    def compute_output_shape(self, inputs_shape: Shape, memory_shape: Shape) -> Shape:
        return inputs_shape
