"""Losses and counts of classes against Keras and against formulas written out in NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.outputs.classes.criterion import CLASS_CRITERION, class_score, cross_entropy

CLASSES = 7
IDS = np.array([3, 5, 0, 1])
LOGITS = (3 * np.random.default_rng(0).normal(size=(4, CLASSES))).astype(np.float32)
LOGITS[[0, 3], [3, 1]] += 9  # right for two examples
TARGETS = np.eye(CLASSES, dtype=np.float32)[IDS]


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_is_keras(smoothing):
    loss = keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=smoothing, reduction="none"
    )
    ours = cross_entropy(tf.constant(LOGITS), tf.constant(TARGETS), smoothing=smoothing)
    assert np.allclose(ours, loss(TARGETS, LOGITS), atol=1e-6)


def test_classes_count_examples():
    score = class_score(
        tf.constant(LOGITS), tf.constant(TARGETS), tf.constant([1.0, 0.0, 2.0, 1.0])
    )
    shares = LOGITS - np.log(np.exp(LOGITS.astype(np.float64)).sum(-1, keepdims=True))
    losses = -shares[range(4), IDS] * [1, 0, 2, 1]
    right = (LOGITS.argmax(1) == IDS).sum()
    assert 2 <= right < 4
    assert float(score.loss) == pytest.approx(losses.mean(), rel=1e-5)
    assert np.allclose(score.sums, [losses.sum(), right, 4], rtol=1e-5)


def test_the_figure_is_the_share_of_right_examples():
    assert CLASS_CRITERION.score is class_score and CLASS_CRITERION.figure(0.25) == 0.25
