"""What a translator's training minimises and counts, as Keras compiles it in and saves it."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION


@keras.saving.register_keras_serializable(package="kerasapps")
class PieceLoss(keras.losses.Loss):
    """The mean cross-entropy over all pieces of a batch; padding counts for nothing.

    Args:
        smoothing: share of a target that is spread evenly over the vocabulary.

    Call arguments:
        y_true: ids, `(batch, length)`; 0 is padding.
        y_pred: logits, `(batch, length, vocabulary)`.
    """

    def __init__(self, *, smoothing: float = 0.0, name: str = "piece_loss", **options: Any) -> None:
        super().__init__(name=name, **options)
        self.smoothing = smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        ids = tf.cast(y_true, tf.int32)
        return TOKEN_CRITERION.score(y_pred, ids, smoothing=self.smoothing).loss

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"smoothing": self.smoothing}


@keras.saving.register_keras_serializable(package="kerasapps")
class PieceAccuracy(keras.metrics.Mean):
    """The share of pieces that are right; padding counts for nothing.

    Call arguments:
        y_true: as of `PieceLoss`.
        y_pred: likewise.
    """

    def __init__(self, name: str = TRANSLATIONS.fitted.quality, **options: Any) -> None:
        super().__init__(name=name, **options)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        sums = TOKEN_CRITERION.score(y_pred, tf.cast(y_true, tf.int32)).sums
        _, right, count = tf.unstack(sums)
        super().update_state(right / tf.maximum(count, 1.0), sample_weight=count)
