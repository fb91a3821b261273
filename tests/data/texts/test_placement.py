"""Which texts count as one, and which are told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.audit_text import audit_text
from kerasapps.data.texts.collect import seen_text
from kerasapps.preprocess.tokenizers.regex import split_words
from tests.data.text_samples import audit, load, rows, write_csv

DIFFERENT = (("I write C#", "I write C"), ("well :)", "well :("), ("so it is!", "so it is?"))


def audit_two(work: Path, *two: tuple[str, str, str], **options: Any) -> Audit:
    """What is found in 40 other texts and two of `(text, label, split)`."""
    table = [[*row, "train"] for row in rows(40, labels=("a", "b"))]
    path = write_csv(work.parent / "a.csv", [*table, *two], header=("text", "label", "split"))
    return audit(path, work, **options)


@pytest.mark.parametrize("texts", [*DIFFERENT, ("the US and us", "the us and us")])
def test_what_signs_or_case_tell_apart_are_two_texts_where_their_labels_differ(
    work: Path, texts: tuple[str, str]
) -> None:
    one, two = texts
    found = audit_two(work, (one, "a", "train"), (two, "b", "test"))
    assert found["conflicts"].total == found["duplicates"].total == 0
    (near,) = found["near_conflicts"].first
    assert found["near_conflicts"].total == 1 and near.labels == ("a", "b")
    assert set(near.origins) == {"a.csv, row 42", "a.csv, row 43"}
    assert "Apart by case, punctuation or signs only, different" in audit_text(found)
    # Of one label they are nearly the same question, not to be asked of what trained on it.
    found = audit_two(work, (one, "a", "train"), (two, "a", "test"))
    assert (found["duplicates"].total, found["near_conflicts"].total) == (1, 0)


@pytest.mark.parametrize(
    ("texts", "options"),
    [
        *((texts, {"tokenizer": "regex"}) for texts in DIFFERENT),
        (("\U0001f642", "\U0001f641"), {"tokenizer": "regex"}),
        (("the US and us", "the us and us"), {"lowercase": True}),
        (("the  same", "the same "), {}),
        (("cafe\u0301", "caf\u00e9"), {}),
    ],
)
def test_what_the_model_will_not_see_tells_no_texts_apart(
    work: Path, texts: tuple[str, str], options: dict[str, Any]
) -> None:
    found = audit_two(work, (texts[0], "a", "train"), (texts[1], "b", "train"), **options)
    assert (found["conflicts"].total, found["near_conflicts"].total) == (1, 0)
    assert found["copies"].total == 0
    assert found["conflicts"].first[0].labels == ("a", "b")


def test_a_word_is_what_the_regex_tokenizer_takes_for_one() -> None:
    text = "It's Ünder_score 3.5€ C#, naïve :)\ttab\u00a0end"
    assert seen_text(text, config=TextConfig(tokenizer="regex")).split() == split_words(text)


def test_near_copies_of_one_label_stay_together_beside_what_is_told_apart(work: Path) -> None:
    data = rows(60, labels=("a", "b"))
    for number in range(30):
        data += [[f"thing {number} C#", "a"], [f"thing {number}, C#!", "a"]]
        data += [[f"thing {number} C", "b"]]
    splits = load(write_csv(work.parent / "a.csv", data), work)
    assert splits.audit["near_conflicts"].total == 30
    place = {
        text: split
        for split in ("train", "validation", "test")
        for text in getattr(splits, split).texts
    }
    assert len(place) == 150
    assert all(place[f"thing {n} C#"] == place[f"thing {n}, C#!"] for n in range(30))
    assert any(place[f"thing {n} C#"] != place[f"thing {n} C"] for n in range(30))


def test_a_conflict_keeps_all_that_is_much_like_it_together(work: Path) -> None:
    data = rows(60, labels=("a", "b"))
    for number in range(30):
        data += [[f"thing {number}", "a"], [f"thing {number}", "b"], [f"thing {number}!", "b"]]
    splits = load(write_csv(work.parent / "a.csv", data), work)
    assert (splits.audit["conflicts"].total, splits.audit["near_conflicts"].total) == (30, 0)
    for split in ("train", "validation", "test"):
        texts = set(getattr(splits, split).texts)
        assert {text.removesuffix("!") for text in texts if text.startswith("thing")} <= texts


def test_a_conflict_names_the_first_five_of_its_texts(work: Path) -> None:
    data = [*rows(40, labels=("a", "b")), *[["the same", "ab"[row % 2]] for row in range(7)]]
    (conflict,) = audit(write_csv(work.parent / "a.csv", data), work)["conflicts"].first
    assert len(conflict.origins) == 5 and conflict.labels == ("a", "b")
