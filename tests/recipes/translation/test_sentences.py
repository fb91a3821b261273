"""Translations nearest to their references, and farthest from them."""

from __future__ import annotations

import pytest

from kerasapps.recipes.translation import sentences as sentences_module
from kerasapps.recipes.translation.sentences import best_and_worst, sentence_chrf
from tests.values import kinds_of, left_open_in

SOURCES = ["a dog runs over the green field", "two men", "the old house stands by the sea"]
REFERENCES = [
    "Ein Hund rennt über das grüne Feld.",
    "Zwei Männer.",
    "Das alte Haus steht am Meer.",
]
TRANSLATIONS = [
    "Ein Hund läuft über das grüne Feld.",
    "Eine Katze!",
    "Das alte Haus steht am Meer.",
]


def test_among_equals_longer_sources_come_first() -> None:
    sources = ["a", "abc", "ab", "abcd", "abcde", "abcdef"]
    right, wrong = ["gut", "gut", "gut"], ["xyz", "xyz", "xyz"]
    best, worst = best_and_worst([*right, *wrong], sources=sources, references=["gut"] * 6, limit=2)
    assert [each.source for each in best] == ["abc", "ab"]
    assert [each.source for each in worst] == ["abcdef", "abcde"]
    assert best[0].origin == "" and best[0].reference == "gut" and worst[0].translation == "xyz"
    best, worst = best_and_worst(right, sources=sources[:3], references=["gut"] * 3)
    assert [len(best), len(worst)] == [2, 1]
    many = ["gut"] * 25
    best, worst = best_and_worst(many, sources=many, references=many)
    assert [len(best), len(worst)] == [10, 10]


def test_best_and_worst_share_no_sentence() -> None:
    best, worst = best_and_worst(
        TRANSLATIONS, sources=SOURCES, references=REFERENCES, origins=["x", "y", "z"], limit=10
    )
    assert [each.origin for each in best] == ["z", "x"]
    assert [each.origin for each in worst] == ["y"]
    assert best[0].chrf == pytest.approx(100) and worst[0].chrf < 30


def test_numbers_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        sentence_chrf(TRANSLATIONS, REFERENCES[:1])


def test_kinds_of_values() -> None:
    assert kinds_of(sentences_module) == {"ShownTranslation": "frozen"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(sentences_module) == {"ShownTranslation": {"origin": ""}}
