"""Losses and counts of pieces against formulas written out in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.recipes.translation.criterion import (
    TOKEN_CRITERION,
    token_cross_entropy,
    token_score,
)

RANDOM = np.random.default_rng(0)
VOCABULARY = 7
LOGITS = (3 * RANDOM.normal(size=(4, 5, VOCABULARY))).astype(np.float32)
IDS = np.array([[3, 1, 6, 2, 0], [5, 2, 0, 0, 0], [0, 0, 0, 0, 0], [1, 1, 4, 4, 2]], np.int32)
REAL = IDS != 0
LOGITS[[0, 0, 1, 3], [0, 2, 1, 4], [3, 6, 2, 2]] += 9  # right at four places


def log_shares(logits):
    return logits - np.log(np.exp(logits.astype(np.float64)).sum(-1, keepdims=True))


def smoothed(smoothing):
    """The target distributions that label smoothing stands for, `(4, 5, vocabulary)`."""
    return (1 - smoothing) * np.eye(VOCABULARY)[IDS] + smoothing / VOCABULARY


@pytest.mark.parametrize(
    ("smoothing", "xla", "dtype"),
    [(0.0, False, "int32"), (0.1, False, "int32"), (0.1, True, "int64"), (1e-6, False, "int64")],
)
def test_token_losses_and_their_slope_follow_the_formula(smoothing, xla, dtype):
    """With shapes that are known only when it runs, as in training."""
    upstream = RANDOM.normal(size=IDS.shape).astype(np.float32)
    shapes = tf.TensorSpec((None, None, VOCABULARY)), tf.TensorSpec((None, None), dtype)

    @tf.function(jit_compile=xla, input_signature=shapes)
    def ours(logits, targets):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            losses = token_cross_entropy(logits, targets, smoothing=smoothing)
        return losses, tape.gradient(losses, logits, output_gradients=upstream)

    losses, slope = ours(tf.constant(LOGITS), tf.constant(IDS.astype(dtype)))
    assert np.allclose(losses, -(smoothed(smoothing) * log_shares(LOGITS)).sum(-1), atol=2e-6)
    error = np.exp(log_shares(LOGITS)) - smoothed(smoothing)
    assert np.allclose(slope, upstream[..., None] * error, atol=1e-6)


def test_token_losses_stay_exact_for_large_logits():
    logits = tf.constant(300 * LOGITS)
    losses = token_cross_entropy(logits, tf.constant(IDS), smoothing=0.1)
    shifted = 300 * LOGITS.astype(np.float64)
    shifted -= shifted.max(-1, keepdims=True)
    expected = -(smoothed(0.1) * log_shares(shifted)).sum(-1)
    assert np.allclose(losses, expected, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_logits_give_a_float32_loss(dtype):
    half = tf.cast(LOGITS, dtype)
    score = token_score(half, tf.constant(IDS), smoothing=0.1)
    exact = token_score(tf.cast(half, tf.float32), tf.constant(IDS), smoothing=0.1)
    assert score.loss.dtype == tf.float32
    assert float(score.loss) == pytest.approx(float(exact.loss), rel=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_padding_counts_for_nothing(smoothing):
    score = token_score(tf.constant(LOGITS), tf.constant(IDS), smoothing=smoothing)
    losses = -(smoothed(smoothing) * log_shares(LOGITS)).sum(-1)[REAL]
    right = (LOGITS.argmax(-1) == IDS)[REAL]
    assert float(score.loss) == pytest.approx(losses.mean(), rel=1e-5)
    assert np.allclose(score.sums, [losses.sum(), right.sum(), REAL.sum()], rtol=1e-5)
    assert 4 <= right.sum() < REAL.sum() == 11


def test_a_model_that_says_padding_is_not_right():
    says_padding = np.zeros_like(LOGITS)
    says_padding[..., 0] = 9
    score = token_score(tf.constant(says_padding), tf.constant(IDS))
    assert score.sums.numpy()[1] == 0


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_batch_of_padding_has_neither_loss_nor_slope(smoothing):
    logits = tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        score = token_score(logits, tf.zeros_like(IDS), smoothing=smoothing)
    assert float(score.loss) == 0 and not score.sums.numpy().any()
    assert not np.any(tape.gradient(score.loss, logits))


def test_the_mean_over_a_single_token_is_its_own():
    logits = np.random.default_rng(0).normal(size=(1, 3, 6)).astype(np.float32)
    score = token_score(tf.constant(logits), tf.constant([[5, 0, 0]]), None, smoothing=0.0)
    expected = np.log(np.exp(logits[0, 0]).sum()) - logits[0, 0, 5]
    assert float(score.loss) == pytest.approx(expected, rel=1e-4)
    assert score.sums.numpy()[0] == pytest.approx(expected, rel=1e-4)
    assert score.sums.numpy()[2] == 1


def test_weights_are_by_example():
    weight = np.array([1.0, 0.0, 5.0, 2.0], np.float32)
    score = token_score(tf.constant(LOGITS), tf.constant(IDS), tf.constant(weight))
    losses = -(smoothed(0.0) * log_shares(LOGITS)).sum(-1) * REAL * weight[:, None]
    assert float(score.loss) == pytest.approx(losses.sum() / REAL.sum(), rel=1e-5)
    assert score.sums.numpy()[2] == REAL.sum()


def test_the_figure_is_the_share_of_right_pieces():
    assert TOKEN_CRITERION.score is token_score and TOKEN_CRITERION.figure(0.25) == 0.25
