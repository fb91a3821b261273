"""Which wrong sets are shown, and what is said of each."""

from __future__ import annotations

import numpy as np

from kerasapps.outputs.labels.mistakes import shown_mistake, worst_labels, worst_rows
from kerasapps.outputs.reading import ShownExample

TRUTH = np.array([[1, 0], [1, 1], [1, 0], [0, 0]], bool)
SCORES = np.array([[0.4, 0.1], [0.9, 0.02], [0.8, 0.3], [0.1, 0.7]])
GIVEN = SCORES >= 0.5
NAMES = ("red", "round")


def test_the_surest_come_first_and_right_sets_not_at_all() -> None:
    assert worst_rows(TRUTH, SCORES, GIVEN).tolist() == [1, 3, 0]
    assert worst_rows(TRUTH, SCORES, GIVEN, limit=1).tolist() == [1]


def test_labels_are_right_missed_or_invented() -> None:
    said = [
        shown_mistake(ShownExample(), TRUTH[row], SCORES[row], GIVEN[row], NAMES, worst=1)
        for row in (1, 3)
    ]
    assert [each.right for each in said] == [["red"], []]
    assert [each.missed for each in said] == [[("round", 0.02)], []]
    assert [each.invented for each in said] == [[], [("round", 0.7)]]
    assert [each.worst for each in said] == ["round", "round"]


def test_the_worst_label_is_the_surest_of_the_wrong_ones() -> None:
    """Whatever is right counts for nothing, however unsure; nor does the order of labels."""
    truth = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 1]], bool)
    scores = np.array([[0.3, 0.9, 0.4], [0.05, 0.9, 0.4], [0.0, 0.99, 0.45]])
    assert worst_labels(truth, scores, scores >= 0.5).tolist() == [1, 0, 2]
    low = np.array([[0.0, 1e-9, 0.9]])  # given from a threshold of nothing on
    assert worst_labels(np.array([[0, 0, 1]], bool), low, low >= [0.5, 1e-10, 0.5]).tolist() == [1]
