"""What networks and SavedModels of sets of labels give: scores, and which labels these choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def scored_labels(network: keras.Model) -> keras.Model:
    """`network` with a sigmoid behind its logits.

    Returns:
        A model from the same input to scores, float32, `(batch, labels)`, each from 0 to 1.
    """
    layer = keras.layers.Activation("sigmoid", name="scores", dtype="float32")
    return keras.Model(network.input, layer(network.output), name="labelling")


def chosen_labels(
    scores: Any, *, labels: Sequence[str], thresholds: Sequence[float] | np.ndarray
) -> dict[str, Any]:
    """All labels with their scores, the highest first in each row, and which of them are given.

    Args:
        scores: float32, `(batch, labels)`.
        labels: names of the scores.
        thresholds: a label is given where its score is at least its threshold.

    Returns:
        `labels`, strings, `scores`, float32, and `chosen`, bool, each `(batch, labels)`.
    """
    best, order = tf.math.top_k(scores, k=len(labels))
    limits = tf.gather(tf.constant(np.asarray(thresholds, np.float32)), order)
    names = tf.gather(tf.constant(list(labels)), order)
    return {"labels": names, "scores": best, "chosen": best >= limits}
