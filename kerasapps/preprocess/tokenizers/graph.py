"""Raw strings become ids inside a TensorFlow graph: the same ids as the Python tokenizer gives."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers import regex
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import Tokenizer
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer
from kerasapps.preprocess.tokenizers.wordpiece_graph import WordPieceGraph, of_strings


def tokenize_in_graph(tokenizer: Tokenizer) -> RegexGraph | WordPieceGraph:
    """A function from strings to ids, made of TensorFlow's own operations.

    Core operations only: the SavedModel loads without TensorFlow Text. What comes back is a
    `tf.Module`, because the word table of `regex` is a resource: keep it as an attribute of the
    object that is saved (`module.tokenize = tokenize_in_graph(tokenizer)`), or saving fails with
    "untracked resource".

    Args:
        tokenizer: any tokenizer of this package.

    Returns:
        A module to call with strings `(batch,)`, UTF-8; it gives int32 ids `(batch, max_length)`,
        of one string `()` ids `(max_length,)`.
        Bytes that are no UTF-8 count as U+FFFD, as in `bytes.decode(errors="replace")`.

    Raises:
        ConfigError: if the tokenizer is of a kind that has no graph.

    Examples:
        >>> texts = ["a good film", "a bad film"]
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(texts, min_count=1, max_length=6)
        >>> tokenize = kerasapps.preprocess.tokenize_in_graph(tokenizer)
        >>> ids = tokenize(tf.constant(["a good film"]))
        >>> np.array_equal(ids[0], tokenizer.encode("a good film"))
        True
    """
    if isinstance(tokenizer, RegexTokenizer):
        return RegexGraph(tokenizer)
    if isinstance(tokenizer, WordPieceTokenizer):
        return WordPieceGraph(tokenizer)
    raise ConfigError(f"a {type(tokenizer).__name__} cannot be put into a graph.")


class RegexGraph(tf.Module):
    """`RegexTokenizer` on a batch of strings; see `tokenize_in_graph`."""

    def __init__(self, tokenizer: RegexTokenizer) -> None:
        super().__init__()
        self._start, self._pad = tokenizer.start_id, tokenizer.pad_id
        self._length = tokenizer.spec.max_length
        words, ids = zip(*tokenizer.vocabulary.items(), strict=True)
        self._ids = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(tf.constant(words), tf.constant(ids, tf.int32)),
            default_value=tokenizer.unknown_id,
        )

    def __call__(self, texts: Any) -> tf.Tensor:
        """int32 ids `(batch, max_length)` of strings `(batch,)`, `(max_length,)` of one string."""
        return of_strings(self._encode, texts)

    def _encode(self, texts: Any) -> tf.Tensor:
        texts = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8")
        texts = tf.strings.regex_replace(texts, r"(?s)\x00.*", "")  # as `regex.split_words`
        words = tf.strings.split(tf.strings.regex_replace(texts, regex.DELIMITER, " "))
        words = words[:, : self._length - 1]
        ids = words.with_values(self._ids.lookup(words.values)).to_tensor(
            self._pad, shape=(None, self._length - 1)
        )
        return tf.pad(ids, ((0, 0), (1, 0)), constant_values=self._start)
