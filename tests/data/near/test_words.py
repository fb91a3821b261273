"""Texts with a word changed are found among others; those with the same beginning are not."""

from __future__ import annotations

import numpy as np

from kerasapps.data.near.words import near_texts

VOCABULARY = [f"w{number}" for number in range(3000)]


def texts(count: int, words: int, *, seed: int = 0) -> list[list[str]]:
    """Drawn texts: half of the words are of the thirty that are the most usual."""
    random = np.random.default_rng(seed)
    rows = np.where(
        random.random((count, words)) < 0.5,
        random.integers(0, 30, (count, words)),
        random.integers(30, 3000, (count, words)),
    )
    return [[VOCABULARY[code] for code in row] for row in rows]


def found(every: list[list[str]]) -> set[tuple[int, int]]:
    pairs = near_texts([" ".join(each) for each in every])
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def test_one_word_of_a_short_text_and_few_of_a_long_one() -> None:
    short, long = texts(200, 9), texts(200, 120, seed=1)
    changed = [["NEW", *each[1:]] for each in short[:30]]
    lacking = [each[:4] + each[5:] for each in short[30:40]]
    for each in (copies := [list(each) for each in long[:30]]):
        each[7], each[50], each[51], each[90] = "some", "other", "words", "here"
    every = [*short, *long, *changed, *lacking, *copies]
    expected = {(row, 400 + row) for row in range(40)}
    expected |= {(200 + row, 440 + row) for row in range(30)}
    assert found(every) == expected


def test_around_the_length_that_is_short() -> None:
    each = texts(1, 41)[0]
    assert found([each, each[:-1], *texts(20, 41, seed=3)]) == {(0, 1)}
    assert found([each, [*each[:20], "x", "y", "z", "a", "b", *each[25:]]]) == set()


def test_case_and_marks_do_not_count_and_equal_texts_are_no_pairs() -> None:
    one = ["The", "end,", "of", "a", "very", "long", "AFFAIR"]
    assert found([one, ["the", "end", "of", "a", "very", "long", "affair"]]) == set()
    assert found([one, ["a", "very", "long", "affair", "of", "the", "end"]]) == {(0, 1)}


def test_a_rare_word_of_few_is_another_question() -> None:
    every = [f"What is the capital of {name} ?".split() for name in ("Peru", "Chad", "Mali")]
    usual = [["what", "is", "the", "name", "of", "the", *each[:6]] for each in texts(500, 9)]
    assert found([*every, *usual]) == set()
    assert found([["so", "it", "is"], ["so", "it", "was"]]) == set()


def test_signs_are_words_where_nothing_sets_words_apart() -> None:
    assert found([["今日はとても良い天気です"], ["今日はとても良い天候です"], *texts(300, 9)]) == {
        (0, 1)
    }


def test_any_number_of_texts_from_one_pattern_stays_linear() -> None:
    short = [
        [*["this", "is", "the", "report", "on", "the", "state", "of", "part"], str(n)]
        for n in range(500)
    ]
    assert found(short) == set()  # all that they say is the number
    long = [[*texts(1, 60)[0], str(number)] for number in range(500)]
    pairs = near_texts([" ".join(each) for each in long])
    assert len(pairs) < 10 * len(long)
    assert set(range(500)) == {*pairs.first.tolist(), *pairs.second.tolist()}
