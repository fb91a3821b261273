"""Attention of a decoder: to what it has written so far, and to what it reads."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.attention_heads import AttentionHeads, MultiHead
from kerasapps.layers.conv import Shape

KeysValues = tuple[Any, Any]
"""Keys and values of some tokens, float, each `(batch, heads, length, depth)`."""


@keras.saving.register_keras_serializable(package="kerasapps")
class CausalSelfAttention(AttentionHeads):
    """Every token looks at itself and at those before it: all at once, or one by one with a cache.

    Args:
        num_heads: of attention.
        key_dim: channels of a head (default: channels that come in / `num_heads`).
        dropout: share of the attention weights dropped in training.

    Call arguments:
        inputs: float, `(batch, length, channels)`. Padding on the right needs no mask: no token
            sees what stands behind it.
        training: whether dropout is on.

    Output:
        As `inputs`.

    Raises:
        ValueError: if heads do not divide the channels.

    Reference: Vaswani et al. 2017, section 3.2.3.

    Examples:
        >>> layer = kerasapps.layers.CausalSelfAttention(num_heads=2)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 8])
    """

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        ops = keras.ops
        query, key, value = self.query_key_value(inputs)
        place = ops.arange(ops.shape(inputs)[1])
        allowed = place[None, :] <= place[:, None]
        return self.mix(query, key, value, allowed=allowed[None, None], training=training)[0]

    def empty_cache(self, batch: Any, length: int) -> KeysValues:
        """Room for the keys and values of `length` tokens of each row: zeros."""
        shape = (batch, self.num_heads, length, self._depth)
        return keras.ops.zeros(shape, self.compute_dtype), keras.ops.zeros(
            shape, self.compute_dtype
        )

    def step(self, inputs: Any, position: Any, cache: KeysValues) -> tuple[Any, KeysValues]:
        """The output of one token, given the cache of those before it.

        Args:
            inputs: float, `(batch, 1, channels)`.
            position: int32, scalar: tokens that the cache holds, less than it has room for.
            cache: from `empty_cache`, or from the step before.

        Returns:
            As `inputs`; and the cache with this token's key and value at `position`.
        """
        ops = keras.ops
        query, key, value = self.query_key_value(inputs)
        start = ops.stack([0, 0, position, 0])
        keys, values = (
            ops.slice_update(held, start, new)
            for held, new in zip(cache, (key, value), strict=True)
        )
        written = ops.arange(keys.shape[2]) <= position
        out, _ = self.mix(query, keys, values, allowed=written[None, None, None])
        return out, (keys, values)


@keras.saving.register_keras_serializable(package="kerasapps")
class CrossAttention(MultiHead):
    """Every token looks at the tokens of another sequence, the memory.

    Args:
        num_heads: of attention.
        key_dim: channels of a head (default: channels that come in / `num_heads`).
        dropout: share of the attention weights dropped in training.

    Call arguments:
        inputs: float, `(batch, length, channels)`.
        memory: float, `(batch, memory_length, memory_channels)`.
        memory_mask: bool, `(batch, memory_length)`, False where no token may look; None: all may be
            looked at.
        training: whether dropout is on.

    Output:
        As `inputs`.

    Raises:
        ValueError: if heads do not divide the channels.

    Reference: Vaswani et al. 2017, section 3.2.3.

    Examples:
        >>> layer = kerasapps.layers.CrossAttention(num_heads=2)
        >>> tokens, memory = np.ones((2, 3, 8), np.float32), np.ones((2, 7, 6), np.float32)
        >>> layer(tokens, memory, memory_mask=np.ones((2, 7), bool)).shape
        TensorShape([2, 3, 8])
    """

    def build(self, inputs_shape: Shape, memory_shape: Shape) -> None:
        channels = int(inputs_shape[-1] or 0)
        inner = self._set_depth(channels)
        self.query = self._dense("query", units=inner, inputs=channels)
        self.key_value = self._dense(
            "key_value", units=2 * inner, inputs=int(memory_shape[-1] or 0)
        )
        self._build_output(channels)
        self.built = True

    def call(
        self,
        inputs: Any,
        memory: Any,
        memory_mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        return self.look(inputs, self.read(memory), memory_mask, training=training)[0]

    def read(self, memory: Any) -> KeysValues:
        """Keys and values of a memory, which no token of the inputs changes."""
        key, value = keras.ops.split(self.key_value(memory), 2, axis=-1)
        return self.heads(key), self.heads(value)

    def look(
        self,
        inputs: Any,
        memory: KeysValues,
        memory_mask: Any = None,
        *,
        training: bool | None = None,
    ) -> tuple[Any, Any]:
        """As a call, on what `read` returned.

        Returns:
            As `inputs`; and the weights, float, `(batch, heads, length, memory_length)`.
        """
        allowed = None if memory_mask is None else memory_mask[:, None, None, :]
        query = self.heads(self.query(inputs))
        return self.mix(query, *memory, allowed=allowed, training=training)

    def compute_output_shape(self, inputs_shape: Shape, memory_shape: Shape) -> Shape:
        return inputs_shape
