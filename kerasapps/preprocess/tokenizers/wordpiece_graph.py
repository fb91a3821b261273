"""BERT's tokenizer on a batch of strings, in core TensorFlow operations.

All characters of the batch stand in one row. The table of `normalization` is gathered for each;
then the longest piece that begins at each character is found for all at once, a step a character
of the longest piece; then each word hops from its start over its pieces.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.errors import DataError
from kerasapps.preprocess.tokenizers.normalization import normalize_character
from kerasapps.preprocess.tokenizers.wordpiece import LONGEST_WORD, SUFFIX, WordPieceTokenizer

_CODES = 0x110000
_PAGE = 256
_SPACE = 32
_NOTHING = -1
# Kinds of characters that need no row of their own in the table.
_KEEP, _DROP, _SET_APART = range(3)
_CODE_BITS = 21  # a trie's key is `node << 21 | code point`


def of_strings(encode: Callable[[Any], tf.Tensor], texts: Any) -> tf.Tensor:
    """What a function of a batch of strings gives for one, or for a single string.

    Args:
        encode: of strings `(batch,)`.
        texts: strings `(batch,)` or `()`.

    Raises:
        DataError: if they are of another shape or type.
    """
    texts = tf.convert_to_tensor(texts)
    if texts.dtype != tf.string or texts.shape.rank not in (None, 0, 1):
        raise DataError(
            f"A tokenizer takes strings (batch,), or one string, and got {texts.dtype.name} "
            f"{texts.shape}."
        )
    if texts.shape.rank == 0:
        return encode(texts[tf.newaxis])[0]
    return encode(texts)


class WordPieceGraph(tf.Module):
    """`WordPieceTokenizer` on a batch of strings; see `graph.tokenize_in_graph`."""

    def __init__(self, tokenizer: WordPieceTokenizer) -> None:
        super().__init__()
        self._length = tokenizer.spec.max_length
        self._unknown, self._start = tokenizer.unknown_id, tokenizer.start_id
        self._end, self._pad = tokenizer.end_id, tokenizer.pad_id
        self._table = _code_table(tokenizer.spec.lowercase)
        self._trie = _trie(list(tokenizer.vocabulary))

    def __call__(self, texts: Any) -> tf.Tensor:
        """int32 ids `(batch, max_length)` of strings `(batch,)`, `(max_length,)` of one string."""
        return of_strings(self._encode, texts)

    def _encode(self, texts: Any) -> tf.Tensor:
        codes, rows = self._normalize(texts)
        word_start, word = _words(codes)
        size = tf.math.segment_sum(tf.cast(codes != _SPACE, tf.int32), tf.maximum(word, 0))
        short = tf.gather(size, tf.maximum(word, 0)) <= LONGEST_WORD
        piece, piece_end = self._longest_pieces(codes, word_start, (codes != _SPACE) & short)
        begins, failed = _hop(codes, word_start & short, piece, piece_end)
        failed_words = tf.math.segment_max(tf.cast(failed, tf.int32), tf.maximum(word, 0))
        unknown = ~short | (tf.gather(failed_words, tf.maximum(word, 0)) > 0)
        shown = tf.where(unknown, word_start, begins)
        ids = tf.where(unknown, self._unknown, piece)
        pieces = tf.RaggedTensor.from_value_rowids(
            tf.boolean_mask(ids, shown), tf.boolean_mask(rows, shown), tf.size(texts, tf.int64)
        )
        return self._frame(pieces[:, : self._length - 2])

    def _normalize(self, texts: Any) -> tuple[tf.Tensor, tf.Tensor]:
        """Code points of all texts, each text ended by a space, and the number of each's text."""
        # The space keeps the last word of a text and the first of the next one apart.
        texts = tf.strings.join([texts, " "])
        ragged = tf.strings.unicode_decode(texts, "UTF-8")
        codes, rows = ragged.values, ragged.value_rowids()
        pages, kinds, replacements = (tf.constant(part) for part in self._table)
        kind = tf.gather(kinds, tf.gather(pages, codes // _PAGE) * _PAGE + codes % _PAGE)
        wide = tf.gather(replacements, kind)
        kept = tf.where(kind == _KEEP, codes, wide[:, 0])
        middle = tf.where(kind == _SET_APART, codes, wide[:, 1])
        wide = tf.concat([kept[:, None], middle[:, None], wide[:, 2:]], axis=1)
        there = wide != _NOTHING
        rows = tf.repeat(rows, tf.reduce_sum(tf.cast(there, tf.int32), axis=1))
        return tf.boolean_mask(wide, there), rows

    def _longest_pieces(
        self, codes: Any, word_start: Any, wanted: Any
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Of each character: the longest piece that begins there, or -1, and where it ends."""
        keys, children, tokens = (tf.constant(part) for part in self._trie)
        count = tf.size(codes, tf.int64)
        at = tf.boolean_mask(tf.range(count), wanted)
        inside = tf.cast(~tf.boolean_mask(word_start, wanted), tf.int32)

        def step(depth: Any, at: Any, node: Any, piece: Any, end: Any) -> tuple[Any, ...]:
            code = tf.gather(codes, at + depth)
            key = tf.bitwise.left_shift(tf.cast(node, tf.int64), _CODE_BITS) + tf.cast(
                code, tf.int64
            )
            slot = tf.minimum(tf.searchsorted(keys, key), tf.size(keys) - 1)
            goes_on = tf.gather(keys, slot) == key
            at, node = tf.boolean_mask(at, goes_on), tf.gather(children, slot[goes_on])
            token = tf.gather(tokens, node)
            is_piece = token != _NOTHING
            where, begins_piece = at[is_piece][:, None], token[is_piece]
            piece = tf.tensor_scatter_nd_update(piece, where, begins_piece)
            end = tf.tensor_scatter_nd_update(end, where, where[:, 0] + depth + 1)
            return depth + 1, at, node, piece, end

        nowhere = tf.fill([count], _NOTHING)
        state = (tf.constant(0, tf.int64), at, inside, nowhere, tf.cast(nowhere, tf.int64))
        some = tf.TensorShape([None])
        *_, piece, end = tf.while_loop(
            lambda depth, at, *_: tf.size(at) > 0,
            step,
            state,
            shape_invariants=(tf.TensorShape([]), some, some, some, some),
        )
        return piece, end

    def _frame(self, pieces: tf.RaggedTensor) -> tf.Tensor:
        """`[CLS]` before, `[SEP]` behind, `[PAD]` for the rest."""
        ends = tf.fill([pieces.nrows(), 1], self._end)
        ids = tf.concat([pieces, tf.RaggedTensor.from_tensor(ends)], axis=1)
        ids = ids.to_tensor(self._pad, shape=(None, self._length - 1))
        return tf.pad(ids, ((0, 0), (1, 0)), constant_values=self._start)


def _words(codes: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """Which characters begin a word, and the number of each character's word.

    A space has the number of the word before it; spaces before the first word have -1.
    """
    solid = codes != _SPACE
    word_start = solid & ~tf.concat([[False], solid[:-1]], axis=0)
    return word_start, tf.cumsum(tf.cast(word_start, tf.int32)) - 1


def _hop(codes: Any, starts: Any, piece: Any, piece_end: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """From each start over its pieces: which characters begin one, and which found none."""
    count = tf.size(codes, tf.int64)

    def mark(marks: Any, at: Any) -> tf.Tensor:
        return tf.tensor_scatter_nd_update(marks, at[:, None], tf.fill(tf.shape(at), True))

    def step(at: Any, begins: Any, failed: Any) -> tuple[Any, ...]:
        begins_piece = tf.gather(piece, at) != _NOTHING
        begins, failed = mark(begins, at[begins_piece]), mark(failed, at[~begins_piece])
        after = tf.gather(piece_end, at[begins_piece])
        return after[tf.gather(codes, after) != _SPACE], begins, failed

    nowhere = tf.fill([count], False)
    some = tf.TensorShape([None])
    _, begins, failed = tf.while_loop(
        lambda at, *_: tf.size(at) > 0,
        step,
        (tf.boolean_mask(tf.range(count), starts), nowhere, nowhere),
        shape_invariants=(some, some, some),
    )
    return begins, failed


@functools.cache
def _code_table(lowercase: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`normalize_character` of all code points in two levels, as most pages are alike.

    Returns:
        int32 page of each 256 code points; int32 kind of each code point of each page; int32 what
        each kind becomes `(kinds, width)`, -1 where there is nothing.
    """
    rows: dict[str, int] = {}
    kinds = np.empty(_CODES, np.int32)
    for code in range(_CODES):
        character, found = chr(code), normalize_character(code, lowercase=lowercase)
        if found == character:
            kinds[code] = _KEEP
        elif found == f" {character} ":
            kinds[code] = _SET_APART
        else:
            kinds[code] = rows.setdefault(found, len(rows) + 3) if found else _DROP
    width = max(3, *map(len, rows))
    replacements = np.full((len(rows) + 3, width), _NOTHING, np.int32)
    replacements[_SET_APART, [0, 2]] = _SPACE
    for text, row in rows.items():
        replacements[row, : len(text)] = [ord(character) for character in text]
    pages, page_of = np.unique(kinds.reshape(-1, _PAGE), axis=0, return_inverse=True)
    return page_of.reshape(-1).astype(np.int32), pages.reshape(-1), replacements


def _trie(tokens: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The tokens as a tree of characters: node 0 begins a word, node 1 a piece inside one.

    Returns:
        int64 keys `node << 21 | code point`, sorted; int32 child of each key; int32 token of each
        node, -1 where none ends.
    """
    edges: dict[int, int] = {}
    ends = {}
    for number, token in enumerate(tokens):
        inside = token.startswith(SUFFIX) and len(token) > len(SUFFIX)
        node = int(inside)
        for character in token[len(SUFFIX) :] if inside else token:
            node = edges.setdefault(node << _CODE_BITS | ord(character), len(edges) + 2)
        ends[node] = number
    keys = np.array(sorted(edges), np.int64)
    children = np.array([edges[key] for key in keys.tolist()], np.int32)
    token_of = np.full(len(edges) + 2, _NOTHING, np.int32)
    token_of[list(ends)] = list(ends.values())
    return keys, children, token_of
