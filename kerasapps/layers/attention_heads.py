"""The part that all attention shares: from tokens to heads, scores, and back."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kerasapps.layers.conv import Shape

# The score of a masked key. Softmax leaves it a share of about exp(-30), nothing in float32, and
# unlike minus infinity it leaves int8 a range of scores with a useful step.
_MASKED_SCORE = -30.0


class MultiHead(keras.layers.Layer):
    """Products of attention in several heads; a subclass says where queries and keys come from.

    Keras's own multi-head attention has no place for a bias per pair of tokens or for a cache, and
    its einsums convert to TFLite in higher ranks than int8 kernels take; here all products are of
    rank 4.

    Args:
        num_heads: of attention.
        key_dim: channels of a head (default: channels that come in / `num_heads`).
        dropout: share of the attention weights dropped in training.

    Raises:
        ValueError: if heads do not divide the channels.

    Reference: Vaswani et al. 2017, section 3.2.2.
    """

    def __init__(
        self, num_heads: int, *, key_dim: int | None = None, dropout: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.num_heads, self.key_dim, self.dropout = num_heads, key_dim, dropout

    def _set_depth(self, channels: int) -> int:
        """Channels of all heads together, of which each has `self._depth`."""
        if self.key_dim is None and channels % self.num_heads:
            raise ValueError(f"{self.num_heads} heads do not divide {channels} channels.")
        self._depth = self.key_dim or channels // self.num_heads
        return self.num_heads * self._depth

    def _dense(self, name: str, *, units: int, inputs: int) -> keras.layers.Dense:
        layer = keras.layers.Dense(units, name=name, dtype=self.dtype_policy)
        layer.build((None, None, inputs))
        return layer

    def _build_output(self, channels: int) -> None:
        inner = self.num_heads * self._depth
        self.project = self._dense("project", units=channels, inputs=inner)
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=self.dtype_policy)

    def heads(self, x: Any) -> Any:
        """`(batch, length, heads * depth)` to `(batch, heads, length, depth)`."""
        ops, length = keras.ops, keras.ops.shape(x)[1]
        if x.shape[1] == 1:  # a step of decoding: nothing to move
            return ops.reshape(x, (-1, self.num_heads, 1, self._depth))
        split = ops.reshape(x, (-1, length, self.num_heads, self._depth))
        return ops.transpose(split, (0, 2, 1, 3))

    def mix(
        self,
        query: Any,
        key: Any,
        value: Any,
        *,
        allowed: Any = None,
        bias: Any = None,
        training: bool | None = None,
    ) -> tuple[Any, Any]:
        """What each query gathers from the values, and how much from each.

        Args:
            query: float, `(batch, heads, queries, depth)`.
            key: float, `(batch, heads, keys, depth)`.
            value: as `key`.
            allowed: bool, broadcast to `(batch, heads, queries, keys)`, False where a query may not
                look; None: it may look everywhere.
            bias: added to the scores, `(1 or batch, heads, queries, keys)`, or None.
            training: whether dropout is on.

        Returns:
            Float, `(batch, queries, channels)`; and the weights, `(batch, heads, queries, keys)`,
            before dropout.
        """
        ops = keras.ops
        scores = tf.matmul(query * self._depth**-0.5, key, transpose_b=True)
        if bias is not None:
            scores = scores + ops.cast(bias, scores.dtype)
        if allowed is not None:
            scores = ops.where(allowed, scores, ops.cast(_MASKED_SCORE, scores.dtype))
        weights = tf.nn.softmax(scores, axis=-1)  # Keras's warns of sentences of one token
        mixed = ops.matmul(self.drop(weights, training=training), value)
        length = ops.shape(query)[2]
        if query.shape[2] != 1:  # for one token the order of axes in memory is right already
            mixed = ops.transpose(mixed, (0, 2, 1, 3))
        together = ops.reshape(mixed, (-1, length, self.num_heads * self._depth))
        return self.project(together), weights

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        sizes = {"num_heads": self.num_heads, "key_dim": self.key_dim, "dropout": self.dropout}
        return config | sizes


class AttentionHeads(MultiHead):
    """Weights and products of multi-head self-attention; arguments: `MultiHead`."""

    def build(self, input_shape: Shape) -> None:
        channels = int(input_shape[-1] or 0)
        inner = self._set_depth(channels)
        self.qkv = self._dense("qkv", units=3 * inner, inputs=channels)
        self._build_output(channels)
        self.built = True

    def query_key_value(self, tokens: Any) -> tuple[Any, ...]:
        """The three of each token, float, `(batch, heads, length, depth)`."""
        parts = keras.ops.split(self.qkv(tokens), 3, axis=-1)
        return tuple(self.heads(part) for part in parts)

    def attend(
        self, tokens: Any, *, mask: Any = None, bias: Any = None, training: bool | None = None
    ) -> Any:
        """What each of `tokens` gathers from all of them.

        Args:
            tokens: float, `(batch, length, channels)`.
            mask: bool, `(batch, length)`, False for tokens that none may look at; or None.
            bias: added to the scores, `(1 or batch, heads, length, length)`, or None.
            training: whether dropout is on.

        Returns:
            As `tokens`.
        """
        query, key, value = self.query_key_value(tokens)
        allowed = None if mask is None else mask[:, None, None, :]
        return self.mix(query, key, value, allowed=allowed, bias=bias, training=training)[0]

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape
