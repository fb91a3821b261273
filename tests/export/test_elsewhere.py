"""Examples as another program prepares them: what is counted, and when it is warned of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kerasapps.export.artifact import ElsewhereFigures
from kerasapps.export.elsewhere import Elsewhere
from kerasapps.export.gate import Agreement
from kerasapps.outputs.classes.answer import ACCURACY

TRUTH = np.array([0, 1, 0, 1, 0, 1])
ROWS = np.array([1, 2, 4, 5])  # truth 1, 0, 0, 1
USUAL = np.eye(2)[[1, 1, 0, 0, 0, 0]]  # of these rows 1, 0, 0, 0: three of four are right


def judged(
    labels: list[int], *, objection: str = "", tolerance: float = 1
) -> tuple[ElsewhereFigures, str]:
    def agree(scores: np.ndarray, usual: np.ndarray) -> Agreement:
        return Agreement(float(np.mean(scores.argmax(1) == usual.argmax(1))), objection)

    def share(scores: np.ndarray, rows: Any = slice(None)) -> float:
        return float(np.mean(scores.argmax(1) == TRUTH[rows]))

    elsewhere = Elsewhere("on a phone", ROWS, np.zeros((4, 2)), agree, "Do otherwise")
    return elsewhere.judge(
        np.eye(2)[labels], USUAL, metric=ACCURACY, share=share, tolerance=tolerance
    )


def test_a_file_is_compared_with_itself_on_the_same_examples() -> None:
    figures, warning = judged([1, 0, 0, 1])
    assert figures == ElsewhereFigures("on a phone", 4, metric=1.0, delta=25.0, agreement=0.75)
    assert warning == ""


def test_a_loss_beyond_the_tolerance_is_warned_of_with_what_to_do() -> None:
    figures, warning = judged([1, 1, 0, 0])
    assert (figures.metric, figures.delta, figures.agreement) == (0.5, -25.0, 0.75)
    assert warning == (
        "on a phone: loses 25.00 points against the usual preparation (1 of 4 examples); the "
        "tolerance is 1. Do otherwise"
    )
    assert judged([1, 1, 0, 0], tolerance=25)[1] == ""


def test_other_answers_are_warned_of_though_as_many_are_right() -> None:
    _, warning = judged([1, 0, 0, 0], objection="2 get another label")
    assert warning == "on a phone: 2 get another label. Do otherwise"
    _, warning = judged([1, 1, 0, 0], objection="2 get another label")
    assert "the tolerance is 1; 2 get another label. Do" in warning


def test_a_figure_that_is_no_number_is_left_out() -> None:
    elsewhere = Elsewhere("x", ROWS, np.zeros((4, 2)), lambda *_: Agreement(0.0), "y")
    nothing = np.full((4, 2), np.nan)
    figures, _ = elsewhere.judge(
        nothing, USUAL, metric=ACCURACY, share=lambda scores, _: float(scores[0, 0]), tolerance=1
    )
    assert (figures.metric, figures.delta) == (None, None)


@pytest.mark.parametrize("count", [2, 4])
def test_the_number_of_examples_is_theirs(count: int) -> None:
    elsewhere = Elsewhere("x", ROWS[:count], np.zeros((count, 2)), lambda *_: Agreement(1.0), "y")
    figures, _ = elsewhere.judge(
        USUAL[ROWS[:count]], USUAL, metric=ACCURACY, share=lambda *_: 1.0, tolerance=0
    )
    assert figures.examples == count
