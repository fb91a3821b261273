"""Planted wrong labels are found, by networks that did not learn them."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.evaluation.label_errors import doubtful_labels, doubtful_sets


def planted(*, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, of which 30 are wrong, what networks say of 600 examples, and where they are."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 4, 600)
    scores = random.normal(size=(600, 4)) + 5 * np.eye(4)[truth]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    wrong = random.permutation(600)[:30]
    labels = truth.copy()
    labels[wrong] = (labels[wrong] + random.integers(1, 4, 30)) % 4
    return labels, probabilities, wrong


def test_planted_labels_are_found_the_surest_first() -> None:
    labels, probabilities, wrong = planted()
    doubts = doubtful_labels(labels, probabilities)
    assert len({*wrong} & {*doubts.rows}) >= 25 and len(doubts) < 50
    assert len({*wrong} & {*doubts.rows[:20]}) >= 18
    rows, suggested = doubts.rows, doubts.suggested
    assert (suggested != labels[rows]).all()
    assert (doubts.confidence == probabilities[rows, suggested]).all()


def test_a_class_that_is_never_sure_is_believed_sooner() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 0])
    sure = np.array([0.95, 0.95, 0.95, 0.55, 0.55, 0.55, 0.45])  # of class 0
    doubts = doubtful_labels(labels, np.stack([sure, 1 - sure], axis=1))
    assert doubts.rows.tolist() == [6] and doubts.suggested.tolist() == [1]


def test_a_class_without_examples_is_never_suggested() -> None:
    probabilities = np.array([[0.25, 0.05, 0.7], [0.05, 0.25, 0.7]])
    assert len(doubtful_labels(np.array([0, 1]), probabilities)) == 0


def test_each_label_of_a_set_is_a_question_of_its_own() -> None:
    random = np.random.default_rng(0)
    sets = (random.random((300, 3)) < 0.4).astype(np.uint8)
    scores = np.where(sets == 1, 0.9, 0.1) + random.uniform(-0.08, 0.08, sets.shape)
    scores[7, 2] = 0.99 if sets[7, 2] else 0.01
    sets[7, 2] ^= 1
    doubtful, surest = doubtful_sets(sets, scores)
    assert np.argwhere(doubtful).tolist() == [[7, 2]] and surest.argmax() == 7


@pytest.mark.slow  # imports much
def test_the_published_method_has_the_same_doubts() -> None:
    """`cleanlab` is by the authors of the method."""
    reference = pytest.importorskip("cleanlab.filter")
    for seed in range(3):
        labels, probabilities, _ = planted(seed=seed)
        theirs = reference.find_label_issues(
            labels,
            probabilities,
            filter_by="confident_learning",
            return_indices_ranked_by="normalized_margin",
            n_jobs=1,
        )
        ours = doubtful_labels(labels, probabilities).rows
        assert {*ours.tolist()} == {*theirs.tolist()}
