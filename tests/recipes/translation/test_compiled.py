from __future__ import annotations

import numpy as np
import pytest

from kerasapps.recipes.translation.compiled import PieceAccuracy, PieceLoss

FOLLOWING = np.array([[5, 6, 0], [7, 0, 0]], np.float32)  # as Keras casts targets


def test_padding_counts_for_nothing() -> None:
    logits = np.zeros((2, 3, 9), np.float32)
    logits[0, 0, 5] = 50.0
    assert float(PieceLoss()(FOLLOWING, logits)) == pytest.approx(2 / 3 * np.log(9))
    metric = PieceAccuracy()
    metric.update_state(FOLLOWING, logits)
    metric.update_state(FOLLOWING[:1, :1], logits[:1, :1])
    assert float(metric.result()) == pytest.approx(2 / 4) and metric.name == "accuracy"


def test_what_is_saved_makes_the_same_again() -> None:
    loss = PieceLoss(smoothing=0.1)
    assert PieceLoss.from_config(loss.get_config()).smoothing == 0.1
    assert PieceAccuracy.from_config(PieceAccuracy().get_config()).name == "accuracy"
