"""What a training on sets of labels minimises, and the right decisions that are counted beside."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import tensorflow as tf

from kerasapps.config.targets import LabelLoss
from kerasapps.training.criterion import Criterion, Score

FOCUS: Final = 2.0
"""Power by which a focal loss gives less weight to what is nearly right."""
NEGATIVE_FOCUS: Final = 4.0
"""The same of absent labels in an asymmetric loss, which leaves the present ones as they are."""
MARGIN: Final = 0.05
"""Score up to which an absent label costs nothing in an asymmetric loss."""
_LEAST = 1e-7  # of what a logarithm is taken of


def cross_entropy(logits: Any, targets: Any) -> Any:
    """The binary cross-entropy of each decision, float32, of the shape of the logits."""
    return tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)


def focal(logits: Any, targets: Any) -> Any:
    """The same with less weight on decisions that are nearly right.

    Reference: Lin et al. 2017, "Focal Loss for Dense Object Detection", section 3.2.
    """
    scores = tf.sigmoid(logits)
    missing = targets * (1 - scores) + (1 - targets) * scores
    return missing**FOCUS * cross_entropy(logits, targets)


def asymmetric(logits: Any, targets: Any) -> Any:
    """The same where most labels are absent from most examples: easy absences count least.

    Reference: Ridnik et al. 2021, "Asymmetric Loss For Multi-Label Classification", section 2.
    """
    present = tf.nn.softplus(-logits)
    shifted = tf.maximum(tf.sigmoid(logits) - MARGIN, 0.0)
    absent = -(shifted**NEGATIVE_FOCUS) * tf.math.log(tf.maximum(1 - shifted, _LEAST))
    return targets * present + (1 - targets) * absent


LOSSES: Final[Mapping[LabelLoss, Callable[[Any, Any], Any]]] = MappingProxyType(
    {"asymmetric": asymmetric, "cross_entropy": cross_entropy, "focal": focal}
)


def label_criterion(loss: LabelLoss) -> Criterion:
    """A loss over all labels of an example, and the share of decisions that are right."""
    return Criterion(functools.partial(label_score, loss=loss), answers=label_answers)


def label_score(
    logits: Any,
    targets: Any,
    weight: Any | None = None,
    /,
    *,
    smoothing: float = 0.0,
    loss: LabelLoss = "cross_entropy",
) -> Score:
    """The mean over the batch of each example's loss, which is the sum over its labels.

    Args:
        logits: `(batch, labels)`.
        targets: 1 for labels of the example and 0 for others, or mixed, `(batch, labels)`.
        weight: see `Scoring`.
        smoothing: how far targets are moved towards a half, as a share of the way.
        loss: which; see `LOSSES`.
    """
    logits, targets = tf.cast(logits, tf.float32), tf.cast(targets, tf.float32)
    wanted = targets * (1 - smoothing) + smoothing / 2 if smoothing else targets
    losses = tf.reduce_sum(LOSSES[loss](logits, wanted), axis=1)
    losses = losses if weight is None else losses * weight
    right = tf.equal(logits > 0, targets > 0.5)
    shares = tf.reduce_mean(tf.cast(right, tf.float32), axis=1)
    count = tf.cast(tf.shape(losses)[0], tf.float32)
    return Score(
        tf.reduce_mean(losses),
        tf.stack([tf.reduce_sum(losses), tf.reduce_sum(shares), count]),
    )


def label_answers(logits: Any, targets: Any) -> tuple[Any, Any]:
    """Scores, float32, and targets, `(batch, labels)`."""
    return tf.sigmoid(tf.cast(logits, tf.float32)), targets
