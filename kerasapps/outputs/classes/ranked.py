"""What a SavedModel of classes answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


def ranked(scores: Any, *, labels: Sequence[str]) -> dict[str, Any]:
    """Labels with their scores, the best first in each row.

    Args:
        scores: float32, `(batch, num_classes)`.
        labels: names of the scores.

    Returns:
        `labels`, strings, and `scores`, float32, both `(batch, num_classes)`.
    """
    best, order = tf.math.top_k(scores, k=len(labels))
    return {"labels": tf.gather(tf.constant(list(labels)), order), "scores": best}
