"""What a network learns from a teacher beside what the data say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.outputs.labels.criterion import label_criterion
from kerasapps.training.distillation import (
    Lessons,
    class_divergence,
    distilled,
    label_divergence,
)

DRAWS = np.random.default_rng(0)
LOGITS = DRAWS.normal(size=(5, 3)).astype(np.float32)
TAUGHT = DRAWS.normal(size=(5, 3)).astype(np.float32)
TRUTH = np.eye(3, dtype=np.float32)[[0, 2, 1, 1, 0]]


def lessons(weight: float = 0.25, **values: Any) -> Lessons:
    return Lessons(class_divergence, temperature=2.0, weight=weight, digest="x", **values)


def test_the_divergence_is_that_of_softened_scores() -> None:
    wanted = np.exp(TAUGHT / 3) / np.exp(TAUGHT / 3).sum(1, keepdims=True)
    said = np.exp(LOGITS / 3) / np.exp(LOGITS / 3).sum(1, keepdims=True)
    expected = 9 * (wanted * np.log(wanted / said)).sum(1)
    np.testing.assert_allclose(class_divergence(LOGITS, TAUGHT, 3.0), expected, rtol=1e-4)
    wanted, said = 1 / (1 + np.exp(-TAUGHT / 3)), 1 / (1 + np.exp(-LOGITS / 3))
    each = wanted * np.log(wanted / said) + (1 - wanted) * np.log((1 - wanted) / (1 - said))
    np.testing.assert_allclose(label_divergence(LOGITS, TAUGHT, 3.0), 9 * each.sum(1), rtol=1e-3)
    assert np.allclose(class_divergence(TAUGHT + 7, TAUGHT, 1.0), 0, atol=1e-5)


def test_the_loss_is_a_mixture_and_the_figure_is_of_the_truth() -> None:
    taught = distilled(CLASS_CRITERION, lessons())
    score = taught.score(LOGITS, tf.concat([TRUTH, TAUGHT], -1))
    plain = CLASS_CRITERION.score(LOGITS, tf.constant(TRUTH))
    divergence = np.asarray(class_divergence(LOGITS, TAUGHT, 2.0))
    np.testing.assert_allclose(score.loss, 0.75 * plain.loss + 0.25 * divergence.mean(), rtol=1e-5)
    assert score.sums[1:].numpy().tolist() == plain.sums[1:].numpy().tolist()
    np.testing.assert_allclose(score.sums[0] / 5, score.loss, rtol=1e-5)
    weight = tf.constant([1.0, 0, 0, 0, 0])
    weighed = taught.score(LOGITS, tf.concat([TRUTH, TAUGHT], -1), weight)
    first = 0.75 * CLASS_CRITERION.score(LOGITS[:1], tf.constant(TRUTH[:1])).loss
    np.testing.assert_allclose(5 * weighed.loss, first + 0.25 * divergence[0], rtol=1e-5)


def test_validation_is_scored_as_without_a_teacher() -> None:
    taught = distilled(CLASS_CRITERION, lessons(1.0))
    assert taught.score(LOGITS, tf.constant(TRUTH)).loss == CLASS_CRITERION.score(
        LOGITS, tf.constant(TRUTH)
    ).loss  # fmt: skip
    _, truth = taught.answers(LOGITS, tf.concat([TRUTH, TAUGHT], -1))
    assert truth.numpy().tolist() == TRUTH.tolist()
    assert distilled(CLASS_CRITERION, None) is CLASS_CRITERION


def test_labels_are_taught_one_by_one() -> None:
    told = Lessons(label_divergence, temperature=1.0, weight=1.0, digest="x", logits=TAUGHT)
    score = distilled(label_criterion("cross_entropy"), told).score(
        TAUGHT, tf.constant(told.beside(TRUTH))
    )
    assert float(score.loss) == pytest.approx(0, abs=1e-6)


def test_answers_stand_behind_the_targets() -> None:
    known = lessons(logits=TAUGHT)
    assert known.beside(np.array([0, 2, 1, 1, 0])).tolist() == known.beside(TRUTH).tolist()
    assert known.beside(TRUTH).shape == (5, 6) and known.aims("x", TRUTH) is TRUTH
    asked = lessons(answer=lambda inputs: inputs + 1)
    assert asked.beside(TRUTH) is TRUTH
    aims = asked.aims(tf.constant(TAUGHT), tf.constant(TRUTH))
    assert aims.numpy().tolist() == np.concatenate([TRUTH, TAUGHT + 1], 1).tolist()
