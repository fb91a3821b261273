"""The words of many texts are found and looked up at once, in numpy: what `regex` does one by one.

A word is told by its bytes: up to sixteen are two whole numbers, by which a hash table finds it.
Nothing is guessed, since the numbers in the table are compared; longer words, of which texts have
few, are looked up in a dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

_HALF = 8  # bytes in a number
_LONGEST = 2 * _HALF
_BLANK = ord(" ")
_FREE = -1  # the id in a place of the table that holds no word
_ROOM = 2  # places of the table for each word, at least

# The low 0 to 8 bytes of a number.
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_HALF + 1)], np.uint64)
# Odd numbers without a pattern: the digits of pi's, e's and the golden ratio's fractions.
_MIXERS = tuple(map(np.uint64, (0x243F6A8885A308D3, 0xB7E151628AED2A6B, 0x9E3779B97F4A7C15)))

Numbers: TypeAlias = np.ndarray
"""uint64 `(m,)`."""


class Words(NamedTuple):
    """Where the words of texts are.

    Attributes:
        content: bytes of all texts, words with blanks between, and blanks at the end.
        starts: int `(m,)`, the place of each word's first byte.
        sizes: int `(m,)`, its bytes.
        counts: int `(n,)`, the words of each text.
    """

    content: bytes
    starts: np.ndarray
    sizes: np.ndarray
    counts: np.ndarray

    def head(self, most: int) -> Words:
        """Those of them that are among the first words of their text."""
        first = np.cumsum(self.counts) - self.counts
        kept = np.arange(len(self.starts)) - np.repeat(first, self.counts) < most
        counts = np.minimum(self.counts, most)
        return Words(self.content, self.starts[kept], self.sizes[kept], counts)


def find_words(texts: Sequence[str], delimiters: bytes) -> Words:
    """The words of texts.

    Args:
        texts: each ends at a NUL character; what is not ASCII parts words.
        delimiters: what each byte becomes, `(256,)`: itself, or a blank between words.
    """
    parts = [text.partition("\0")[0].encode("ascii", "replace") for text in texts]
    content = b" ".join([b"", *parts, bytes([_BLANK]) * _LONGEST]).translate(delimiters)
    inside = np.frombuffer(content, np.uint8) != _BLANK
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    behind = np.cumsum([len(part) + 1 for part in parts])  # the blank behind each text
    counts = np.diff(np.searchsorted(starts, behind), prepend=0)
    return Words(content, starts, ends - starts, counts)


class WordTable:
    """The ids of words.

    Args:
        ids: word → id, words of ASCII.
        unknown: the id of all others.
    """

    def __init__(self, ids: Mapping[str, int], unknown: int) -> None:
        self._unknown = unknown
        words = [word.encode("ascii") for word in ids]
        sizes = np.array([len(word) for word in words])
        starts = np.cumsum(sizes + 1) - sizes - 1
        content = b" ".join([*words, bytes([_BLANK]) * _LONGEST])
        self._long = {w: n for w, n in zip(words, ids.values(), strict=True) if len(w) > _LONGEST}
        short = sizes <= _LONGEST
        first, second = _keys(content, starts[short], sizes[short])
        places = 1 << int(_ROOM * len(first) + 1).bit_length()
        self._first, self._second = np.zeros((2, places), np.uint64)
        self._ids = np.full(places, _FREE, np.int32)
        self._fill(first, second, np.array(list(ids.values()), np.int32)[short])

    def find(self, words: Words) -> np.ndarray:
        """The id of each word, int32 `(m,)`."""
        first, second = _keys(words.content, words.starts, words.sizes)
        place = self._place(first, second)
        found = self._ids[place]
        wrong = (self._first[place] != first) | (self._second[place] != second)
        asked = np.flatnonzero(wrong & (found != _FREE))
        found[wrong] = self._unknown
        while len(asked):  # another word has the place: the next one is looked at
            place[asked] = (place[asked] + 1) % len(self._ids)
            at = place[asked]
            right = (self._first[at] == first[asked]) & (self._second[at] == second[asked])
            found[asked[right]] = self._ids[at[right]]
            asked = asked[~right & (self._ids[at] != _FREE)]
        for long in np.flatnonzero(words.sizes > _LONGEST).tolist():
            start = int(words.starts[long])
            word = words.content[start : start + int(words.sizes[long])]
            found[long] = self._long.get(word, self._unknown)
        return found

    def _fill(self, first: Numbers, second: Numbers, ids: np.ndarray) -> None:
        """Puts each word at its place, or at the next free one behind it."""
        place, left = self._place(first, second), np.arange(len(first))
        while len(left):
            free = self._ids[place] == _FREE
            _, chosen = np.unique(place[free], return_index=True)  # one word a place
            chosen = np.flatnonzero(free)[chosen]
            at, word = place[chosen], left[chosen]
            self._first[at], self._second[at], self._ids[at] = first[word], second[word], ids[word]
            place, left = np.delete(place, chosen), np.delete(left, chosen)
            place = (place + 1) % len(self._ids)

    def _place(self, first: Numbers, second: Numbers) -> np.ndarray:
        one, two, three = _MIXERS
        mixed = first * one ^ second * two
        mixed = (mixed ^ mixed >> np.uint64(32)) * three
        bits = len(self._ids).bit_length() - 1
        return (mixed >> np.uint64(64 - bits)).astype(np.intp)


def _keys(content: bytes, starts: np.ndarray, sizes: np.ndarray) -> tuple[Numbers, Numbers]:
    """The bytes of words as two numbers each, uint64 `(m,)`; of long ones the first sixteen."""
    # A number begins at each byte; the blanks at the end of the content are for the last ones.
    numbers = np.ndarray((len(content) - _HALF + 1,), np.dtype("<u8"), content, strides=(1,))
    first = numbers[starts] & _MASKS[np.minimum(sizes, _HALF)]
    second = numbers[starts + _HALF] & _MASKS[np.clip(sizes - _HALF, 0, _HALF)]
    return first, second
