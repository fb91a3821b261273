"""Words of many texts at once: what the tokenizer gives of each text by itself."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.preprocess.text import encode_texts, token_lengths
from kerasapps.preprocess.tokenizers import RegexTokenizer, TokenizerSpec
from kerasapps.preprocess.tokenizers.regex import SPECIAL
from kerasapps.preprocess.tokenizers.word_table import WordTable, find_words
from tests.preprocess.strings import mixed_strings

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'"
BLANKS = bytes(code if chr(code) in LETTERS else 32 for code in range(256))


def words(count: int) -> list[str]:
    """Different words of 1 to 40 letters, among them 8, 9, 16 and 17, and some that begin alike."""
    draw = random.Random(0)
    made = ["".join(draw.choices(LETTERS, k=draw.randint(1, 40))) for _ in range(count)]
    return list(dict.fromkeys([*made, *(word[:size] for word in made for size in (8, 16, 17))]))


def tokenizer(vocabulary: list[str], length: int) -> RegexTokenizer:
    ids = {word: number for number, word in enumerate(vocabulary, start=len(SPECIAL))}
    return RegexTokenizer(SPECIAL | ids, TokenizerSpec("regex", length, False))


@pytest.mark.parametrize("length", [2, 7, 60])
def test_many_texts_at_once_are_as_each_by_itself(length: int) -> None:
    known = words(300)
    draw = random.Random(1)
    texts = [
        draw.choice([" ", ", ", "\u00e9", "\ud800", "\n"]).join(draw.choices(words(400), k=size))
        for size in [0, 1, 2, 6, 7, 8, 100] * 4
    ]
    texts += mixed_strings(150)
    both = tokenizer(known, length)
    expected = np.stack([both.encode(text) for text in texts])
    np.testing.assert_array_equal(both.encode_many(texts), expected)
    assert both.encode_many(texts).dtype == np.int32
    assert (expected[:, 1:] > 2).any() and (expected[:, 1:] == 2).any()
    assert both.count_ids(texts).tolist() == [len(both.encode_ids(text)) for text in texts]
    assert both.encode_many([]).shape == (0, length) and both.count_ids([]).shape == (0,)


def test_words_that_want_the_same_place_of_the_table_are_told_apart() -> None:
    known = words(5000)
    found = find_words([" ".join(known), "unseen'words"], BLANKS)
    ids = {word: number for number, word in enumerate(known, start=1)}
    assert WordTable(ids, 0).find(found).tolist() == [*ids.values(), 0]


def test_a_split_of_many_texts_is_encoded_as_one_of_few() -> None:
    texts = [" ".join(words(40)[row % 30 : row % 37]) for row in range(1100)]
    both = tokenizer(words(20), 6)
    ids = encode_texts(texts, both)
    np.testing.assert_array_equal(ids[:50], encode_texts(texts[:50], both))
    np.testing.assert_array_equal(ids[1050:], encode_texts(texts[1050:], both))
    assert token_lengths(texts, both).tolist() == [len(both.encode_ids(text)) for text in texts]
    for read in (encode_texts, token_lengths):
        with pytest.raises(DataError, match=r"texts\[1099\] is 5, no text"):
            read([*texts[:1099], 5], both)  # type: ignore[list-item]
