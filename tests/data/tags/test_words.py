"""Words of raw texts and their places, which are exact in the user's own string."""

from __future__ import annotations

import itertools

import pytest

from kerasapps.data.tags.words import CANDIDATES, CLASSES, class_of, learn_joiners, split_words
from tests.preprocess.strings import mixed_strings


def words(text: str, joiners: str = "") -> list[str]:
    return [token.text for token in split_words(text, joiners)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\0\u00a0\u2028\u200b\ufeff", []),
        ("¿Qué\u00a0tal, Ana?", ["¿", "Qué", "tal", ",", "Ana", "?"]),
        ("e\u0301te\u0301 soft\u00adhyphen", ["e\u0301te\u0301", "soft\u00adhyphen"]),
        ("a😀b 👍🏽 ❤\ufe0f!", ["a", "😀", "b", "👍🏽", "❤\ufe0f", "!"]),
        ("👩\u200d👩\u200d👧 x", ["👩\u200d👩\u200d👧", "x"]),
        ("snake_case 1.234,5% 3, 4", ["snake_case", "1.234,5", "%", "3", ",", "4"]),
        ("l'été U.S.", ["l", "'", "été", "U", ".", "S", "."]),
        ("东京 kyoto สวัส", ["东", "京", "kyoto", "ส", "วั", "ส"]),
        ("\u0301a", ["\u0301a"]),
    ],
)
def test_words_by_the_classes_of_their_characters(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_joiners_join_between_letters_or_numbers_only() -> None:
    text = "sub-group -x- a--b U.S.A. O'Hara 1.5"
    joined = ["sub-group", "-", "x", "-", "a", "-", "-", "b", "U.S.A", ".", "O", "'", "Hara", "1.5"]
    assert words(text, "-.") == joined
    assert words(text, "'")[-2:] == ["O'Hara", "1.5"]


def test_places_are_exact_and_the_rule_is_local() -> None:
    """Nothing is lost, and each start follows from two characters before and one behind."""
    for text in mixed_strings(1000):
        for joiners in ("", CANDIDATES):
            tokens = split_words(text, joiners)
            assert all(text[token.start : token.end] == token.text for token in tokens)
            classes = "SS" + "".join(class_of(ord(each), joiners) for each in text) + "S"
            assert {*classes} <= {*CLASSES}
            starts = [
                place - 2
                for place in range(2, len(classes) - 1)
                if classes[place] != "S" and not _goes_on(*classes[place - 2 : place + 2])
            ]
            assert [token.start for token in tokens] == starts
            gaps = "".join(text[a.end : b.start] for a, b in itertools.pairwise(tokens))
            assert {class_of(ord(each), joiners) for each in gaps} <= {"S"}


def _goes_on(earlier: str, before: str, here: str, after: str) -> bool:
    """Whether a character goes on with the word before it, as the module says it."""
    letters, word = "LN", "LNM"
    if before == "S":
        return False
    return (
        here in "MZ"
        or before == "Z"
        or (here in letters and (before in word or (before == "J" and earlier in word)))
        or (here == "J" and before in word and after in letters)
        or (here == "D" and before == after == "N")
        or (here == before == "N")
        or (here == "N" and before == "D" and earlier == "N")
    )


def test_joiners_are_those_inside_of_words_that_were_cut() -> None:
    english = {"John": 9, "'s": 9, "O'Hara": 3, "sub-group": 4, "U.S.": 5, "St.": 9, "-": 9}
    assert learn_joiners(english) == "-."
    assert learn_joiners({"aujourd'hui": 9, "c'est": 9}) == "'"
    assert learn_joiners({"v.2": 9, "2.x": 9}) == ""  # numbers hold together without it
    assert learn_joiners({"1.5": 9, "3/4": 9, "a": 1}) == ""
    assert learn_joiners({"sub-group": 3, "-": 1}) == "-"
    assert learn_joiners({"sub-group": 3, "word": 100_000}) == ""
