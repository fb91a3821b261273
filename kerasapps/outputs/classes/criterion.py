"""What a classifier's training minimises, and how its right answers are counted."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.training.criterion import Criterion, Score


def class_score(
    logits: Any, targets: Any, weight: Any | None = None, *, smoothing: float = 0.0
) -> Score:
    """One answer an example: the mean cross-entropy over the batch.

    Args:
        logits: `(batch, classes)`.
        targets: one-hot or mixed, float32, `(batch, classes)`.
        weight: see `Scoring`.
        smoothing: see `Scoring`.
    """
    losses = cross_entropy(logits, targets, smoothing=smoothing)
    losses = losses if weight is None else losses * weight
    right = tf.equal(tf.argmax(logits, -1), tf.argmax(targets, -1))
    count = tf.cast(tf.shape(losses)[0], tf.float32)
    right_count = tf.reduce_sum(tf.cast(right, tf.float32))
    return Score(tf.reduce_mean(losses), tf.stack([tf.reduce_sum(losses), right_count, count]))


def cross_entropy(logits: Any, targets: Any, *, smoothing: float) -> Any:
    """The loss of each example.

    Args:
        logits: `(batch, classes)`.
        targets: one-hot or mixed, float32, `(batch, classes)`.
        smoothing: share of the target spread evenly over all classes.

    Returns:
        float32, `(batch,)`.

    Reference: Szegedy et al. 2016, section 7 (label smoothing).
    """
    if smoothing:
        targets = targets * (1.0 - smoothing) + smoothing / targets.shape[-1]
    return tf.nn.softmax_cross_entropy_with_logits(targets, tf.cast(logits, tf.float32))


def class_answers(logits: Any, targets: Any) -> tuple[Any, Any]:
    """Probabilities, float32, and targets, of any shape whose last axis has the classes."""
    return tf.nn.softmax(tf.cast(logits, tf.float32)), targets


CLASS_CRITERION = Criterion(class_score, answers=class_answers)
"""Cross-entropy, and the share of examples that are right."""
