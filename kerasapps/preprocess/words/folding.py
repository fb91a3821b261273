"""What makes words alike that are looked up: one character at a time, independent of the others.

So Python, a graph and other languages do the same with a table, and none asks for the language.
"""

from __future__ import annotations

import functools
import sys
import unicodedata

import numpy as np


class Folding(dict[int, int]):
    """Code point → what it becomes, for `str.translate`; fills itself with what words contain.

    Args:
        lowercase: a character becomes its lower case, where that is one character.
        digits: a decimal digit of any script becomes 0.
    """

    def __init__(self, *, lowercase: bool, digits: bool) -> None:
        super().__init__()
        self._lowercase, self._digits = lowercase, digits

    def __missing__(self, code: int) -> int:
        self[code] = found = self._folded(chr(code))
        return found

    def _folded(self, character: str) -> int:
        if self._digits and unicodedata.category(character) == "Nd":
            return ord("0")
        lower = character.lower() if self._lowercase else character
        return ord(lower if len(lower) == 1 else character)


@functools.cache
def folding(*, lowercase: bool, digits: bool) -> Folding:
    """The table; one of each kind in a process."""
    return Folding(lowercase=lowercase, digits=digits)


def changed_codes(*, lowercase: bool, digits: bool) -> tuple[np.ndarray, np.ndarray]:
    """All characters that change, rising, and what they become: int32 `(n,)` each."""
    table = Folding(lowercase=lowercase, digits=digits)
    pairs = [(code, table[code]) for code in range(sys.maxunicode + 1)]
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    codes = np.array(changed, np.int32).reshape(-1, 2)
    return codes[:, 0], codes[:, 1]
