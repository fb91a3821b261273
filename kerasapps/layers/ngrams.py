"""Runs of neighbouring tokens as features of a linear model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kerasapps.layers.conv import Shape

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
            hashed = ops.mod(hashed * multipliers[0] + last * multipliers[1], _PRIME)
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


def _distinct(ids: Any) -> Any:
    """`ids` sorted along the last axis, and 0 for all but one of equal ones."""
    ops = keras.ops
    # Sorting by "top k of k" is a builtin of TFLite.
    ordered, _ = ops.top_k(ids, ops.shape(ids)[1])
    following = ops.pad(ordered[:, 1:], ((0, 0), (0, 1)))
    return ops.where(ops.equal(ordered, following), 0, ordered)


@keras.saving.register_keras_serializable(package="kerasapps")
class NgramVotes(keras.layers.Layer):
    """Each n-gram of a text adds its vote for every class: a linear model on sparse features.

    `adapt` sets the first votes to those of naive Bayes, from which training goes on. Before it
    they are 0.

    Args:
        classes: votes of an n-gram.
        ngrams: ids run from 0 (no n-gram) to this, exclusive.
        dropout: share of the n-grams without a vote in training.
        spread: standard deviation that `adapt` gives to the sums of votes over its texts.
        smoothing: added to the number of texts that hold an n-gram, in each class.

    Call arguments:
        inputs: int32 ids, `(batch, n)`, such as `NgramIds` makes.
        training: whether dropout is on.

    Output:
        Float, `(batch, classes)`: sums of votes.

    Reference: Wang and Manning 2012, section 2.1 (naive Bayes on the presence of n-grams).
    """

    def __init__(
        self,
        classes: int,
        ngrams: int,
        *,
        dropout: float = 0.0,
        spread: float = 1.0,
        smoothing: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.classes, self.ngrams, self.dropout = classes, ngrams, dropout
        self.spread, self.smoothing = spread, smoothing

    def build(self, input_shape: Shape) -> None:
        self.votes = self.add_weight(
            name="votes", shape=(self.ngrams, self.classes), initializer="zeros"
        )
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=self.dtype_policy)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        ops = keras.ops
        present = ops.cast(ops.expand_dims(inputs > 0, -1), self.compute_dtype)
        votes = ops.cast(ops.take(self.votes, inputs, axis=0), self.compute_dtype)
        return ops.sum(votes * self.drop(present, training=training), axis=1)

    def adapt(self, inputs: np.ndarray, labels: np.ndarray) -> None:
        """Sets the votes from labelled texts.

        Args:
            inputs: int32 ids, `(n, m)`, as the layer will get them.
            labels: n class numbers.

        Raises:
            ValueError: if there are no texts, or another number of labels.
        """
        numbers = np.asarray(labels, np.int64)
        if not len(inputs) or len(inputs) != len(numbers):
            raise ValueError(f"adapt got {len(inputs)} texts and {len(numbers)} labels.")
        if not self.built:
            self.build((None, inputs.shape[1]))
        counts = _class_counts(inputs, numbers, self.ngrams, self.classes)
        votes = bayes_votes(counts, smoothing=self.smoothing)
        sums = np.concatenate([votes[rows].sum(1) for rows in _chunks(inputs)])
        self.votes.assign(votes * (self.spread / max(float(sums.std()), 1e-6)))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self.classes)

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        # A float from integers: Keras would take the type from the inputs.
        shape = self.compute_output_shape(inputs.shape)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "classes": self.classes,
            "ngrams": self.ngrams,
            "dropout": self.dropout,
            "spread": self.spread,
            "smoothing": self.smoothing,
        }


def bayes_votes(counts: np.ndarray, *, smoothing: float) -> np.ndarray:
    """Log-likelihood of each n-gram in each class, less its mean over the classes.

    For two classes that is plus and minus half of the log-count ratio. An n-gram that was never
    seen, and padding (row 0), has no vote.

    Args:
        counts: texts of each class that hold an n-gram, `(ngrams, classes)`.
        smoothing: added to every count.

    Returns:
        Float32, as `counts`.

    Reference: Wang and Manning 2012, equation 2.
    """
    seen = counts.sum(1, keepdims=True) > 0
    smooth = counts + smoothing * seen
    likelihood = np.log(np.where(seen, smooth, 1.0) / smooth.sum(0))
    votes = np.where(seen, likelihood - likelihood.mean(1, keepdims=True), 0.0)
    votes[0] = 0
    return np.asarray(votes, np.float32)


def _class_counts(ids: np.ndarray, labels: np.ndarray, ngrams: int, classes: int) -> np.ndarray:
    """How many texts of each class hold each n-gram, float64, `(ngrams, classes)`."""
    counts = np.zeros(ngrams * classes)
    done = 0
    for rows in _chunks(ids):
        keys = rows.astype(np.int64) * classes + labels[done : done + len(rows), None]
        done += len(rows)
        present, times = np.unique(keys[rows > 0], return_counts=True)
        counts[present] += times
    return counts.reshape(ngrams, classes)


def _chunks(rows: np.ndarray, size: int = 2048) -> Iterator[np.ndarray]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
