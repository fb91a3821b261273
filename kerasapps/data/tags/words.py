"""Raw texts become words with their exact places: one rule, wherever a text is read.

Each character has a class, by its Unicode general category:

| class | characters |
|---|---|
| `S` | white space (`Z*`), controls (`Cc`), unseen signs (`Cf`) but for those below |
| `L` | letters (`L*`) and connectors such as `_` (`Pc`) |
| `N` | numbers (`N*`) |
| `I` | letters of a script that is written without spaces |
| `M` | marks (`M*`), skin tones, soft hyphens, the zero-width non-joiner, the tags of flags |
| `Z` | the zero-width joiner, as in families of emoji |
| `J` | joiners: characters that are part of a word where they stand between letters or numbers |
| `D` | `.` `,` `:` `/` (where they are no joiners), which hold a number together |
| `O` | all others, such as punctuation and symbols |

A word begins at each character that is no `S` and does not go on with the word before it. What goes
on: `M` and `Z` behind anything but `S`; anything but `S` behind `Z`; `L` and `N` behind `L`, `N` or
`M`; `J` behind one of these and before `L` or `N`, and `L` or `N` behind such a `J`; `D` between
two `N`, and the `N` behind it. So the class of a character and of its next neighbours is all that
counts, and a graph, a phone and a page can do the same.
"""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

CLASSES: Final = "SLNIMZJDO"
CANDIDATES: Final = "'’-‐‑.·@&/+"  # noqa: RUF001
"""Characters that may join the parts of a word."""

_NUMERIC = frozenset(".,:/")
_OF_SOME = {
    **dict.fromkeys(map(ord, _NUMERIC), "D"),
    0x200D: "Z",
    **dict.fromkeys((0x00AD, 0x200C), "M"),  # soft hyphen, zero-width non-joiner
    **dict.fromkeys(range(0x1F3FB, 0x1F400), "M"),  # skin tones
    **dict.fromkeys(range(0xE0020, 0xE0080), "M"),  # the tags of flags
}
_OF_CATEGORY = {"L": "L", "Pc": "L", "N": "N", "M": "M", "Z": "S", "Cc": "S", "Cf": "S"}
# First code point of each run of scripts without spaces, and the first behind it: Thai and Lao,
# Burmese, Khmer, kana, Chinese characters.
_DENSE = (
    *(0x0E00, 0x0F00),
    *(0x1000, 0x10A0),
    *(0x1780, 0x1800),
    *(0x3040, 0x3100),
    *(0x31F0, 0x3200),
    *(0x3400, 0x4DC0),
    *(0x4E00, 0xA000),
    *(0xF900, 0xFB00),
    *(0x20000, 0x40000),
)
_WORD = re.compile(
    "[^S](?:[MZ]|(?<=Z)[^S]|(?<=[LNM])[LN]|(?<=[LNM])J(?=[LN])|(?<=[LNM]J)[LN]"
    "|(?<=N)D(?=N)|(?<=ND)N)*"
)
_CANDIDATE = re.compile(f"[{re.escape(CANDIDATES)}]")
_FEWEST = 3  # words that a joiner is inside of
_RARER = 20_000  # words, of which it is inside of one at least


class Token(NamedTuple):
    """A word of a text.

    Attributes:
        text: as it is written.
        start: its first character, in code points from the beginning of the text.
        end: the character behind its last one.
    """

    text: str
    start: int
    end: int


def split_words(text: str, joiners: str = "") -> list[Token]:
    """The words of a text, in order; `text[token.start : token.end]` is each.

    Args:
        text: any string.
        joiners: characters of class `J`; see the module.
    """
    classes = text.translate(_table(joiners))
    return [Token(text[m.start() : m.end()], m.start(), m.end()) for m in _WORD.finditer(classes)]


def class_of(code: int, joiners: str = "") -> str:
    """The class of a code point; see the module."""
    if chr(code) in joiners:
        return "J"
    return _OF_SOME.get(code) or _class_of_category(code)


def _class_of_category(code: int) -> str:
    category = unicodedata.category(chr(code))
    if category[0] == "L" and bisect.bisect(_DENSE, code) % 2:
        return "I"
    return _OF_CATEGORY.get(category) or _OF_CATEGORY.get(category[0], "O")


def learn_joiners(words: Mapping[str, int]) -> str:
    """The characters that stand inside words of some data, rather than between them.

    Data whose words are cut already show how: where `l'` and `'s` are words, the apostrophe joins
    nothing; where `sub-group` is one, the hyphen joins. A word that ends in a full stop is an
    abbreviation, and says nothing of stops between letters.

    Args:
        words: each word of the training split → how often there is.

    Returns:
        Those of `CANDIDATES`, in their order.
    """
    inside, beside = Counter[str](), Counter[str]()
    for word, count in words.items():
        for found in _CANDIDATE.finditer(word):
            left, right = word[: found.start()][-1:], word[found.end() :][:1]
            before, after = left.isalnum(), right.isalnum()
            if found[0] in _NUMERIC and (left.isdigit() or right.isdigit()):
                continue  # numbers hold together without it
            if before and after:
                inside[found[0]] += count
            elif (after and not left) or (before and not right and found[0] != "."):
                beside[found[0]] += count
    least = max(_FEWEST, sum(words.values()) // _RARER)
    return "".join(
        each for each in CANDIDATES if inside[each] >= least and inside[each] > beside[each]
    )


class _Classes(dict[int, str]):
    """`class_of` for `str.translate`; fills itself with what texts contain."""

    def __init__(self, joiners: str) -> None:
        super().__init__()
        self._joiners = joiners

    def __missing__(self, code: int) -> str:
        self[code] = found = class_of(code, self._joiners)
        return found


@functools.cache
def _table(joiners: str) -> _Classes:
    return _Classes(joiners)
