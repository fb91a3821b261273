from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kerasapps.outputs.classes import words as words_module
from kerasapps.outputs.classes.words import MAX_WORDS, WordWeight, pieces, word_weights
from tests.values import kinds_of


def score(texts: Sequence[str]) -> np.ndarray:
    """A judge that likes `good`, dislikes `bad`, and believes `not` before either."""
    rows = []
    for text in texts:
        sign = -1 if "not" in text.split() else 1
        positive = 0.5 + 0.2 * sign * (text.count("good") - text.count("bad"))
        rows.append([1 - positive, positive])
    return np.asarray(rows)


def test_each_word_weighs_what_the_label_loses_without_it() -> None:
    found = word_weights("a good, bad, good film", 1, score=score)
    assert [each.word for each in found] == ["a", "good", ",", "bad", ",", "good", "film"]
    weights = dict.fromkeys([each.word for each in found], 0.0)
    weights.update({each.word: each.weight for each in found})
    assert weights == pytest.approx({"a": 0, "good": 0.2, ",": 0, "bad": -0.2, "film": 0}, abs=1e-9)


def test_the_other_label_sees_the_opposite() -> None:
    (positive,) = [w.weight for w in word_weights("good", 1, score=score)]
    (negative,) = [w.weight for w in word_weights("good", 0, score=score)]
    assert positive == pytest.approx(-negative) and positive > 0


def test_a_word_that_turns_the_meaning_counts() -> None:
    found = {each.word: each.weight for each in word_weights("not good", 0, score=score)}
    assert found["not"] > 0.3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't re-watch", ["don't", "re", "-", "watch"]),
        ("好电影!", ["好", "电", "影", "!"]),
        ("كتاب رائع", ["كتاب", "رائع"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    found = word_weights(text, 0, score=score)
    assert [each.word for each in found] == words
    assert all(text[each.start :].startswith(each.word) for each in found)


def test_words_behind_what_is_read_neither_weigh_nor_come_into_view() -> None:
    def first_three(texts: Sequence[str]) -> np.ndarray:
        return score([" ".join(text.split()[:3]) for text in texts])

    def fits(text: str) -> bool:
        return len(text.split()) <= 3

    found = word_weights("one good two good bad", 1, score=first_three, fits=fits)
    weights = {each.word: each.weight for each in found}
    assert weights == pytest.approx({"one": 0, "good": 0.2, "two": 0}, abs=1e-9)
    assert word_weights("good", 1, score=score, fits=lambda text: not text) == ()


def test_only_so_many_words_are_weighed() -> None:
    assert len(word_weights("good " * 1000, 1, score=score)) == MAX_WORDS


def test_pieces_are_the_whole_text_with_relative_strengths() -> None:
    text = "a good, bad film"
    weights = [WordWeight("good", 2, 0.4), WordWeight("bad", 8, -0.2), WordWeight("film", 12, 0.01)]
    found = pieces(text, weights)
    assert "".join(each.text for each in found) == text
    assert [(each.text, each.strength) for each in found if each.strength] == [
        ("good", 4),
        ("bad", -2),
    ]
    assert [each.text for each in pieces(text, [])] == [text]


@pytest.mark.parametrize(
    ("share", "strength"),
    [(1.0, 4), (-1.0, -4), (0.88, 4), (0.87, 3), (0.63, 3), (0.38, 2), (0.13, 1), (0.12, 0)],
)
def test_strengths_are_quarters_of_the_strongest(share: float, strength: int) -> None:
    for largest in (0.5, -0.5, 0.001):
        weights = [WordWeight("a", 0, largest), WordWeight("b", 1, share * abs(largest))]
        found = {each.text: each.strength for each in pieces("abc", weights)}
        assert found.get("b", 0) == strength or (strength == 0 and "b" not in found)
        assert "".join(found) == "abc"


def test_words_without_weight_are_plain_text() -> None:
    assert [*map(vars, pieces("ab", [WordWeight("ab", 0, 0.0)]))] == [{"text": "ab", "strength": 0}]
    found = pieces("x ab", [WordWeight("x", 0, 0.5), WordWeight("ab", 2, 0.5)])
    assert [(each.text, each.strength) for each in found] == [("x", 4), (" ", 0), ("ab", 4)]
    assert pieces("", []) == []
    found = pieces("no yes no", [WordWeight("no", 0, 0.01), WordWeight("yes", 3, 0.5)])
    assert [each.text for each in found] == ["no ", "yes", " no"]


def test_the_text_is_asked_for_once_and_then_without_each_word() -> None:
    asked: list[list[str]] = []

    def judge(texts: Sequence[str]) -> np.ndarray:
        asked.append(list(texts))
        return np.arange(2.0 * len(texts)).reshape(-1, 2) ** 2 / 100

    found = word_weights("so good, film", 1, score=judge)
    assert asked == [["so good, film", " good, film", "so , film", "so good film", "so good, "]]
    assert [each.weight for each in found] == pytest.approx([-0.08, -0.24, -0.48, -0.80])
    assert [each.start for each in found] == [0, 3, 7, 9]


def test_of_a_text_that_is_cut_nothing_behind_is_asked_for() -> None:
    asked: list[str] = []

    def judge(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return score(texts)

    found = word_weights("a b c d", 1, score=judge, fits=lambda text: len(text) <= 3)
    assert [each.word for each in found] == ["a", "b"] and asked == ["a b", " b", "a "]
    assert word_weights("", 1, score=lambda texts: pytest.fail("asked")) == ()
    # A text that is read whole keeps its blanks.
    asked.clear()
    word_weights("a b  ", 1, score=judge)
    assert asked == ["a b  ", " b  ", "a   "]


def test_kinds_of_words() -> None:
    text = "l\u2019eau _ __x '90s カタ 漢字 \u3400\u9fff\uf900 \u033f"
    words = [each.word for each in word_weights(text, 1, score=score)]
    assert words == [
        "l\u2019eau", "_", "__", "x", "'", "90s", "カ", "タ", "漢", "字",
        "\u3400", "\u9fff", "\uf900", "\u033f",
    ]  # fmt: skip


def test_kinds_of_values() -> None:
    assert kinds_of(words_module) == {"WordWeight": "frozen", "Piece": "frozen"}
