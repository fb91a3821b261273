"""Which sets count as Keras' own, and how many others are too many."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.labels.agreement import same_sets, sets_kept

LIMITS = (0.5, 0.3)
KERAS = np.tile([[0.9, 0.1], [0.2, 0.8]], (50, 1))


def flipped(count: int) -> np.ndarray:
    scores = KERAS.copy()
    scores[:count, 0] = 1 - scores[:count, 0]
    return scores


def test_sets_are_compared_by_their_thresholds_and_not_at_the_border() -> None:
    assert same_sets(KERAS + 0.05, KERAS, tolerance=1, thresholds=LIMITS).share == 1
    border = KERAS.copy()
    border[0, 1] = 0.2995
    other = border.copy()
    other[0, 1] = 0.31
    assert same_sets(other, border, tolerance=1, thresholds=LIMITS).share == 1
    assert same_sets(flipped(1), KERAS, tolerance=1, thresholds=LIMITS).share == pytest.approx(0.99)


def test_a_tenth_of_the_labels_may_differ_and_what_chance_adds() -> None:
    assert not same_sets(flipped(12), KERAS, tolerance=1, thresholds=LIMITS).objection
    found = same_sets(flipped(40), KERAS, tolerance=1, thresholds=LIMITS)
    assert "40 labels otherwise than Keras, of 120" in found.objection
    assert not same_sets(flipped(40), KERAS, tolerance=50, thresholds=LIMITS).objection


def test_a_file_that_gives_no_label_is_none() -> None:
    assert same_sets(np.zeros((100, 2)), KERAS, tolerance=1, thresholds=LIMITS).objection


def test_another_preparation_may_change_a_twentieth() -> None:
    assert not sets_kept(flipped(6), KERAS, thresholds=LIMITS).objection
    assert "20 of 110 labels" in sets_kept(flipped(20), KERAS, thresholds=LIMITS).objection
