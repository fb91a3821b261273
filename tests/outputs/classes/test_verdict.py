"""What an accuracy is worth, in words."""

from __future__ import annotations

import pytest

from kerasapps.outputs.classes.scores import ClassScore
from kerasapps.outputs.classes.verdict import counted_right, guessing, warnings_of


def scores(*supports: int, label: str = "cat") -> list[ClassScore]:
    return [ClassScore(label * (at + 1), None, None, None, n) for at, n in enumerate(supports)]


def test_guessing_is_told_with_the_commonest_class() -> None:
    assert guessing(scores(10, 30)) == "at random 50.00%, always 'catcat' 75.00%"
    assert "always '\\x1b\\n" in guessing(scores(1, label="\x1b\n" + "x" * 90))
    assert len(guessing(scores(1, label="y" * 99))) < 90


def test_of_few_examples_it_is_told_how_many_were_right() -> None:
    assert counted_right(10 / 12, 12) == "10 of 12; likely 55 to 95 %"
    assert counted_right(0.9, 1000) == ""


@pytest.mark.parametrize(
    ("accuracy", "supports", "warned"),
    [(0.95, (50, 50), False), (0.55, (50, 50), True), (0.9, (90, 10), True), (1.0, (2, 1), True)],
)
def test_what_guessing_has_too_is_warned_of(
    accuracy: float, supports: tuple[int, ...], warned: bool
) -> None:
    told = warnings_of(accuracy, scores(*supports))
    assert bool(told) is warned
    assert all("not clearly better than guessing" in line for line in told)
