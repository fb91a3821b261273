"""Deletion and insertion, on a function that looks at one place."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.evaluation.saliency.curves import area, deletion, insertion

PICTURE = np.zeros((10, 10, 1), np.uint8)
PICTURE[:2, :5] = 255


def bright(pixels: np.ndarray) -> float:
    return float(pixels[:2, :5].mean() / 255)


def test_a_right_map_makes_the_answer_fall_at_once_and_rise_at_once() -> None:
    right = PICTURE[..., 0] / 255.0
    gone = deletion(bright, PICTURE, right, steps=10)
    come = insertion(bright, PICTURE, right, steps=10)
    assert gone[0] == come[-1] == 1
    hidden = pytest.approx(round(255 * 0.1) / 255, abs=0.005)
    assert gone[1] == gone[-1] == hidden and come[0] == hidden and come[1] == 1
    assert area(gone) < 0.2 and area(come) > 0.9
    # The wrong way round it is the other way round.
    assert area(deletion(bright, PICTURE, -right, steps=10)) > 0.9


def test_the_area_is_that_under_straight_lines() -> None:
    assert area(np.array([1.0, 0.0, 1.0])) == 0.5
    assert area(np.array([0.0, 1.0])) == 0.5
