"""Which files hold a word with its tags a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.tags.conll import is_conll
from tests.data.tag_samples import conll, load, sentences, write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (conll(sentences(3)), True),
        (conll(sentences(3)) + "a line too long\n", True),
        ("hello world\n" * 20 + "vitamin O\n", False),  # as many columns, and hardly a tag
        ("O\nO\n", False),
        ("word O\n", False),  # a line may be anything
    ],
)
def test_plain_files_are_looked_into(text: str, expected: bool, tmp_path: Path) -> None:
    assert is_conll(write(tmp_path / "some.txt", text)) is expected


def test_tabs_part_columns_that_have_blanks(tmp_path: Path, work: Path) -> None:
    text = "\n".join(f"New York {n}\tB-LOC\nrains\tO\n" for n in range(60))
    splits = load(write(tmp_path / "some.conll", text), work)
    assert splits.labels == ("O", "B-LOC", "I-LOC")
    assert all(words[0].startswith("New York ") for words in splits.train.sentences)


def test_numbers_may_be_the_words(tmp_path: Path, work: Path) -> None:
    text = "\n".join(f"1 B-QTY\n{n} O\n" for n in range(10, 70))
    splits = load(write(tmp_path / "some.conll", text), work)
    assert all(words[0] == "1" for words in splits.train.sentences)
