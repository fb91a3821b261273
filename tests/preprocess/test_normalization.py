"""One character at a time, as BERT cleans texts."""

from __future__ import annotations

import pytest

from kerasapps.preprocess.tokenizers.normalization import (
    NormalizationTable,
    normalization_table,
    normalize_character,
    split_normalized,
)

BLOCKS = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)  # fmt: skip


@pytest.mark.parametrize(("first", "last"), BLOCKS)
def test_ideographs_stand_apart(first: int, last: int) -> None:
    for code in (first, last):
        assert normalize_character(code, lowercase=False) == f" {chr(code)} "
    for code in (first - 1, last + 1):
        inside = any(low <= code <= high for low, high in BLOCKS)
        found = normalize_character(code, lowercase=False)
        assert (found == f" {chr(code)} ") is inside


@pytest.mark.parametrize(
    ("character", "lowered", "kept"),
    [
        *((blank, " ", " ") for blank in "\t\n\r \u00a0\u3000\u2028"),
        *((nothing, "", "") for nothing in "\x00\x07\u200b\ufeff\ufffd\u00ad"),
        ("A", "a", "A"),
        ("É", "e", "É"),
        ("ß", "ß", "ß"),
        ("İ", "i", "İ"),
        ("ế", "e", "ế"),
        ("\u0301", "", "\u0301"),
        ("한", "\u1112\u1161\u11ab", "한"),
        ("カ", "カ", "カ"),
        *((sign, f" {sign} ", f" {sign} ") for sign in "!/:@[`{~$+<^|«»—。§"),
        *((symbol, symbol, symbol) for symbol in "€©9z"),
        ("\uf900", " \u8c48 ", " \uf900 "),
        ("\ue000", "\ue000", "\ue000"),
        ("\u0378", "\u0378", "\u0378"),
    ],
)
def test_characters(character: str, lowered: str, kept: str) -> None:
    assert normalize_character(ord(character), lowercase=True) == lowered
    assert normalize_character(ord(character), lowercase=False) == kept


def test_a_table_fills_itself_and_there_is_one_of_each() -> None:
    table = NormalizationTable(lowercase=True)
    assert dict(table) == {} and "Éa".translate(table) == "ea"
    assert dict(table) == {ord("É"): "e", ord("a"): "a"}
    assert normalization_table(lowercase=True) is normalization_table(lowercase=True)
    assert normalization_table(lowercase=False) is not normalization_table(lowercase=True)


def test_texts() -> None:
    text = " Größe: 12\u00a0€\u200b!\t東京タワー"
    assert split_normalized(text, lowercase=True) == [
        "große", ":", "12", "€", "!", "東", "京", "タワー",
    ]  # fmt: skip
    assert split_normalized(text, lowercase=False)[0] == "Größe"
