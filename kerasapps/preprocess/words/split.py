"""The words of a text and where they stand, by the general categories of Unicode alone.

A word is a letter or number and all letters, numbers, marks, format characters and connectors that
follow. Where a joiner, such as a hyphen, stands alone between two such words, all of it is one.
Anything else but separators and control characters is a word of its own, with the marks and format
characters behind it: a comma, an emoji. Nothing is changed, and places count code points, so that a
word is `text[start:end]`.

Which characters join is learnt from words that somebody cut: `U.S` is one word to some and three to
others. Scripts without spaces, such as Chinese, are not cut; give their words already cut.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

JOINERS: Final = ".,'-:/&@\u00b7\u2019\u2010\u2011"
"""What may join."""
_INNER = r"[\p{L}\p{N}\p{M}\p{Cf}\p{Pc}]*"
_FEWEST = 3  # words that a joiner is seen in
_RARER = 20_000  # words, of which one at least has it

# A letter for the class of each character, over which Python's own expressions can go.
_WORD, _MARK, _CONNECTOR, _JOINER, _GAP, _OTHER = "wmcjgx"
_SPANS = re.compile(f"{_WORD}[wmc]*(?:{_JOINER}{_WORD}[wmc]*)*|[^{_GAP}]{_MARK}*")


class Token(NamedTuple):
    """A word of a text.

    Attributes:
        text: the word as it was written.
        start: place of its first character, in code points.
        end: place behind its last character.
    """

    text: str
    start: int
    end: int


def split_words(text: str, joiners: str = "") -> list[Token]:
    """The words of a text, in order.

    Args:
        text: any.
        joiners: the characters that join, each once.

    Examples:
        >>> from kerasapps.preprocess.words.split import split_words
        >>> [token.text for token in split_words("Mr. Smith's U.S. visit", ".")]
        ['Mr', '.', 'Smith', "'", 's', 'U.S', '.', 'visit']
    """
    classes = text.translate(_classes(joiners))
    return [
        Token(text[found.start() : found.end()], found.start(), found.end())
        for found in _SPANS.finditer(classes)
    ]


def token_pattern(joiners: str) -> str:
    """The rule as an expression of RE2; Java, JavaScript and Swift need small changes."""
    word = rf"[\p{{L}}\p{{N}}]{_INNER}"
    either = "".join(rf"\x{{{ord(each):x}}}" for each in joiners)
    joined = f"(?:[{either}]{word})*" if joiners else ""
    return rf"{word}{joined}|[^\p{{Z}}\p{{Cc}}][\p{{M}}\p{{Cf}}]*"


def learn_joiners(words: Mapping[str, int]) -> str:
    """Which characters join, by words that were cut already.

    Those that stand inside of words more often than one begins or ends with them, as `'s` and `l'`
    do; that words end with a full stop says nothing.

    Args:
        words: each word → how often there is.
    """
    inside, outside = Counter[str](), Counter[str]()
    for word, count in words.items():
        for found in re.finditer(_JOINS, word):
            left, right = (word[at : at + 1].isalnum() for at in (found.start() - 1, found.end()))
            if left and right and found.start():
                inside[found[0]] += count
            elif right or (left and found.start() and found[0] != "."):
                outside[found[0]] += count
    least = max(_FEWEST, sum(words.values()) // _RARER)
    return "".join(
        each for each in JOINERS if inside[each] >= least and inside[each] > outside[each]
    )


_JOINS = re.compile(f"[{re.escape(JOINERS)}]")


class _ClassTable(dict[int, str]):
    """The class of each character for `str.translate`; fills itself with what texts contain."""

    def __init__(self, joiners: str) -> None:
        super().__init__()
        self._joiners = joiners

    def __missing__(self, code: int) -> str:
        self[code] = found = self._class_of(chr(code))
        return found

    def _class_of(self, character: str) -> str:
        category = unicodedata.category(character)
        if category[0] in "LN":
            return _WORD
        if character in self._joiners:
            return _JOINER
        if category[0] == "M" or category == "Cf":
            return _MARK
        if category == "Pc":
            return _CONNECTOR
        return _GAP if category[0] == "Z" or category == "Cc" else _OTHER


@functools.cache
def _classes(joiners: str) -> _ClassTable:
    """The table for some joiners; one each in a process."""
    return _ClassTable(joiners)
