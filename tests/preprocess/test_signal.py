"""Whether what a tokenizer drops tells labels apart."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from kerasapps.preprocess.tokenizers.normalization import split_normalized
from kerasapps.preprocess.tokenizers.regex import split_words
from kerasapps.preprocess.tokenizers.signal import SAMPLE, lost_signal

SENTENCE = "the parcel came on tuesday with a box and my neighbour saw it later today in town"
WORDS = SENTENCE.split()


def words_of(text: str) -> list[str]:
    return split_words(text.lower())


def pieces_of(text: str) -> list[str]:
    return split_normalized(text, lowercase=True)


def marked(
    signs: Sequence[Sequence[str]], *, count: int = 300, noise: float = 0.0
) -> tuple[list[str], np.ndarray]:
    """Random words with a sign of the text's label, or of any where there is noise."""
    draw = random.Random(1)
    labels = [draw.randrange(len(signs)) for _ in range(count)]
    texts = []
    for label in labels:
        shown = draw.randrange(len(signs)) if draw.random() < noise else label
        texts.append(" ".join(draw.choices(WORDS, k=8)) + " " + draw.choice(signs[shown]))
    return texts, np.array(labels, np.int32)


@pytest.mark.parametrize(
    "signs",
    [
        ("😀", "😡"),
        ("😀😍🎉👍", "😡😢👎💩"),
        ([":)", ";-)"], [":(", ":-("]),
        (["C"], ["C#"], ["C++"]),
        ("!", "?"),
        ("€", "$"),
    ],
)
@pytest.mark.parametrize("count", [40, 300])
def test_signs_that_words_do_not_hold(signs: Sequence[Sequence[str]], count: int) -> None:
    texts, labels = marked(signs, count=count)
    signal = lost_signal(texts, labels, seen=words_of, otherwise=pieces_of)
    assert signal is not None and signal.share < 0.7 < signal.share_with
    assert {piece.strip("C") for piece in signal.pieces} <= {
        sign.strip("C") for each in signs for sign in each
    }
    assert lost_signal(texts, labels, seen=pieces_of) is None
    assert f"{signal.share_with:.0%} with them" in str(signal)


def test_case_and_accents_are_a_signal_where_both_forms_are_found() -> None:
    for forms in (["GREAT"], ["great"]), (["año"], ["ano"]):
        texts, labels = marked(forms)
        signal = lost_signal(texts, labels, seen=pieces_of)
        assert signal is not None and set(signal.pieces) == {forms[0][0], forms[1][0]}
        assert signal.share_with > 0.99
        # What the other tokenizer would drop too does not speak for it.
        assert lost_signal(texts, labels, seen=pieces_of, otherwise=pieces_of) is None
    texts, labels = marked((["GREAT"], ["poor"]))
    assert lost_signal(texts, labels, seen=words_of) is None


def test_signs_that_say_nothing_or_nothing_new_are_none() -> None:
    texts, labels = marked(("😀😡", "😡😀"))
    assert lost_signal(texts, labels, seen=words_of) is None
    texts, labels = marked((["good 😀"], ["bad 😡"]))
    assert lost_signal(texts, labels, seen=words_of) is None
    assert lost_signal(["a"], np.zeros(1, np.int32), seen=words_of) is None


def test_a_weak_signal_must_be_certain() -> None:
    texts, labels = marked(("😀", "😡"), count=2000, noise=0.7)
    signal = lost_signal(texts, labels, seen=words_of)
    assert signal is not None and 0.6 < signal.share_with < 0.7
    assert lost_signal(texts[:60], labels[:60], seen=words_of) is None


def test_a_signal_of_few_texts_does_not_count() -> None:
    texts, labels = marked(("a", "b"), count=2000)  # which words tell, but for the first
    for row in range(30):
        texts[row] = texts[row][:-1] + "😀😡"[labels[row]]
    assert lost_signal(texts, labels, seen=words_of) is None
    for row in range(200):
        texts[row] = texts[row][:-1] + "😀😡"[labels[row]]
    assert lost_signal(texts, labels, seen=words_of) is not None


def test_no_more_than_a_sample_is_read() -> None:
    class Counted(list[str]):
        read = 0

        def __getitem__(self, row):  # type: ignore[no-untyped-def]
            Counted.read += 1
            return super().__getitem__(row)

    texts, labels = marked(("😀", "😡"), count=3 * SAMPLE + 1)
    assert lost_signal(Counted(texts), labels, seen=words_of) is not None
    assert SAMPLE / 2 < Counted.read <= SAMPLE
