"""What a SavedModel of classes answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf


def ranked(
    scores: Any, *, labels: Sequence[str], limits: np.ndarray | None = None
) -> dict[str, Any]:
    """Labels with their scores, the best first in each row.

    Args:
        scores: float32, `(batch, num_classes)`.
        labels: names of the scores.
        limits: score from which on each class is an answer, float32 `(num_classes,)`; None: any.

    Returns:
        `labels`, strings, and `scores`, float32, both `(batch, num_classes)`; with `limits` also
        `answered`, bool `(batch,)`: whether the first label is an answer.
    """
    best, order = tf.math.top_k(scores, k=len(labels))
    answer = {"labels": tf.gather(tf.constant(list(labels)), order), "scores": best}
    if limits is None:
        return answer
    answered = best[:, 0] >= tf.gather(tf.constant(limits), order[:, 0])
    return {**answer, "answered": answered}
