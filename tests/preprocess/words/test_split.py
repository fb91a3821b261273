"""Words of raw texts and their places, which are exact in the user's own string."""

from __future__ import annotations

import pytest

from kerasapps.preprocess.words.split import JOINERS, learn_joiners, split_words


def words(text: str, joiners: str = "") -> list[str]:
    tokens = split_words(text, joiners)
    assert all(text[each.start : each.end] == each.text for each in tokens)
    return [each.text for each in tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\x00\u00a0\u2028", []),
        ("Mr Smith lives in Paris.", ["Mr", "Smith", "lives", "in", "Paris", "."]),
        ("¿Qué\u00a0tal?", ["¿", "Qué", "tal", "?"]),
        ("e\u0301te\u0301 soft\u00adhyphen", ["e\u0301te\u0301", "soft\u00adhyphen"]),
        ("a😀b 👍🏽", ["a", "😀", "b", "👍", "🏽"]),
        ("❤\ufe0f!", ["❤\ufe0f", "!"]),
        ("snake_case _x", ["snake_case", "_", "x"]),
        ("l'été U.S. 3,5%", ["l", "'", "été", "U", ".", "S", ".", "3", ",", "5", "%"]),
    ],
)
def test_words_by_unicode_alone(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_joiner_stands_alone_and_between_words() -> None:
    assert words("Coca-Cola a--b -c d- U.S.A. x.", "-.") == [
        *("Coca-Cola", "a", "-", "-", "b", "-", "c", "d", "-", "U.S.A", ".", "x", ".")
    ]


def test_what_joins_is_learnt_from_words_that_were_cut() -> None:
    told = {"Coca-Cola": 3, "3,5": 5, ",": 900, "'s": 9, "O'Neill": 3, "EE.UU.": 4, "Sr.": 90}
    assert learn_joiners(told) == ".,-"
    assert learn_joiners({"a-b": 2}) == ""
    assert learn_joiners({f"a{each}b": 3 for each in JOINERS}) == JOINERS
