"""Attacks on texts: a small change of their words' vectors, as no word lies between two others.

Reference: Miyato et al. 2017, "Adversarial Training Methods for Semi-Supervised Text
Classification", section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.layers.embedding import TokenEmbedding

_TINY = 1e-12


@dataclass(frozen=True)
class WordSpace:
    """Texts, whose words' vectors may change together by a share of their own length.

    A network cannot get out of reach by longer vectors, as the radius grows with them (Miyato et
    al. normalize the vectors to the same end).

    Attributes:
        radius: share of the Euclidean norm of all vectors of a text.
        padding: the token id of what is no word, which stays as it is.
    """

    radius: float
    padding: int = 0

    @property
    def lesson_steps(self) -> int:
        """One, which is enough within a small share of the vectors' length."""
        return 1

    def bounds(self, model: keras.Model, inputs: Any, *, share: Any = 1.0) -> list[tuple[Any, Any]]:
        """Of each table: 1 where a word is, `(batch, length, d)`; how far, `(batch, 1, 1)`."""
        words = tf.cast(inputs != self.padding, tf.float32)[..., tf.newaxis]
        bounds = []
        for layer in word_vectors_of(model):
            vectors = tf.stop_gradient(tf.cast(layer(inputs), tf.float32)) * words
            # As large as a change of the vectors, which has no other shape to go by.
            bounds.append((words * tf.ones_like(vectors), share * self.radius * _norm(vectors)))
        return bounds

    def start(self, bounds: Sequence[tuple[Any, Any]], chance: Any) -> list[Any]:
        """Any direction, and any share of the way."""
        chances = [tf.add(chance, [2 * place, 0]) for place in range(len(bounds))]
        return [_start(*each, chance) for each, chance in zip(bounds, chances, strict=True)]

    def moved(
        self,
        change: Sequence[Any],
        gradient: Sequence[Any],
        step: float,
        bounds: Sequence[tuple[Any, Any]],
    ) -> list[Any]:
        """Along the gradient of each text, and back onto the sphere where it left that."""
        parts = zip(change, gradient, bounds, strict=True)
        return [_moved(each, slope, step, *bound) for each, slope, bound in parts]

    def answer(
        self, model: keras.Model, inputs: Any, change: Sequence[Any], *, training: bool
    ) -> Any:
        """The outputs for changed vectors."""
        with ExitStack() as stack:
            for layer, each in zip(word_vectors_of(model), change, strict=True):
                stack.enter_context(_changed(layer, each))
            return model(inputs, training=training)

    def applied(self, inputs: np.ndarray, change: Any) -> np.ndarray | None:
        """None: no word has such a vector."""
        return None


def _start(words: Any, reach: Any, chance: Any) -> Any:
    direction = tf.random.stateless_normal(tf.shape(words), chance) * words
    shares = tf.random.stateless_uniform(tf.shape(reach), tf.add(chance, [1, 0]))
    change = direction * (shares * reach / tf.maximum(_norm(direction), _TINY))
    return tf.ensure_shape(change, words.shape)


def _moved(change: Any, gradient: Any, step: float, words: Any, reach: Any) -> Any:
    gradient = tf.cast(gradient, tf.float32) * words
    # Its largest value first: the squares of what float32 just holds would vanish.
    gradient /= tf.maximum(tf.reduce_max(tf.abs(gradient), [1, 2], keepdims=True), 1e-30)
    change += step * reach * gradient / tf.maximum(_norm(gradient), _TINY)
    return change * tf.minimum(1.0, reach / tf.maximum(_norm(change), _TINY))


def word_vectors_of(model: keras.Model) -> list[TokenEmbedding]:
    """The layers that give a network's words their vectors: one, or one of each of an ensemble.

    Raises:
        ValueError: if it has none.
    """
    layers = [each for each in model._flatten_layers() if isinstance(each, TokenEmbedding)]
    if not layers:
        raise ValueError(f"{model.name} has no table of word vectors.")
    return layers


@contextmanager
def _changed(layer: TokenEmbedding, change: Any) -> Iterator[None]:
    """Inside, the layer's outputs are changed; its weights stay as they are."""
    plain: Callable[[Any], Any] = layer.call

    def call(inputs: Any) -> Any:
        vectors = plain(inputs)
        return vectors + tf.cast(change, vectors.dtype)

    object.__setattr__(layer, "call", call)
    try:
        yield
    finally:
        object.__delattr__(layer, "call")


def _norm(values: Any) -> Any:
    """Euclidean, of each text: `(batch, 1, 1)`."""
    return tf.sqrt(tf.reduce_sum(tf.square(values), [1, 2], keepdims=True))
