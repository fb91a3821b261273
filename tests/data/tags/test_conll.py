"""Which files hold a word with its tags a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.tags.conll import is_conll
from tests.data.tag_samples import conll, sentences, write


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
