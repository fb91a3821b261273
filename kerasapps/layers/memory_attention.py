"""Attention of a recurrent decoder's state to the memory of its encoder."""

from __future__ import annotations

from typing import Any, Literal, get_args

import keras

from kerasapps.layers.conv import Shape
from kerasapps.layers.pooling import masked_softmax

MemoryScore = Literal["bahdanau", "luong"]


@keras.saving.register_keras_serializable(package="kerasapps")
class MemoryAttention(keras.layers.Layer):
    """The memory's average, weighted by how well each of its tokens matches a query.

    Args:
        kind: `"bahdanau"` scores with a small perceptron, `v · tanh(W query + U token + b)`;
            `"luong"` with a product, `query · W token` ("general").
        units: hidden units of the perceptron (default: the query's). Only for `"bahdanau"`.

    Call arguments:
        query: float, `(batch, d)`.
        memory: float, `(batch, length, m)`.
        memory_mask: bool, `(batch, length)`, False for tokens that get no weight; None: all may.

    Output:
        Float, `(batch, m)`; zeros for a memory without tokens.

    Raises:
        ValueError: for another `kind`, or `units` for `"luong"`.

    Reference: Bahdanau et al. 2015, section 3.1 and appendix A.1.2; Luong et al. 2015, section 3.1.

    Examples:
        >>> layer = kerasapps.layers.MemoryAttention("luong")
        >>> layer(np.ones((2, 6), np.float32), np.ones((2, 7, 8), np.float32)).shape
        TensorShape([2, 8])
    """

    def __init__(
        self, kind: MemoryScore = "bahdanau", *, units: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if kind not in get_args(MemoryScore):
            raise ValueError(
                f"MemoryAttention.kind must be one of {get_args(MemoryScore)}, got {kind!r}."
            )
        if kind == "luong" and units is not None:
            raise ValueError("MemoryAttention.units is for kind='bahdanau': a product has none.")
        self.kind, self.units = kind, units

    def build(self, query_shape: Shape, memory_shape: Shape) -> None:
        size, policy = int(query_shape[-1] or 0), self.dtype_policy
        additive = self.kind == "bahdanau"
        units = self.units or size
        self.key = keras.layers.Dense(units, use_bias=additive, name="key", dtype=policy)
        self.key.build(memory_shape)
        if additive:
            self.query = keras.layers.Dense(units, use_bias=False, name="query", dtype=policy)
            self.score = keras.layers.Dense(1, use_bias=False, name="score", dtype=policy)
            self.query.build(query_shape)
            self.score.build((*memory_shape[:-1], units))
        self.built = True

    def call(self, query: Any, memory: Any, memory_mask: Any = None) -> Any:
        return self.look(query, self.read(memory), memory, memory_mask)[0]

    def read(self, memory: Any) -> Any:
        """Keys of the memory's tokens, float, `(batch, length, units)`, which no query changes."""
        return self.key(memory)

    def look(self, query: Any, keys: Any, memory: Any, memory_mask: Any = None) -> tuple[Any, Any]:
        """As a call, with the keys that `read` returned.

        Returns:
            The average, float, `(batch, m)`; and the weights, float, `(batch, length)`.
        """
        ops = keras.ops
        if self.kind == "bahdanau":
            scores = self.score(ops.tanh(keys + ops.expand_dims(self.query(query), 1)))
        else:
            scores = ops.matmul(keys, ops.expand_dims(query, -1))
        weights = masked_softmax(scores[..., 0], memory_mask)
        return ops.matmul(weights[:, None, :], memory)[:, 0], weights

    def compute_output_shape(self, query_shape: Shape, memory_shape: Shape) -> Shape:
        return (query_shape[0], memory_shape[-1])

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"kind": self.kind, "units": self.units}
