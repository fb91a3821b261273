"""The losses of sets of labels, on numbers that a hand can check."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.outputs.labels.criterion import LOSSES, label_criterion, label_score

LOGITS = tf.constant([[2.0, -1.0], [-3.0, 0.5]])
TARGETS = tf.constant([[1.0, 0.0], [1.0, 0.0]])
P = 1 / (1 + np.exp(-LOGITS.numpy()))


def test_cross_entropy_sums_over_labels_and_counts_right_decisions() -> None:
    score = label_score(LOGITS, TARGETS)
    each = -np.log(np.where(TARGETS.numpy() > 0, P, 1 - P)).sum(1)
    assert float(score.loss) == pytest.approx(each.mean(), rel=1e-5)
    np.testing.assert_allclose(score.sums, [each.sum(), 1.0, 2], rtol=1e-5)
    weighted = label_score(LOGITS, TARGETS, tf.constant([2.0, 0.0]))
    assert float(weighted.loss) == pytest.approx(each[0], rel=1e-5)
    smooth = label_score(LOGITS, TARGETS, smoothing=0.2)
    wanted = TARGETS.numpy() * 0.8 + 0.1
    again = -(wanted * np.log(P) + (1 - wanted) * np.log(1 - P)).sum(1).mean()
    assert float(smooth.loss) == pytest.approx(again, rel=1e-5)


def test_focal_loss_spares_what_is_nearly_right() -> None:
    missing = np.where(TARGETS.numpy() > 0, 1 - P, P)
    expected = -(missing**2) * np.log(1 - missing)
    np.testing.assert_allclose(LOSSES["focal"](LOGITS, TARGETS), expected, rtol=1e-4)


def test_asymmetric_loss_spares_easy_absences_only() -> None:
    losses = LOSSES["asymmetric"](LOGITS, TARGETS).numpy()
    shifted = np.maximum(P - 0.05, 0)
    expected = np.where(TARGETS.numpy() > 0, -np.log(P), -(shifted**4) * np.log(1 - shifted))
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
    far = LOSSES["asymmetric"](tf.constant([[60.0, -60.0]]), tf.constant([[0.0, 0.0]])).numpy()
    assert np.isfinite(far).all() and far[0, 1] == 0


def test_every_loss_has_gradients_that_are_numbers() -> None:
    logits = tf.Variable([[40.0, -40.0, 0.0], [-40.0, 40.0, 0.0]])
    for loss in LOSSES:
        with tf.GradientTape() as tape:
            value = label_criterion(loss).score(logits, tf.constant([[0.0, 1.0, 1.0]] * 2)).loss
        assert np.isfinite(tape.gradient(value, logits).numpy()).all()
