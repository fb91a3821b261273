"""`split_words` and `TagEncoder` in a TensorFlow graph: the same words, places and ids."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.data.tags.words import class_of
from kerasapps.preprocess.words.encoder import TagEncoder
from kerasapps.preprocess.words.folding import changed_codes
from kerasapps.preprocess.words.spec import FIRST_ID, PAD_ID, UNKNOWN_ID

_SPACE = "S"


class SplitGraph:
    """`split_words` on a batch of texts, in operations on characters and their neighbours.

    Args:
        joiners: see `split_words`.
    """

    def __init__(self, joiners: str) -> None:
        classes = np.array(
            [ord(class_of(code, joiners)) for code in range(sys.maxunicode + 1)], np.int32
        )
        self._firsts = np.flatnonzero(np.diff(classes, prepend=-1)).astype(np.int32)
        self._classes = classes[self._firsts]

    def __call__(self, texts: Any) -> tuple[Any, Any, Any]:
        """Words and their places.

        Args:
            texts: strings `(batch,)`, UTF-8; bytes that are none count as U+FFFD.

        Returns:
            Words, strings `(batch, words)`, filled up with empty ones; where each begins, int32 of
            the same shape, and where it ends, in code points.
        """
        texts = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8")
        # The space keeps the last word of a text and the first of the next one apart.
        ragged = tf.strings.unicode_decode(tf.strings.join([texts, " "]), "UTF-8")
        codes, rows = ragged.values, ragged.value_rowids()
        place = tf.range(tf.size(codes), dtype=tf.int64) - tf.gather(ragged.row_starts(), rows)
        run = tf.searchsorted(tf.constant(self._firsts), codes, side="right") - 1
        classes = tf.gather(self._classes, run)
        shown = classes != ord(_SPACE)
        begins = shown & ~_goes_on(classes)
        word = tf.cumsum(tf.cast(begins, tf.int64)) - 1
        letters = tf.RaggedTensor.from_value_rowids(
            tf.boolean_mask(codes, shown),
            tf.boolean_mask(word, shown),
            nrows=tf.reduce_sum(tf.cast(begins, tf.int64)),
        )
        starts = tf.boolean_mask(place, begins)
        ends = starts + letters.row_lengths()
        owners = tf.boolean_mask(rows, begins)

        def by_text(values: Any, filling: Any) -> Any:
            count = tf.size(texts, tf.int64)
            found = tf.RaggedTensor.from_value_rowids(values, owners, nrows=count)
            return found.to_tensor(filling)

        places = (by_text(tf.cast(each, tf.int32), 0) for each in (starts, ends))
        return by_text(tf.strings.unicode_encode(letters, "UTF-8"), ""), *places


def _goes_on(classes: Any) -> Any:
    """Whether a character belongs to the word of the one before it; see `data.tags.words`."""

    def shifted(by: int) -> Any:
        size = tf.size(classes)
        edge = tf.fill([tf.minimum(abs(by), size)], ord(_SPACE))
        if by > 0:
            return tf.concat([edge, classes[: tf.maximum(size - by, 0)]], axis=0)
        return tf.concat([classes[-by:], edge], axis=0)

    def among(values: Any, names: str) -> Any:
        return tf.reduce_any(values[:, None] == [[ord(each) for each in names]], axis=1)

    before, second, after = shifted(1), shifted(2), shifted(-1)
    alphanumeric, number = among(classes, "LN"), among(classes, "N")
    joins = among(before, "LNM") & among(classes, "J") & among(after, "LN")
    holds = among(before, "N") & among(classes, "D") & among(after, "N")
    return (
        (among(classes, "MZ") & (before != ord(_SPACE)))
        | (among(before, "Z") & (classes != ord(_SPACE)))
        | (among(before, "LNM") & alphanumeric)
        | joins
        | (among(second, "LNM") & among(before, "J") & alphanumeric)
        | holds
        | (among(second, "N") & among(before, "D") & number)
    )


class WordGraph(tf.Module):
    """`TagEncoder.encode` on a batch of sentences.

    Keep it as an attribute of what is saved, as it holds a table.

    Args:
        encoder: becomes part of the graph.
    """

    def __init__(self, encoder: TagEncoder) -> None:
        super().__init__()
        spec = encoder.spec
        self._word_length = spec.word_length
        self._folding = changed_codes(lowercase=spec.lowercase, digits=spec.digits)
        codes = np.array([ord(each) for each in encoder.characters], np.int32)
        order = np.argsort(codes)
        self._characters = codes[order], (order + FIRST_ID).astype(np.int32)
        ids = np.arange(FIRST_ID, encoder.word_count, dtype=np.int32)
        self._ids = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(tf.constant(encoder.words, tf.string), ids),
            default_value=UNKNOWN_ID,
        )

    def __call__(self, tokens: Any) -> dict[str, Any]:
        """`words`, int32 `(batch, n)`, and `characters`, int32 `(batch, n, word_length)`.

        Args:
            tokens: strings `(batch, n)`, filled up with empty ones.
        """
        shape = tf.shape(tokens)
        flat = tf.reshape(tokens, [-1])
        codes = tf.strings.unicode_decode(flat, "UTF-8")
        folded = codes.with_values(_mapped(codes.values, self._folding, codes.values))
        words = self._ids.lookup(tf.strings.unicode_encode(folded, "UTF-8"))
        words = tf.where(flat == "", PAD_ID, words)
        letters = codes.with_values(_mapped(codes.values, self._characters, UNKNOWN_ID))
        letters = self._read(letters)
        size = tf.concat([shape, [self._word_length]], axis=0)
        return {"words": tf.reshape(words, shape), "characters": tf.reshape(letters, size)}

    def _read(self, letters: Any) -> Any:
        """Of ragged ids those that a network reads, int32 `(n, word_length)`; see `ends_of`."""
        sizes = letters.row_lengths()[:, None]
        place = tf.range(self._word_length, dtype=tf.int64)[None]
        cut = tf.maximum(sizes - self._word_length, 0)
        from_end = place >= self._word_length - self._word_length // 2
        source = letters.row_starts()[:, None] + place + tf.where(from_end, cut, 0)
        # The padding stands behind all ids, as there may be none.
        ids = tf.concat([letters.values, [PAD_ID]], axis=0)
        return tf.gather(ids, tf.where(place < sizes, source, tf.size(ids, tf.int64) - 1))


def _mapped(codes: Any, table: tuple[np.ndarray, np.ndarray], other: Any) -> Any:
    """What each code becomes.

    Args:
        codes: int32 `(n,)`.
        table: codes, rising, and what they become.
        other: what those become that are not in the table.
    """
    keys, values = table
    if not len(keys):
        return tf.zeros_like(codes) + other
    place = tf.minimum(tf.searchsorted(tf.constant(keys), codes), len(keys) - 1)
    return tf.where(tf.gather(keys, place) == codes, tf.gather(values, place), other)
