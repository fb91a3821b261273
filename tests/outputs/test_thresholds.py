"""From which score on something is said."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.thresholds import (
    LEAST,
    MOST,
    NEVER,
    SURE,
    USUAL,
    best_threshold,
    can_show,
    doubt,
    least_share,
    precise_threshold,
    rate_threshold,
)

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.2])
RIGHT = np.array([1, 1, 0, 1, 0], bool)


@pytest.mark.parametrize(
    ("precision", "threshold"),
    # Of the first four three are right, which may be taken for 0.54; of the first two for 0.74.
    [(1.0, 0.75), (0.9, 0.75), (0.75, NEVER), (0.7, 0.75), (0.5, 0.4), (0.4, 0.1)],
)
def test_the_lowest_threshold_that_is_precise_enough(precision: float, threshold: float) -> None:
    assert precise_threshold(RIGHT, SCORES, precision=precision) == pytest.approx(threshold)


def test_what_few_decisions_have_is_taken_for_less() -> None:
    shares = least_share(np.array([0.9, 0.9, 0.9, 1.0, 0.0]), np.array([10, 100, 10**6, 10, 10]))
    low, middle, high, all_right, none_right = shares
    assert low == pytest.approx(0.793, abs=0.01) and middle == pytest.approx(0.871, abs=0.003)
    assert high == pytest.approx(0.9, abs=1e-3)
    assert all_right == pytest.approx(10 / (10 + SURE**2)) and none_right == pytest.approx(0)


def test_a_precision_that_so_few_cannot_show_is_that_of_the_decisions_and_doubted() -> None:
    right, scores = np.arange(20) != 19, np.linspace(0.99, 0.5, 20)
    assert can_show(0.95, 14) and not can_show(0.95, 13) and not can_show(1.0, 10**9)
    assert precise_threshold(right[:12], scores[:12], precision=0.95) < scores[11]
    assert scores[19] < precise_threshold(right, scores, precision=0.98) < scores[18]
    assert doubt(0.95, 14) == doubt(None, 1) == ""
    assert doubt(0.95, 13) == (
        "a precision of 0.95 among 13 validation examples may be luck: it takes 14 at least to "
        "show it"
    )
    assert doubt(1.0, 500).endswith("may be luck: no number of examples shows it")


def test_on_other_examples_a_precision_is_kept_four_times_of_five() -> None:
    rng = np.random.default_rng(0)
    kept, plain = [], []
    for _ in range(200):
        scores = rng.uniform(size=10_100)
        right = rng.uniform(size=10_100) < scores
        threshold = precise_threshold(right[:100], scores[:100], precision=0.8)
        given = scores[100:] >= threshold
        kept.append(right[100:][given].sum() >= 0.8 * given.sum())
        shares = np.cumsum(right[:100][np.argsort(-scores[:100])]) / np.arange(1, 101)
        lowest = np.sort(scores[:100])[::-1][np.flatnonzero(shares >= 0.8).max(initial=0)]
        plain.append(right[100:][scores[100:] >= lowest].mean() >= 0.8)
    assert np.mean(kept) > 0.7
    assert np.mean(plain) < 0.5


def test_where_none_is_precise_nothing_is_said() -> None:
    assert precise_threshold(~RIGHT[:2], SCORES[:2], precision=0.9) == NEVER
    # Answers that are surer than any threshold below it, and no more often right.
    assert precise_threshold(RIGHT, np.full(5, 0.9995), precision=0.9) == NEVER
    assert precise_threshold(RIGHT[:0], SCORES[:0], precision=0.9) == USUAL


def test_so_large_a_share_does_not_reach_the_threshold_of_a_rate() -> None:
    scores = np.linspace(0.01, 1, 100)
    for rate in (0.0, 0.05, 0.29, 0.5):
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
