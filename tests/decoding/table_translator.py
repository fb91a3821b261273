"""A translator small enough to search exhaustively, whose every answer depends on its cache."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerasapps.models.translator import Translator, TranslatorShape

WIDTH = 6


class TableTranslator(Translator):
    """Logits from a random table, of a mean over the source and all pieces so far.

    The pieces so far are in the cache only, at their positions: a cache that is written late,
    dropped or given to another hypothesis changes the logits.

    Args:
        seed: of the weights.
        vocabulary: of both languages.
        max_target: pieces of a translation at most.
        scale: of the logits: the larger, the surer.
    """

    def __init__(
        self, seed: int, *, vocabulary: int = 11, max_target: int = 7, scale: float = 4.0
    ) -> None:
        super().__init__(
            TranslatorShape(
                source_vocabulary=vocabulary,
                target_vocabulary=vocabulary,
                joint=True,
                max_source=9,
                max_target=max_target,
            )
        )
        random = np.random.default_rng(seed)
        self.embedding = self.matrix("embedding", random.normal(size=(vocabulary, WIDTH)))
        self.places = self.matrix("places", random.normal(size=(max_target, WIDTH)))
        self.output_kernel = self.matrix("output", random.normal(size=(WIDTH, vocabulary)) * scale)

    def matrix(self, name: str, values: np.ndarray):
        weight = self.add_weight(shape=values.shape, name=name, initializer="zeros")
        weight.assign(values)
        return weight

    def encode(self, source):
        rows = tf.shape(source)[0]
        mask = tf.cast(tf.not_equal(source, 0), tf.float32)
        embedded = tf.gather(tf.convert_to_tensor(self.embedding), source) * mask[..., None]
        cache = {"seen": tf.zeros([rows, self.shape.max_target, WIDTH])}
        return {"embedded": embedded, "mask": mask}, cache

    def decode_step(self, tokens, position, memory, cache):
        here = tf.equal(tf.range(self.shape.max_target), position)[None, :, None]
        piece = tf.gather(tf.convert_to_tensor(self.embedding), tokens)
        seen = tf.where(here, piece[:, None, :] + self.places, cache["seen"])
        query = tf.tanh(tf.reduce_sum(seen, axis=1))
        scores = tf.einsum("bd,bsd->bs", query, memory["embedded"]) + 30 * memory["mask"]
        attention = tf.nn.softmax(scores)
        context = tf.einsum("bs,bsd->bd", attention, memory["embedded"])
        logits = tf.tanh(query + context) @ tf.convert_to_tensor(self.output_kernel)
        return logits, {"seen": seen}, attention


class OneAtATime:
    """A translator as a `Stepper`: batch 1, sources padded to one width, numpy in and out."""

    def __init__(self, network: Translator) -> None:
        self.network = network
        self.take_step = tf.function(network.decode_step, autograph=False)

    def start(self, source_ids: np.ndarray):
        width = self.network.shape.max_source
        return self.network.encode(tf.constant(padded([source_ids], width=width)))

    def step(self, token: int, position: int, state):
        memory, cache = state
        logits, cache, attention = self.take_step(
            tf.constant([token]), tf.constant(position), memory, cache
        )
        return logits.numpy()[0], (memory, cache), attention.numpy()[0]


def random_sources(seed: int, count: int, network: Translator) -> list[np.ndarray]:
    """Rows of different lengths, each ended by 3."""
    random = np.random.default_rng(seed)
    lengths = random.integers(0, network.shape.max_source, count)
    lengths[:2] = 0, network.shape.max_source - 1
    return [
        np.append(random.integers(4, network.shape.source_vocabulary, length), 3).astype(np.int32)
        for length in lengths
    ]


def padded(rows: list[np.ndarray], *, width: int | None = None) -> np.ndarray:
    """As one array, of the longest row's width unless `width` is given."""
    width = width or max(len(row) for row in rows)
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows]).astype(np.int32)
