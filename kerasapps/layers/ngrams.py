"""Runs of neighbouring tokens as features of a linear model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasapps.layers.characters import character_runs
from kerasapps.layers.conv import Shape
from kerasapps.layers.linear_votes import solve_votes

MAX_ORDER = 3
# Every product and sum below stays within int32, which is what phones compute with: ids are below
# 2**15 and hashes of pairs below 2**20, so 2**15 * (33_201 + 9_089) and 2**20 * 1_021 +
# 2**15 * 32_749 are below 2**31. The factors of pairs are of many tried at random those under
# which pairs of frequent tokens share a number least: less often than under a random hash.
MAX_VOCABULARY = 2**15
MAX_BUCKETS = 2**20
_PAIR = (33_201, 9_089)
_TRIPLE = (1_021, 32_749)
_PRIME = 1_048_573


def suitable_buckets(ids: np.ndarray, *, classes: int) -> int:
    """Numbers for pairs of tokens: few enough for the votes' file, enough that few pairs share one.

    Args:
        ids: int32 `(n, length)`, the training texts.
        classes: votes of a pair.

    Returns:
        A power of two, about twice the different pairs or more, such that there are at most 2**23
        votes (but always 2**12 pairs or more); at most `MAX_BUCKETS`.
    """
    met = np.zeros(MAX_BUCKETS, bool)
    for start in range(0, len(ids), 4096):
        block = ids[start : start + 4096]
        first, second = block[:, :-1], block[:, 1:]
        pairs = _joined(first, second, _PAIR) % MAX_BUCKETS
        met[pairs[second > 0]] = True
    wanted = max(1, 2 * int(np.count_nonzero(met)))
    most = 2 ** max(12, 23 - math.ceil(math.log2(classes)))
    return int(min(most, MAX_BUCKETS, 2 ** max(12, math.ceil(math.log2(wanted)))))


@keras.saving.register_keras_serializable(package="kerasapps")
class NgramIds(keras.layers.Layer):
    """The distinct tokens, pairs (and triples) of neighbouring tokens of each text, as ids.

    A token keeps its id. A pair or triple gets one of `buckets` numbers behind the vocabulary by a
    hash, which it may share with others; pairs of frequent tokens (small ids) hardly ever meet.

    Args:
        vocabulary_size: token ids run from 0 (padding) to this, exclusive.
        order: tokens of the longest run, 1 to 3.
        buckets: numbers for pairs and triples.

    Call arguments:
        inputs: int32 ids, `(batch, length)`, padded with 0 on the right.

    Output:
        int32, `(batch, length * order)`, below `vocabulary_size + buckets`: each n-gram once, in
        no order of meaning, and 0 in the rest.

    Raises:
        ValueError: for an order, vocabulary or number of buckets whose hashes leave int32.

    Reference: Joulin et al. 2017, section 2.2 (bag of n-grams, hashing trick).

    Examples:
        >>> layer = kerasapps.layers.NgramIds(vocabulary_size=20, order=2, buckets=64)
        >>> layer(np.array([[1, 7, 9, 0]], np.int32)).shape
        TensorShape([1, 8])
    """

    def __init__(
        self, vocabulary_size: int, *, order: int = 2, buckets: int = 2**18, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not 1 <= order <= MAX_ORDER:
            raise ValueError(f"NgramIds.order must be from 1 to {MAX_ORDER}, got {order!r}.")
        if not 1 <= vocabulary_size <= MAX_VOCABULARY:
            raise ValueError(
                f"NgramIds takes up to {MAX_VOCABULARY} tokens, got {vocabulary_size}."
            )
        if not 1 <= buckets <= MAX_BUCKETS:
            raise ValueError(f"NgramIds.buckets must be up to {MAX_BUCKETS}, got {buckets!r}.")
        self.vocabulary_size, self.order, self.buckets = vocabulary_size, order, buckets

    def call(self, inputs: Any) -> Any:
        ops = keras.ops
        runs, last, hashed = [inputs], inputs, inputs
        for multipliers in (_PAIR, _TRIPLE)[: self.order - 1]:
            # The token one further on; behind the end stands padding.
            last = ops.pad(last[:, 1:], ((0, 0), (0, 1)))
            hashed = _joined(hashed, last, multipliers)
            number = self.vocabulary_size + ops.mod(hashed, self.buckets)
            runs.append(ops.where(last > 0, number, 0))
        return _distinct(ops.concatenate(runs, axis=1))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, length = input_shape
        return (batch, None if length is None else length * self.order)

    def compute_output_spec(self, inputs: Any) -> Any:
        # Ids stay integers under every dtype policy.
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), dtype="int32")

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "vocabulary_size": self.vocabulary_size,
            "order": self.order,
            "buckets": self.buckets,
        }


def _joined(run: Any, token: Any, multipliers: tuple[int, int]) -> Any:
    """The number of a run with one more token, int32 below `_PRIME`; of arrays or tensors."""
    return (run * multipliers[0] + token * multipliers[1]) % _PRIME


def _distinct(ids: Any) -> Any:
    """`ids` sorted along the last axis, and 0 for all but one of equal ones."""
    ops = keras.ops
    # Sorting by "top k of k" is a builtin of TFLite.
    ordered, _ = ops.top_k(ids, ops.shape(ids)[1])
    following = ops.pad(ordered[:, 1:], ((0, 0), (0, 1)))
    return ops.where(ops.equal(ordered, following), 0, ordered)


@keras.saving.register_keras_serializable(package="kerasapps")
class SolvedVotes(keras.layers.Layer):
    """Each n-gram of a text adds its vote for every class: a linear model on sparse features.

    The votes of a text's tokens count as one over the square root of their number, those of its
    longer n-grams likewise, so that long texts are no surer than short ones. `adapt` solves for the
    votes and the bias (see `solve_votes`); gradients do not change them. Before it they are 0.

    Args:
        classes: votes of an n-gram.
        ngrams: ids run from 0 (no n-gram) to this, exclusive.
        tokens: ids below this are single tokens.

    Call arguments:
        inputs: int32 ids, `(batch, n)`, such as `NgramIds` makes.

    Output:
        Float, `(batch, classes)`: sums of votes.

    Attributes:
        spellings: how each token is written (see `character_runs`), or None. `adapt` gives the
            tokens' runs of characters votes too, and adds these to the votes of the tokens. They
            are not saved.

    Reference: Joachims 1998; Wang and Manning 2012, section 2.1.

    Examples:
        >>> layer = kerasapps.layers.SolvedVotes(classes=2, ngrams=20, tokens=20)
        >>> ids = np.array([[7, 9, 0], [8, 9, 0]] * 4, np.int32)
        >>> layer.build(ids.shape)
        >>> layer.adapt(ids, np.array([0, 1] * 4))
        >>> layer(ids[:2]).numpy().argmax(axis=1)
        array([0, 1])
    """

    def __init__(self, classes: int, ngrams: int, *, tokens: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.classes, self.ngrams, self.tokens = classes, ngrams, tokens
        self.spellings: Sequence[str] | None = None

    def build(self, input_shape: Shape) -> None:
        shape = (self.ngrams, self.classes)
        self.votes = self.add_weight(
            name="votes", shape=shape, initializer="zeros", trainable=False
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.classes,), initializer="zeros", trainable=False
        )
        self.built = True

    def call(self, inputs: Any) -> Any:
        ops, dtype = keras.ops, self.compute_dtype
        longer = inputs >= self.tokens
        single = ops.logical_and(inputs > 0, ops.logical_not(longer))
        share = _share(single, dtype) + _share(longer, dtype)
        votes = ops.cast(ops.take(self.votes, inputs, axis=0), dtype)
        summed = ops.sum(votes * ops.expand_dims(share, -1), axis=1)
        return summed + ops.cast(self.bias, dtype)

    def adapt(
        self,
        inputs: np.ndarray,
        labels: np.ndarray,
        *,
        class_weights: Sequence[float] | None = None,
        example_weights: np.ndarray | None = None,
    ) -> None:
        """Sets votes and bias from labelled texts.

        Args:
            inputs: int32 ids, `(n, m)`, as the layer will get them.
            labels: n class numbers; whether each text has each label, `(n, classes)`; or numbers,
                float `(n, 1)`.
            class_weights: how much a mistake on a text of each class counts; None: all the same.
            example_weights: how much one on each text counts on top of that, float `(n,)`.

        Raises:
            ValueError: if there are no texts, or another number of labels.
        """
        labels = np.asarray(labels)
        if not len(inputs) or len(inputs) != len(labels):
            raise ValueError(f"adapt got {len(inputs)} texts and {len(labels)} labels.")
        if not self.built:
            self.build((None, inputs.shape[1]))
        solved = solve_votes(
            inputs,
            labels if labels.dtype.kind == "f" else labels.astype(np.int64),
            classes=self.classes,
            ngrams=self.ngrams,
            tokens=self.tokens,
            characters=None if self.spellings is None else character_runs(self.spellings),
            class_weights=class_weights,
            example_weights=example_weights,
        )
        self.votes.assign(solved.votes)
        self.bias.assign(solved.bias)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self.classes)

    def compute_output_spec(self, inputs: Any) -> Any:
        # A float from integers: Keras would take the type from the inputs.
        shape = self.compute_output_shape(inputs.shape)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"classes": self.classes, "ngrams": self.ngrams, "tokens": self.tokens}


def _share(chosen: Any, dtype: str) -> Any:
    """What each chosen n-gram of a text counts; 0 for the others."""
    ops = keras.ops
    chosen = ops.cast(chosen, dtype)
    return chosen * ops.rsqrt(ops.maximum(ops.sum(chosen, axis=1, keepdims=True), 1.0))
