"""Numbers of things."""

from __future__ import annotations

import pytest

from kerasapps.wording.counted import counted


@pytest.mark.parametrize(
    ("number", "words", "told"),
    [
        (0, ("row",), "0 rows"),
        (1, ("row",), "1 row"),
        (1200, ("row",), "1,200 rows"),
        (1, ("class", "classes"), "1 class"),
        (2, ("class", "classes"), "2 classes"),
    ],
)
def test_one_is_singular(number: int, words: tuple[str, ...], told: str) -> None:
    assert counted(number, *words) == told
