"""From which score on a label is given."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.labels.figures import micro_f1
from kerasapps.outputs.labels.thresholds import choose_thresholds
from kerasapps.outputs.thresholds import FEWEST, LEAST, MOST, best_threshold

RNG = np.random.default_rng(0)


def test_the_threshold_has_the_best_f1_and_stands_between_two_scores() -> None:
    truth, scores = np.array([1, 1, 0, 1, 0, 0], bool), np.array([0.9, 0.8, 0.7, 0.6, 0.2, 0.1])
    assert best_threshold(truth, scores) == pytest.approx(0.4)
    every = [micro_f1(truth[:, None], (scores >= limit)[:, None]) for limit in np.linspace(0, 1)]
    assert max(every) == micro_f1(truth[:, None], (scores >= 0.4)[:, None])


def test_of_equally_good_ones_it_is_the_nearest_to_a_half() -> None:
    truth, scores = np.array([1, 0, 1], bool), np.array([0.99, 0.6, 0.02])
    # The first alone, or all three: both are right to four fifths.
    assert best_threshold(truth[:2], scores[:2]) == pytest.approx((0.99 + 0.6) / 2)
    assert best_threshold(np.zeros(3, bool), scores) == 0.5
    assert best_threshold(np.ones(2, bool), np.array([0.0, 0.0])) == LEAST
    assert best_threshold(np.array([1, 0], bool), np.array([1.0, 0.99])) == pytest.approx(0.995)


def test_it_is_chosen_among_what_can_be_told_apart() -> None:
    # With all five F1 would be best, and no threshold gives the last two.
    truth, scores = np.array([1, 0, 0, 1, 1], bool), np.array([0.6, 0.5, 0.4, 0.001, 0.0005])
    assert best_threshold(truth, scores) == pytest.approx(0.55)
    # The first alone would be best, and every threshold gives the second with it.
    truth, scores = np.array([1, 0, 1], bool), np.array([1.0, 0.999, 0.998])
    assert best_threshold(truth[:2], scores[:2]) < MOST
    assert best_threshold(np.array([1, 0, 0, 1], bool), np.array([1, 0.999, 0.5, 0.4])) < 0.4


def test_a_rare_label_gets_the_threshold_of_all_together() -> None:
    truth = RNG.random((400, 3)) < [0.5, 0.3, 0.0]
    truth[: FEWEST - 1, 2] = True
    shift = np.array([0.3, -0.2, 0.0])
    scores = np.clip(0.35 + 0.3 * truth + shift + 0.1 * RNG.standard_normal((400, 3)), 0, 1)
    first, second, rare = choose_thresholds(truth, scores)
    assert first > 0.7 > second and second < 0.45
    assert rare == best_threshold(truth.reshape(-1), scores.reshape(-1))
    truth[FEWEST, 2] = True
    assert choose_thresholds(truth, scores)[2] == best_threshold(truth[:, 2], scores[:, 2])
    # So does one that nearly all have.
    truth[:, 2] = np.arange(400) >= FEWEST - 1
    assert choose_thresholds(truth, scores)[2] == best_threshold(
        truth.reshape(-1), scores.reshape(-1)
    )


def test_a_precision_that_is_asked_for_is_kept_by_each_label_with_examples_enough() -> None:
    scores = RNG.uniform(size=(200, 2))
    truth = scores > RNG.uniform(0.2, 0.9, (200, 2))
    thresholds = choose_thresholds(truth, scores, precision=0.95)
    for label in range(2):
        given = scores[:, label] >= thresholds[label]
        assert truth[given, label].mean() >= 0.95
        lower = scores[:, label] >= thresholds[label] - 0.05
        assert truth[lower, label].mean() < 0.97 and lower.sum() > given.sum()
