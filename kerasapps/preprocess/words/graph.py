"""`split_words` and `TagEncoder` in a TensorFlow graph: the same words, places and ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.preprocess.words.encoder import TagEncoder
from kerasapps.preprocess.words.folding import changed_codes
from kerasapps.preprocess.words.spec import FIRST_ID, PAD_ID, UNKNOWN_ID
from kerasapps.preprocess.words.split import token_pattern

_BEGIN, _END = "\x1e", "\x1f"  # control characters, which are in no word


def split_in_graph(texts: Any, *, joiners: str) -> tuple[Any, Any, Any]:
    """The words of texts and their places, as `split_words` finds them.

    Args:
        texts: strings `(batch,)`, UTF-8; bytes that are none count as U+FFFD.
        joiners: see `split_words`.

    Returns:
        Words, strings `(batch, words)`, filled up with empty ones; where each begins, int32 of the
        same shape, and where it ends, in code points.
    """
    texts = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8")
    texts = tf.strings.regex_replace(texts, f"[{_BEGIN}{_END}]", " ")
    marked = tf.strings.regex_replace(texts, f"({token_pattern(joiners)})", rf"{_BEGIN}\1{_END}")
    # What is between two words, and the second of them; behind the last word there is no other.
    pieces = tf.strings.split(marked, _END)[:, :-1].to_tensor("")
    gaps = tf.strings.regex_replace(pieces, f"(?s){_BEGIN}.*", "")
    words = tf.strings.regex_replace(pieces, f"(?s)^[^{_BEGIN}]*{_BEGIN}", "")
    before, own = (tf.strings.length(each, unit="UTF8_CHAR") for each in (gaps, words))
    ends = tf.cumsum(before + own, axis=1)
    is_word = tf.cast(words != "", tf.int32)
    return words, (ends - own) * is_word, ends * is_word


def encode_in_graph(encoder: TagEncoder) -> WordGraph:
    """A function from words to ids; keep it as an attribute of what is saved, as it has a table."""
    return WordGraph(encoder)


class WordGraph(tf.Module):
    """`TagEncoder.encode` on a batch of sentences; see `encode_in_graph`."""

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
        letters = letters.to_tensor(PAD_ID, shape=(None, self._word_length))
        size = tf.concat([shape, [self._word_length]], axis=0)
        return {"words": tf.reshape(words, shape), "characters": tf.reshape(letters, size)}


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
