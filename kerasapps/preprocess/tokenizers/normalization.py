"""BERT's text cleaning as a table from one character to what it becomes.

Everything BERT does to a text before it looks for pieces (clean, set CJK ideographs apart, lower
case, strip accents, set punctuation apart) is done to one character at a time, independent of its
neighbours. So the whole of it is a table, which Python's `str.translate` and the TensorFlow graph
(`wordpiece_graph`) apply alike. Only the order of several accents on one letter would need a look
at the neighbours, and accents are dropped.

Reference: Devlin et al. 2019, section 3, and the released `tokenization.py`.
"""

from __future__ import annotations

import bisect
import functools
import unicodedata

# First code point of each block that BERT takes for "CJK characters", and the first behind it;
# Hangul, Hiragana and Katakana are words.
_IDEOGRAPHS = (
    *(0x3400, 0x4DC0),
    *(0x4E00, 0xA000),
    *(0xF900, 0xFB00),
    *(0x20000, 0x2A6E0),
    *(0x2A700, 0x2CEB0),
    *(0x2F800, 0x2FA20),
)
_UNASSIGNED = ("Cn", "Co", "Cs")  # nor private use, nor half a pair: nothing is known of them
_REPLACEMENT_CHARACTER = 0xFFFD


def normalize_character(code: int, *, lowercase: bool) -> str:
    """What a character becomes: nothing, a space, itself, or several characters.

    Args:
        code: Unicode code point.
        lowercase: lower the case and strip accents.

    Returns:
        Punctuation and ideographs have a space on either side. The only white space is `" "`.
    """
    character = chr(code)
    if character in "\t\n\r":
        return " "
    category = unicodedata.category(character)
    if code == _REPLACEMENT_CHARACTER or category in ("Cc", "Cf"):
        return ""
    if bisect.bisect(_IDEOGRAPHS, code) % 2:
        return f" {unicodedata.normalize('NFD', character) if lowercase else character} "
    if category in _UNASSIGNED:
        return character
    if lowercase:
        character = unicodedata.normalize("NFD", character.lower())
        character = "".join(c for c in character if unicodedata.category(c) != "Mn")
    return "".join(_set_apart(c) for c in character)


def _set_apart(character: str) -> str:
    if character.isspace():
        return " "
    ascii_symbol = "!" <= character <= "~" and not character.isalnum()
    if ascii_symbol or unicodedata.category(character).startswith("P"):
        return f" {character} "
    return character


class NormalizationTable(dict[int, str]):
    """`normalize_character` for `str.translate`; fills itself with what texts contain."""

    def __init__(self, *, lowercase: bool) -> None:
        super().__init__()
        self._lowercase = lowercase

    def __missing__(self, code: int) -> str:
        character = normalize_character(code, lowercase=self._lowercase)
        self[code] = character
        return character


@functools.cache
def normalization_table(*, lowercase: bool) -> NormalizationTable:
    """The table for cased or uncased texts; one each in a process."""
    return NormalizationTable(lowercase=lowercase)


def split_normalized(text: str, *, lowercase: bool) -> list[str]:
    """The words and punctuation marks of a text, normalized."""
    return text.translate(normalization_table(lowercase=lowercase)).split()
