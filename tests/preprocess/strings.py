"""Strings that tokenizers disagree on: all scripts, controls, and words without an end."""

from __future__ import annotations

import functools
import random

WORDS = ("great", "Film", "isn't", "NOT", "naïve", "ÉCLAIR", "ÅNGSTRÖM", "straße", "İstanbul", "ﬁn")
BLOCKS = {
    "ascii": (0x01, 0x7F),
    "latin": (0x80, 0x24F),
    "combining": (0x300, 0x36F),
    "greek": (0x370, 0x3FF),
    "arabic": (0x600, 0x6FF),
    "indic": (0x900, 0xDFF),
    "georgian": (0x10A0, 0x10FF),
    "jamo": (0x1100, 0x11FF),
    "greek extended": (0x1F00, 0x1FFF),
    "punctuation": (0x2000, 0x206F),
    "symbols": (0x2100, 0x27FF),
    "kana": (0x3000, 0x30FF),
    "han": (0x4E00, 0x4FFF),
    "hangul": (0xAC00, 0xD7A3),
    "private": (0xE000, 0xE0FF),
    "han, compatible": (0xF900, 0xFAFF),
    "forms": (0xFE00, 0xFFFF),
    "emoji": (0x1F300, 0x1FAFF),
    "han, plane 2": (0x20000, 0x200FF),
    "any plane": (0x10000, 0x10FFFF),
}
CORNERS = [
    "",
    " ",
    "\0",
    "great\0Film",
    "'",
    "' ''",
    "\ufeffgreat",
    "\u200bgreat\u200d",
    "👩‍👩‍👧‍👦 great",
    "e\u0301\u0302 \u0301",
    "a" * 100,
    "a" * 101,
    "é" * 100,
    "great" * 2_000,
    "東" * 10_000,
    "\u0301" * 10_000,
    "x " * 5_000,
    "[UNK] [CLS] <PAD> ##a",
    "\t\r\n\x0b\x0c\x1c\x85\u2028\u2029\u3000",
    "Σίσυφος ΣΊΣΥΦΟΣ",
    "\ufffd",
]


@functools.cache  # several files of tests take the same ten thousand
def mixed_strings(count: int) -> list[str]:
    """Corner cases, then words, pieces of words and characters of all blocks, mixed."""
    draw = random.Random(0)
    blocks = list(BLOCKS.values())

    def part() -> str:
        if draw.random() < 0.4:
            return draw.choice(WORDS)
        first, last = draw.choice(blocks)
        return "".join(chr(draw.randint(first, last)) for _ in range(draw.randint(1, 6)))

    def text() -> str:
        return "".join(part() + draw.choice(("", " ", ", ")) for _ in range(draw.randint(0, 8)))

    return [*CORNERS, *(text() for _ in range(count - len(CORNERS)))]
