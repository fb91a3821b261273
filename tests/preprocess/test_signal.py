"""Whether what a tokenizer drops tells labels apart."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from kerasapps.preprocess.tokenizers import signal
from kerasapps.preprocess.tokenizers.normalization import split_normalized
from kerasapps.preprocess.tokenizers.regex import split_words
from kerasapps.preprocess.tokenizers.signal import lost_signal
from tests.values import kinds_of

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
    found = lost_signal(texts, labels, seen=words_of, otherwise=pieces_of)
    assert found is not None and found.share < 0.7 < found.share_with
    assert {piece.strip("C") for piece in found.pieces} <= {
        sign.strip("C") for each in signs for sign in each
    }
    assert lost_signal(texts, labels, seen=pieces_of) is None
    assert f"{found.share_with:.0%} with them" in str(found)


def test_case_and_accents_are_a_signal_where_both_forms_are_found() -> None:
    for forms in (["GREAT"], ["great"]), (["año"], ["ano"]):
        texts, labels = marked(forms)
        found = lost_signal(texts, labels, seen=pieces_of)
        assert found is not None and set(found.pieces) == {forms[0][0], forms[1][0]}
        assert found.share_with > 0.99
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
    found = lost_signal(texts, labels, seen=words_of)
    assert found is not None and 0.6 < found.share_with < 0.7
    assert lost_signal(texts[:60], labels[:60], seen=words_of) is None


def test_a_signal_of_few_texts_does_not_count() -> None:
    texts, labels = marked(("a", "b"), count=2000)  # which words tell, but for the first
    for row in range(30):
        texts[row] = texts[row][:-1] + "😀😡"[labels[row]]
    assert lost_signal(texts, labels, seen=words_of) is None
    for row in range(200):
        texts[row] = texts[row][:-1] + "😀😡"[labels[row]]
    assert lost_signal(texts, labels, seen=words_of) is not None


@pytest.mark.parametrize(
    ("texts", "won", "failed", "counts"),
    [
        (200, 9, 0, True),  # three standard deviations of 9 are 9
        (200, 8, 0, False),
        (200, 21, 9, False),  # 12 gained, but of 30 that changed
        (200, 30, 9, True),
        (1000, 20, 0, True),  # two in a hundred
        (1000, 19, 0, False),
        (9, 0, 0, False),
    ],
)
def test_what_counts_as_clearly_better(
    monkeypatch: pytest.MonkeyPatch, texts: int, won: int, failed: int, counts: bool
) -> None:
    before, after = np.zeros(texts, bool), np.zeros(texts, bool)
    before[: failed + 1] = True
    after[failed : failed + 1 + won] = True
    answers = iter([before, after])
    monkeypatch.setattr(signal, "_guessed", lambda tokens, labels: next(answers))
    labels = np.arange(texts) % 2
    found = lost_signal([f"word {'!?'[label]}" for label in labels], labels, seen=words_of)
    assert (found is not None) == counts
    if found is not None:
        assert found.share == (failed + 1) / texts and found.share_with == (won + 1) / texts


def test_the_guesser_is_naive_bayes_of_the_other_half() -> None:
    labels = np.array([0, 0, 0, 1, 2, 1, 0, 1])
    texts = [
        {("seen", word) for word in text.split()}
        for text in ("a x", "a", "a", "b x", "c", "b", "b", "a b")
    ]
    # Each half is guessed from the other: rows 0, 2, 4, 6 from 1, 3, 5, 7, and the other way.
    expected = []
    for row, text in enumerate(texts):
        shown = [place for place in range(8) if place % 2 != row % 2]
        scores = []
        for label in range(3):
            own = [place for place in shown if labels[place] == label]
            counts = {
                word: 1 + sum(word in texts[place] for place in own)
                for each in texts
                for word in each
            }
            total = sum(counts.values())
            chance = np.log(1 + len(own)) + sum(np.log(counts[word] / total) for word in text)
            scores.append(chance)
        expected.append(int(np.argmax(scores)) == labels[row])
    assert signal._guessed(texts, labels).tolist() == expected
    assert 0 < sum(expected) < 8


def test_the_most_telling_pieces_come_first() -> None:
    labels = np.array([0] * 6 + [1] * 6)
    texts = [
        {"all", "most" if row != 3 else "few", *(["half"] if row % 2 else [])} for row in range(6)
    ] + [{"all", "other", *(["half"] if row % 2 else [])} for row in range(6)]
    assert signal._telling(texts, labels) == ("other", "most", "few", "all", "half")
    many = [{f"p{number}"} for number in range(12)]
    assert signal._telling(many, labels) == ("p0", "p1", "p10", "p11", "p2")


def test_a_text_is_read_from_its_beginning_to_4000_characters() -> None:
    texts, labels = marked(("😀", "😡"))
    far = ["word " * 799 + f"{text[:4]} {text[-1]}" for text in texts]
    assert [text.index(text[-1]) for text in far] == [4000] * 300
    assert lost_signal(far, labels, seen=words_of) is None
    near = ["word " * 798 + f"{text[:4]} {text[-1]}" for text in texts]
    assert lost_signal(near, labels, seen=words_of) is not None


def test_no_more_than_a_sample_is_read() -> None:
    class Counted(list[str]):
        read = 0

        def __getitem__(self, row):  # type: ignore[no-untyped-def]
            Counted.read += 1
            return super().__getitem__(row)

    for count, read in ((2000, 2000), (2001, 1001), (6001, 1501)):
        Counted.read = 0
        texts, labels = marked(("😀", "😡"), count=count)
        assert lost_signal(Counted(texts), labels, seen=words_of) is not None
        assert Counted.read == read


def test_kinds_of_values() -> None:
    assert kinds_of(signal) == {"Signal": "frozen"}
