"""Figures of sets of labels, against scikit-learn and on numbers that a hand can check."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from kerasapps.errors import DataError
from kerasapps.outputs.labels.figures import guess_f1, label_metrics, micro_f1

RNG = np.random.default_rng(0)
TRUTH = RNG.random((300, 4)) < [0.5, 0.2, 0.05, 0.3]
SCORES = np.round(np.clip(0.5 * TRUTH + 0.7 * RNG.random((300, 4)), 0, 1) * 20) / 20  # with ties
LIMITS = (0.5, 0.6, 0.7, 0.55)
NAMES = ("red", "round", "rare", "soft")


def test_agrees_with_scikit_learn_where_scores_are_equal_too() -> None:
    figures = label_metrics(TRUTH, SCORES, names=NAMES, thresholds=LIMITS)
    given = np.asarray(LIMITS) <= SCORES
    assert figures.micro_f1 == pytest.approx(f1_score(TRUTH, given, average="micro"))
    assert figures.macro_f1 == pytest.approx(f1_score(TRUTH, given, average="macro"))
    assert figures.mean_average_precision == pytest.approx(average_precision_score(TRUTH, SCORES))
    assert figures.exact_match == (given == TRUTH).all(1).mean()
    assert figures.given_an_example == given.sum() / 300


def test_a_label_that_nobody_has_counts_in_no_mean_and_is_named() -> None:
    truth = np.array([[1, 0, 0], [1, 1, 0]])
    scores = np.array([[0.9, 0.1, 0.6], [0.9, 0.2, 0.1]])
    figures = label_metrics(truth, scores, names="abc", thresholds=(0.5, 0.5, 0.5))
    assert figures.macro_f1 == 0.5  # of a and b
    assert figures.mean_average_precision == 1.0
    assert figures.micro_f1 == pytest.approx(4 / 6)
    assert (figures.per_label[2].f1, figures.per_label[2].given) == (None, 1)
    said = "\n".join(figures.shown().lines)
    assert "No example has the label 'c'" in said and "no example got the label 'b'" in said
    assert "not clearly better" in said
    assert json.loads(json.dumps(figures.to_dict()))["per_label"][1]["support"] == 1


def test_guessing_gives_as_many_of_the_commonest_labels_as_help() -> None:
    truth = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [1, 0, 1]], bool)
    best = max(micro_f1(truth, np.tile(np.arange(3) < count, (4, 1))) for count in range(1, 4))
    assert guess_f1(truth) == pytest.approx(best) == pytest.approx(12 / 15)


def test_no_labels_that_are_rightly_given_are_right() -> None:
    assert micro_f1(np.zeros((2, 3), bool), np.zeros((2, 3), bool)) == 1.0


@pytest.mark.parametrize(
    ("truth", "scores", "words"),
    [
        (np.zeros((2, 1)), np.zeros((2, 2)), "one shape"),
        (np.zeros((0, 2)), np.zeros((0, 2)), "no examples"),
        (np.zeros((2, 2)), np.array([[0, 1], [0, 1.5]]), "Row 1"),
        (np.zeros((1, 2)), np.array([[0, np.nan]]), "Row 0"),
    ],
)
def test_what_is_no_set_is_refused(truth: np.ndarray, scores: np.ndarray, words: str) -> None:
    with pytest.raises(DataError, match=words):
        label_metrics(truth, scores, names="ab", thresholds=(0.5, 0.5))
