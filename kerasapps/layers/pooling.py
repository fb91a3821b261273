"""Many tokens become one vector, and those under a False mask have no say in it."""

from __future__ import annotations

from typing import Any, Literal, get_args

import keras
import numpy as np

from kerasapps.layers.conv import Shape

Pooling = Literal["average", "max"]

# How far below the least score of a token padding is put: e^-16 of that token's weight is lost to
# it, less than float32 shows. The usual -1e9 would leave int8 one step for all scores together.
_PADDING_GAP = 16.0


def mask_tokens(x: Any, mask: Any) -> Any:
    """`x` with zeros in place of padding, so that a convolution sees the same as at the text's end.

    Args:
        x: float, `(batch, length, d)`.
        mask: bool, `(batch, length)`, True where a token is, or float factors; None returns `x`.
    """
    if mask is None:
        return x
    return x * keras.ops.expand_dims(keras.ops.cast(mask, x.dtype), axis=-1)


def masked_softmax(scores: Any, mask: Any) -> Any:
    """Softmax over the tokens alone: padding gets exactly 0, the tokens' weights sum to 1.

    No constant leaves the order of magnitude of the scores, so that int8 keeps their resolution,
    and nothing is divided. A row without any token gets zeros.

    Args:
        scores: float, `(batch, length)`.
        mask: bool, `(batch, length)`, True where a token is; None: everywhere.

    Returns:
        As `scores`.
    """
    ops = keras.ops
    if mask is None:
        return ops.softmax(scores, axis=-1)
    valid = ops.cast(mask, scores.dtype)
    least = ops.min(scores * valid, axis=-1, keepdims=True)
    return ops.softmax(ops.where(mask, scores, least - _PADDING_GAP), axis=-1) * valid


def reciprocals(longest: int) -> tuple[np.ndarray, ...]:
    """Three factors whose product is `1 / n` for each n from 1 to `longest` (and 1 for 0).

    TFLite's division of 8-bit numbers gives wrong results, and in 8 bits 1 / n itself is lost for
    large n. The first factor is about the root of 1 / n: numbers times it have sums of about one
    size for few and many of them, which 8 bits hold equally well. All are powers of 1/2 that 8 bits
    hold for n up to 2^15, but for the last, which is between 1/2 and 1.

    Returns:
        Float32, each `(longest + 1,)`, to be looked up by n.
    """
    counts = np.maximum(np.arange(longest + 1), 1)
    halvings = np.floor(np.log2(counts))
    before = halvings // 2
    factors = (2.0**-before, 2.0 ** (before - halvings), 2.0**halvings / counts)
    return tuple(factor.astype(np.float32) for factor in factors)


class _Pooling(keras.layers.Layer):
    """`(batch, length, d)` to `(batch, d)`, given a mask that ends here."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """None: no tokens are left to mask."""

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], input_shape[2])


@keras.saving.register_keras_serializable(package="kerasapps")
class MaskedPooling(_Pooling):
    """The average or the maximum of each dimension over the tokens of a text.

    Args:
        kind: `"average"` or `"max"`.

    Call arguments:
        inputs: float, `(batch, length, d)`.
        mask: bool, `(batch, length)`, True where a token is (any pattern), or None: everywhere.

    Output:
        Float, `(batch, d)`; zeros for a text without tokens.

    Raises:
        ValueError: for another `kind`.

    Examples:
        >>> layer = kerasapps.layers.MaskedPooling("average")
        >>> layer(np.float32([[[2], [4], [9]]]), mask=np.array([[True, True, False]])).numpy()
        array([[3.]], dtype=float32)
    """

    def __init__(self, kind: Pooling = "average", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if kind not in get_args(Pooling):
            raise ValueError(
                f"MaskedPooling.kind must be one of {get_args(Pooling)}, got {kind!r}."
            )
        self.kind = kind

    def call(self, inputs: Any, mask: Any = None) -> Any:
        ops = keras.ops
        if mask is None:
            return ops.mean(inputs, axis=1) if self.kind == "average" else ops.max(inputs, axis=1)
        if self.kind == "average":
            return _average(inputs, mask)
        x = mask_tokens(inputs, mask)
        # Padding gets the tokens' minimum, which never wins and, unlike -1e9, suits int8.
        floor = ops.stop_gradient(ops.min(x, axis=1, keepdims=True))
        return ops.max(ops.where(ops.expand_dims(mask, -1), x, floor), axis=1)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"kind": self.kind}


def _average(x: Any, mask: Any) -> Any:
    ops = keras.ops
    count = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True)
    if x.shape[1] is None:
        # Not for export, which knows its length.
        return ops.sum(mask_tokens(x, mask), axis=1) / ops.cast(ops.maximum(count, 1), x.dtype)
    tables = reciprocals(x.shape[1])
    before, halve, rest = (ops.cast(ops.take(table, count), x.dtype) for table in tables)
    return ops.sum(mask_tokens(x, ops.cast(mask, x.dtype) * before), axis=1) * halve * rest


class _WeightedPooling(_Pooling):
    """What the attention poolings share: a score per token, softmax, weighted sum."""

    def _scores(self, inputs: Any) -> Any:
        """`(batch, length, 1)`."""
        raise NotImplementedError

    def weights_of(self, inputs: Any, mask: Any = None) -> Any:
        """The share of each token in the output, float, `(batch, length)`; for explanations."""
        return masked_softmax(self._scores(inputs)[..., 0], mask)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        weights = self.weights_of(inputs, mask)
        return keras.ops.matmul(weights[:, None, :], inputs)[:, 0]


@keras.saving.register_keras_serializable(package="kerasapps")
class AttentionPooling(_WeightedPooling):
    """The tokens' average, weighted by how well each matches a learnt query.

    A token's score is its dot product with the query, divided by the root of its size.

    Call arguments:
        inputs: float, `(batch, length, d)`.
        mask: bool, `(batch, length)`, True where a token is (any pattern), or None: everywhere.

    Output:
        Float, `(batch, d)`; zeros for a text without tokens.

    Reference: Vaswani et al. 2017, section 3.2.1, with one query that is a weight; as in
    Yang et al. 2016, equations 5 to 7.

    Examples:
        >>> layer = kerasapps.layers.AttentionPooling()
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 8])
    """

    def build(self, input_shape: Shape) -> None:
        self._scale = int(input_shape[-1] or 0) ** -0.5
        self.query = keras.layers.Dense(1, use_bias=False, name="query", dtype=self.dtype_policy)
        self.query.build(input_shape)
        self.built = True

    def _scores(self, inputs: Any) -> Any:
        return self.query(inputs) * self._scale


@keras.saving.register_keras_serializable(package="kerasapps")
class AdditiveAttention(_WeightedPooling):
    """The tokens' average, weighted by a small perceptron: `v · tanh(W x + b)` scores a token.

    Args:
        units: hidden units of the perceptron.

    Call arguments:
        inputs: float, `(batch, length, d)`.
        mask: bool, `(batch, length)`, True where a token is (any pattern), or None: everywhere.

    Output:
        Float, `(batch, d)`; zeros for a text without tokens.

    Reference: Bahdanau et al. 2015, section 3.1 and appendix A.1.2, without a decoder's state.

    Examples:
        >>> layer = kerasapps.layers.AdditiveAttention(units=4)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 8])
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: Shape) -> None:
        policy = self.dtype_policy
        self.hidden = keras.layers.Dense(self.units, activation="tanh", name="hidden", dtype=policy)
        self.score = keras.layers.Dense(1, use_bias=False, name="score", dtype=policy)
        self.hidden.build(input_shape)
        self.score.build((*input_shape[:-1], self.units))
        self.built = True

    def _scores(self, inputs: Any) -> Any:
        return self.score(self.hidden(inputs))

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"units": self.units}
