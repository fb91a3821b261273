"""The table says of every character what the tokenizer makes of it."""

from __future__ import annotations

import pytest

from kerasapps.preprocess.tokenizers.normalization import normalize_character
from kerasapps.targets.characters import character_table


def read(table: str) -> dict[int, str]:
    """What becomes of the characters that do not stay."""
    known = {}
    for line in table.splitlines():
        first, last, rule, *values = line.split(" ")
        for code in range(int(first, 16), int(last, 16) + 1):
            assert code not in known
            known[code] = becomes(code, rule, values)
    return known


def becomes(code: int, rule: str, values: list[str]) -> str:
    if rule == "hangul":
        syllable = code - 0xAC00
        letters = chr(0x1100 + syllable // 588) + chr(0x1161 + syllable % 588 // 28)
        return letters + (chr(0x11A7 + syllable % 28) if syllable % 28 else "")
    if rule == "to":
        return "".join(chr(int(value, 16)) for value in values)
    if rule == "add":
        return chr(code + int(values[0]))
    return {"drop": "", "space": " ", "apart": f" {chr(code)} "}[rule]


@pytest.mark.parametrize("lowercase", [True, False])
def test_the_table_is_the_tokenizers(lowercase: bool) -> None:
    table = character_table(lowercase=lowercase)
    known = read(table)
    for code in (*range(0x3000), *range(0x3000, 0x110000, 37)):  # all of the letters, and samples
        assert known.get(code, chr(code)) == normalize_character(code, lowercase=lowercase)
    assert len(table) < 100_000 and table.isascii()
    assert list(known) == sorted(known)
