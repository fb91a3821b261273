"""The part that all self-attention shares: from tokens to heads, scores, and back."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape

# The score of a masked key. Softmax leaves it a share of about exp(-30), nothing in float32, and
# unlike minus infinity it leaves int8 a range of scores with a useful step.
_MASKED_SCORE = -30.0


class AttentionHeads(keras.layers.Layer):
    """Weights and products of multi-head self-attention; a subclass says between what.

    Keras's own multi-head attention has no place for a bias per pair of tokens, and its einsums
    convert to TFLite in higher ranks than int8 kernels take; here all products are of rank 4.

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

    def build(self, input_shape: Shape) -> None:
        channels = int(input_shape[-1] or 0)
        if self.key_dim is None and channels % self.num_heads:
            raise ValueError(f"{self.num_heads} heads do not divide {channels} channels.")
        self._depth = self.key_dim or channels // self.num_heads
        inner, policy = self.num_heads * self._depth, self.dtype_policy
        self.qkv = keras.layers.Dense(3 * inner, name="qkv", dtype=policy)
        self.project = keras.layers.Dense(channels, name="project", dtype=policy)
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=policy)
        self.qkv.build((None, None, channels))
        self.project.build((None, None, inner))
        self.built = True

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
        ops = keras.ops
        length = ops.shape(tokens)[1]
        parts = ops.split(self.qkv(tokens), 3, axis=-1)
        query, key, value = (self._heads(part, length) for part in parts)
        scores = ops.matmul(query * self._depth**-0.5, ops.transpose(key, (0, 1, 3, 2)))
        if bias is not None:
            scores = scores + ops.cast(bias, scores.dtype)
        if mask is not None:
            masked = ops.cast(_MASKED_SCORE, scores.dtype)
            scores = ops.where(mask[:, None, None, :], scores, masked)
        weights = self.drop(ops.softmax(scores, axis=-1), training=training)
        mixed = ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3))
        return self.project(ops.reshape(mixed, (-1, length, self.num_heads * self._depth)))

    def _heads(self, x: Any, length: Any) -> Any:
        """`(batch, length, heads * depth)` to `(batch, heads, length, depth)`."""
        split = keras.ops.reshape(x, (-1, length, self.num_heads, self._depth))
        return keras.ops.transpose(split, (0, 2, 1, 3))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        own = {"num_heads": self.num_heads, "key_dim": self.key_dim, "dropout": self.dropout}
        return config | own
