"""Attacks on texts: a small change of their words' vectors, as no word lies between two others.

Reference: Miyato et al. 2017, "Adversarial Training Methods for Semi-Supervised Text
Classification", section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    def bounds(self, model: keras.Model, inputs: Any, *, share: Any = 1.0) -> tuple[Any, Any]:
        """1 where a word is, `(batch, length, d)`, and how far, `(batch, 1, 1)`."""
        words = tf.cast(inputs != self.padding, tf.float32)[..., tf.newaxis]
        vectors = tf.stop_gradient(tf.cast(word_vectors_of(model)(inputs), tf.float32)) * words
        # As large as a change of the vectors, which has no other shape to go by.
        return words * tf.ones_like(vectors), share * self.radius * _norm(vectors)

    def start(self, bounds: tuple[Any, Any], chance: Any) -> Any:
        """Any direction, and any share of the way."""
        words, reach = bounds
        direction = tf.random.stateless_normal(tf.shape(words), chance) * words
        shares = tf.random.stateless_uniform(tf.shape(reach), tf.add(chance, [1, 0]))
        change = direction * (shares * reach / tf.maximum(_norm(direction), _TINY))
        return tf.ensure_shape(change, words.shape)

    def moved(self, change: Any, gradient: Any, step: float, bounds: tuple[Any, Any]) -> Any:
        """Along the gradient of each text, and back onto the sphere where it left that."""
        words, reach = bounds
        gradient = tf.cast(gradient, tf.float32) * words
        # Its largest value first: the squares of what float32 just holds would vanish.
        gradient /= tf.maximum(tf.reduce_max(tf.abs(gradient), [1, 2], keepdims=True), 1e-30)
        change += step * reach * gradient / tf.maximum(_norm(gradient), _TINY)
        return change * tf.minimum(1.0, reach / tf.maximum(_norm(change), _TINY))

    def answer(self, model: keras.Model, inputs: Any, change: Any, *, training: bool) -> Any:
        """The outputs for changed vectors."""
        with _changed(word_vectors_of(model), change):
            return model(inputs, training=training)

    def applied(self, inputs: np.ndarray, change: np.ndarray) -> np.ndarray | None:
        """None: no word has such a vector."""
        return None


def word_vectors_of(model: keras.Model) -> TokenEmbedding:
    """The layer that gives a network's words their vectors.

    Raises:
        ValueError: if it has none, or several.
    """
    layers = [each for each in model._flatten_layers() if isinstance(each, TokenEmbedding)]
    if len(layers) != 1:
        raise ValueError(f"{model.name} has {len(layers)} tables of word vectors; one is needed.")
    return layers[0]


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
