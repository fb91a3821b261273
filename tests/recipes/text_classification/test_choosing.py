"""N-grams always; networks that read words in order where there are not too many of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.recipes.text_classification.architectures import ARCHITECTURES
from kerasapps.recipes.text_classification.choosing import suitable_models


class Repeated:
    """A text of so many words, again and again."""

    def __init__(self, words: int) -> None:
        self.text = "words " * words

    def __getitem__(self, row: int) -> str:
        return self.text


def splits_of(count: int, words: int) -> Any:
    class Train:
        texts = Repeated(words)

        def __len__(self) -> int:
            return count

    return SimpleNamespace(train=Train())


@pytest.mark.parametrize(
    ("count", "words", "names"),
    [
        (500, 10, ("bag_of_ngrams", "text_cnn", "lstm_attention")),
        (10_000, 12, ("bag_of_ngrams", "text_cnn", "lstm_attention")),
        (60_000, 10, ("bag_of_ngrams", "text_cnn")),  # too many for a recurrent one
        (1_000, 200, ("bag_of_ngrams", "text_cnn")),  # too long for it
        (25_000, 230, ("bag_of_ngrams",)),
    ],
)
def test_how_many_words_there_are_decides(count: int, words: int, names: tuple[str, ...]) -> None:
    suitable = suitable_models(splits_of(count, words), {}, ARCHITECTURES.auto, left_out={})
    assert suitable.names == names
    assert f"{count:,} texts of about {words} words" in suitable.reason
    assert ("best on the validation split" in suitable.reason) == (len(names) > 1)


def test_what_can_take_the_options_is_trained_however_long_it_takes() -> None:
    for able in (("text_cnn",), ("lstm_attention", "text_cnn")):
        assert suitable_models(splits_of(25_000, 230), {}, able, left_out={}).names == able[:1]
