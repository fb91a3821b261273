"""From which score on something is said."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.thresholds import (
    LEAST,
    MOST,
    NEVER,
    USUAL,
    best_threshold,
    precise_threshold,
    rate_threshold,
)

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.2])
RIGHT = np.array([1, 1, 0, 1, 0], bool)


@pytest.mark.parametrize(
    ("precision", "threshold"), [(1.0, 0.75), (0.75, 0.4), (0.7, 0.4), (0.5, 0.1)]
)
def test_the_lowest_threshold_that_is_precise_enough(precision: float, threshold: float) -> None:
    assert precise_threshold(RIGHT, SCORES, precision=precision) == pytest.approx(threshold)


def test_where_none_is_precise_nothing_is_said() -> None:
    assert precise_threshold(~RIGHT[:2], SCORES[:2], precision=0.9) == NEVER
    # Answers that are surer than any threshold below it, and no more often right.
    assert precise_threshold(RIGHT, np.full(5, 0.9995), precision=0.9) == NEVER
    assert precise_threshold(RIGHT[:0], SCORES[:0], precision=0.9) == USUAL


def test_so_large_a_share_does_not_reach_the_threshold_of_a_rate() -> None:
    scores = np.linspace(0.01, 1, 100)
    for rate in (0.0, 0.05, 0.5):
        threshold = rate_threshold(scores, rate=rate)
        assert (scores < threshold).mean() == pytest.approx(rate)
    assert rate_threshold(np.ones(3), rate=0.05) <= MOST
    assert rate_threshold(np.zeros(3), rate=0.05) == LEAST
    assert rate_threshold(np.zeros(0), rate=0.05) == LEAST


def test_what_is_not_among_the_decisions_counts_against_recall() -> None:
    # Of three that should be found two are here: to give one more wrong one pays no longer.
    truth, scores = np.array([1, 0, 0, 1], bool), np.array([0.9, 0.8, 0.7, 0.6])
    assert best_threshold(truth, scores) == pytest.approx(0.3)
    assert best_threshold(truth, scores, nearest=0.9) == pytest.approx(0.85)
    assert best_threshold(truth, scores, wanted=9) == pytest.approx(0.3)
