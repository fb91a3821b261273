"""`PieceEncoder.encode` in a TensorFlow graph: the same ids and places."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.preprocess.tokenizers.wordpiece_graph import WordPieceGraph
from kerasapps.preprocess.words.pieces import MOST_PIECES, PieceEncoder


class PieceGraph(tf.Module):
    """`PieceEncoder.encode` on a batch of sentences.

    Keep it as an attribute of what is saved, as it holds tables.

    Args:
        encoder: becomes part of the graph.
    """

    def __init__(self, encoder: PieceEncoder) -> None:
        super().__init__()
        tokenizer = encoder.tokenizer
        self._pieces = WordPieceGraph(tokenizer)
        self._start, self._end = tokenizer.start_id, tokenizer.end_id
        self._unknown = tokenizer.unknown_id
        self._room = encoder.spec.pieces - 2

    def __call__(self, tokens: Any) -> dict[str, Any]:
        """`ids`, int32 `(batch, pieces)`, and `first`, int32 `(batch, n)`.

        Args:
            tokens: strings `(batch, n)`, filled up with empty ones.
        """
        shape = tf.shape(tokens)
        flat = tf.reshape(tokens, [-1])
        ids = self._pieces(flat)[:, 1:-1]
        # What ends a word's pieces, and what fills them up, is none of them.
        places = tf.range(MOST_PIECES)[None]
        ends = tf.cast(ids == self._end, tf.int32)
        inside = tf.cumsum(ends, axis=1) == 0
        nothing = ~inside[:, :1] & (places == 0)
        ids = tf.where(nothing, self._unknown, ids)
        inside = (inside | nothing) & (flat != "")[:, None]
        size = tf.concat([shape, [MOST_PIECES]], axis=0)
        ids, inside = tf.reshape(ids, size), tf.reshape(inside, size)
        counts = tf.reduce_sum(tf.cast(inside, tf.int32), axis=2)
        first = 1 + tf.cumsum(counts, axis=1, exclusive=True)
        fits = (counts > 0) & (first <= self._room)
        return {"ids": self._framed(ids, inside), "first": tf.where(fits, first, 0)}

    def _framed(self, ids: Any, inside: Any) -> Any:
        """All pieces of each sentence behind `[CLS]` and before `[SEP]`, then zeros."""
        count = tf.shape(ids, tf.int64)[0]
        sizes = tf.reduce_sum(tf.cast(inside, tf.int32), axis=[1, 2])
        pieces = tf.RaggedTensor.from_value_rowids(
            tf.boolean_mask(ids, inside), tf.repeat(tf.range(count), sizes), nrows=count
        )[:, : self._room]
        edge = tf.ones((tf.shape(ids)[0], 1), tf.int32)
        framed = tf.concat([self._start * edge, pieces, self._end * edge], axis=1)
        return framed.to_tensor(0, shape=(None, self._room + 2))
