"""Vocabularies learned from texts, by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kerasapps.errors import DataError
from kerasapps.preprocess.tokenizers import learn
from kerasapps.preprocess.tokenizers.learn import learn_tokenizer

TEXTS = ["B b A a a c", "gReat gReat great", "c once"]


def words(**options: Any) -> dict[str, int]:
    given = {"vocab_size": 100, "min_count": 2, "lowercase": True, "max_length": 8}
    made = learn_tokenizer(TEXTS, kind="regex", **{**given, **options})
    return {word: number for word, number in made.vocabulary.items() if number > 2}


def test_the_cases_of_a_word_count_together() -> None:
    """a: 3, great: 3, then b and c with 2; a form of its own once it was seen twice."""
    assert words() == {
        "a": 3, "A": 3, "great": 4, "Great": 4, "GREAT": 4, "gReat": 4, "b": 5, "B": 5,
        "c": 6, "C": 6,
    }  # fmt: skip
    assert words(vocab_size=5) == {key: value for key, value in words().items() if value < 5}
    assert "once" in words(min_count=1) and set(words(min_count=3).values()) == {3, 4}


def test_cases_apart() -> None:
    assert words(lowercase=False) == {"a": 3, "c": 4, "gReat": 5}


def test_nothing_is_seen_often_enough() -> None:
    with pytest.raises(DataError, match="no word of ASCII letters and digits is seen 9 times"):
        words(min_count=9)


def test_the_alphabet_is_of_the_commonest_characters() -> None:
    counts = Counter({"ab": 3, "b": 1, "c\ud800": 2, "d" * 101: 9})
    # b 4, a 3, c 2; half a pair and words that are too long do not count.
    assert learn._alphabet(counts, most=9) == ["a", "b", "c"]
    assert learn._alphabet(counts, most=2) == ["a", "b"]
    assert learn._alphabet(Counter({"ba": 1}), most=1) == ["a"], "ties go by code point"
    many = Counter({chr(0x4E00 + number): 1 for number in range(1200)})
    assert len(learn._alphabet(many, most=2000)) == 1000


def test_words_are_repeated_as_often_as_they_were_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "_REPEATS", 3)
    counts = Counter({"ab": 7, "x": 1, "a" * 101: 2, "b": 3})
    found = list(learn._repeated(counts, {"a", "b"}))
    assert [len(text.split()) for text in found] == [3, 3, 1, 3]
    assert " ".join(found).split() == ["ab"] * 7 + ["b"] * 3


def test_pieces() -> None:
    made = learn_tokenizer(
        ["ab ab ab", "ba"], kind="wordpiece", vocab_size=40, min_count=2, lowercase=True,
        max_length=8,
    )  # fmt: skip
    assert list(made.vocabulary) == [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##a", "##b", "ab",
    ]  # fmt: skip
    small = learn_tokenizer(
        ["abc abc", "cab"], kind="wordpiece", vocab_size=8, min_count=1, lowercase=True,
        max_length=8,
    )  # fmt: skip
    # Four special tokens leave room for two characters, with and without the mark.
    assert list(small.vocabulary)[4:] == ["a", "b", "##a", "##b"]
    with pytest.raises(DataError, match="hold no word"):
        learn_tokenizer(
            [" "], kind="wordpiece", vocab_size=8, min_count=1, lowercase=True, max_length=8
        )
