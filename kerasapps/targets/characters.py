"""What becomes of each character before BERT's tokenizer looks for words, as a file that apps read.

Phones and browsers know the Unicode of their system, each another one, so that a table of ours goes
along: the same ids everywhere. Equal neighbours share a line, which makes 1,300 lines of a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kerasapps.preprocess.tokenizers.normalization import normalize_character

CHARACTERS_FILE = "characters.txt"

_CODES = 0x110000
_HANGUL = range(0xAC00, 0xD7A4)


def character_table(*, lowercase: bool) -> str:
    """Lines `first last what`, the characters in hexadecimal; what is in none stays as it is.

    `drop`; `space`; `apart`: a blank on either side; `add N`: another character, N further on;
    `to A B …`: these characters; `hangul`: the letters that a Korean syllable is made of.

    Args:
        lowercase: of the tokenizer.
    """
    lines = []
    for rule, run in groupby(_rules(lowercase), key=lambda each: each[1]):
        codes = [code for code, _ in run]
        lines += [f"{first:x} {last:x} {rule}\n" for first, last in _ranges(codes)]
    return "".join(lines)


def _rules(lowercase: bool) -> Iterator[tuple[int, str]]:
    """What becomes of each character that does not stay."""
    for code in range(_CODES):
        rule = _rule(code, normalize_character(code, lowercase=lowercase), lowercase)
        if rule:
            yield code, rule


def _rule(code: int, becomes: str, lowercase: bool) -> str:
    plain = {chr(code): "", "": "drop", " ": "space", f" {chr(code)} ": "apart"}
    if becomes in plain:
        return plain[becomes]
    if lowercase and code in _HANGUL:
        return "hangul"
    if len(becomes) == 1:
        return f"add {ord(becomes) - code}"
    return f"to {' '.join(f'{ord(character):x}' for character in becomes)}"


def _ranges(codes: list[int]) -> Iterator[tuple[int, int]]:
    """The runs of neighbours among ascending codes."""
    for _, run in groupby(enumerate(codes), key=lambda each: each[1] - each[0]):
        members = [code for _, code in run]
        yield members[0], members[-1]
