"""Logistic regression beside scikit-learn's, its choice of penalty, and soft targets."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from kerasapps.training import softmax_regression
from kerasapps.training.softmax_regression import (
    FOLDS,
    PENALTIES,
    Examples,
    cross_entropy,
    cross_validated,
    solve,
    solve_for,
)
from tests.values import kinds_of

CLASSES = 3


def draw(count, *, seed=0, noise=1.0, width=6):
    """Noisy features around a centre a class, and one-hot targets."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    centres = np.random.default_rng(99).normal(0, 1, (CLASSES, width))
    features = (centres[labels] + random.normal(0, noise, (count, width))).astype(np.float32)
    targets = np.eye(CLASSES, dtype=np.float32)[labels]
    return Examples(features, targets, np.ones(count, np.float32))


@pytest.mark.parametrize("penalty", [0.1, 0.003])
def test_the_least_of_scikit_learn_is_found(penalty):
    examples = draw(90)
    weights = np.linspace(0.5, 2, 90).astype(np.float32)
    examples = Examples(examples.features * 7 + 3, examples.targets, weights)
    scaled = examples.features - examples.features.mean(0)
    scaled = scaled / scaled.std(0).mean()
    # scikit-learn sums over examples what is a mean here.
    peer = LogisticRegression(C=1 / (penalty * weights.sum()), tol=1e-8, max_iter=5000)
    peer.fit(scaled, examples.targets.argmax(1), sample_weight=weights)
    linear = solve(examples, penalty)
    ours = linear.logits(examples.features)
    theirs = peer.decision_function(scaled)
    ours, theirs = (each - each.mean(1, keepdims=True) for each in (ours, theirs))
    assert np.allclose(ours, theirs, atol=0.02)
    assert linear.kernel.dtype == linear.bias.dtype == np.float32


def test_a_soft_target_is_as_good_as_its_shares():
    plain = draw(30)
    soft = Examples(plain.features, plain.targets * 0.8 + 0.2 / CLASSES, np.ones(30, np.float32))
    parts = [Examples(plain.features, plain.targets, np.full(30, 0.8, np.float32))]
    for label in range(CLASSES):
        spread = np.zeros_like(plain.targets)
        spread[:, label] = 1
        parts.append(Examples(plain.features, spread, np.full(30, 0.2 / CLASSES, np.float32)))
    joined = parts[0].followed_by(parts[1]).followed_by(parts[2]).followed_by(parts[3])
    assert len(joined) == 120
    one, other = solve(soft, 0.1), solve(joined, 0.1)
    assert np.allclose(one.kernel, other.kernel, atol=2e-3)


def test_rows_are_chosen_by_number_or_truth():
    examples = draw(6)
    assert np.array_equal(examples.rows([2, 0]).features, examples.features[[2, 0]])
    chosen = examples.rows(np.arange(6) < 2)
    assert (len(chosen), len(chosen.targets), len(chosen.weights)) == (2, 2, 2)


def test_features_of_no_spread_are_no_error():
    examples = Examples(
        np.ones((4, 2), np.float32), np.eye(2, dtype=np.float32)[[0, 1, 0, 1]], np.ones(4, "f")
    )
    assert np.allclose(solve(examples, 1.0).logits(examples.features), 0, atol=1e-3)


def test_the_penalty_is_best_on_the_others():
    best = []
    # Clean data want a weak penalty, noise as strong as the signal a strong one.
    for options in ({"noise": 0.05}, {"noise": 2.0, "width": 40}):
        examples, others = draw(30, **options), draw(300, seed=1, **options)
        solutions = [solve(examples, each) for each in PENALTIES]
        losses = [cross_entropy(each.logits(others.features), others.targets) for each in solutions]
        best.append(int(np.argmin(losses)))
        found = solve_for(others, examples)
        assert np.array_equal(found.kernel, solutions[best[-1]].kernel)
        assert np.array_equal(found.bias, solutions[best[-1]].bias)
    assert PENALTIES[best[0]] < PENALTIES[best[1]]


def test_cross_validation_answers_for_examples_not_seen():
    examples = draw(50, noise=1.5, width=20)
    penalty, logits = cross_validated(examples, examples.targets, seed=3)
    assert penalty in PENALTIES
    seen = solve(examples, penalty).logits(examples.features)
    assert cross_entropy(logits, examples.targets) > cross_entropy(seen, examples.targets) + 0.02
    again = cross_validated(examples, examples.targets, seed=3)
    assert again[0] == penalty
    assert np.array_equal(again[1], logits)
    assert not np.array_equal(cross_validated(examples, examples.targets, seed=4)[1], logits)
    # An example's label is not known to the fit that answers for it.
    flipped = examples.targets.copy()
    flipped[:1] = np.roll(flipped[:1], 1, axis=1)
    changed = Examples(examples.features, flipped, examples.weights)
    _, others = cross_validated(changed, examples.targets, seed=3)
    assert np.allclose(others[0], logits[0], atol=0.05)


def test_folds_share_every_class_evenly():
    labels = np.repeat([0, 1, 2], [10, 10, 5])
    folds = softmax_regression._folds(labels, seed=0)
    assert np.bincount(folds).tolist() == [5] * FOLDS
    assert all(np.bincount(folds[labels == 0]) == 2)
    assert sorted(folds[labels == 2]) == [0, 1, 2, 3, 4]


def test_fewer_examples_than_folds():
    examples = draw(3)
    _, logits = cross_validated(examples, examples.targets, seed=0)
    assert logits.shape == (3, CLASSES)


def test_kinds_of_values():
    assert kinds_of(softmax_regression) == {"Examples": "frozen", "Linear": "frozen"}


def test_others_beside_are_learnt_from_and_never_judged():
    few, others = draw(15, noise=2.0), draw(300, seed=5, noise=2.0)
    alone_penalty, alone = cross_validated(few, few.targets, seed=0)
    _, logits = cross_validated(few, few.targets, seed=0, beside=others)
    assert logits.shape == few.targets.shape
    assert cross_entropy(logits, few.targets) < cross_entropy(alone, few.targets)
    assert alone_penalty in PENALTIES
