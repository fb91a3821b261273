from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.toolkit.answers import answer_of
from kerasapps.toolkit.losses import AnswerLoss, loss_of

OUTPUTS = np.array([[0.2, 0.7], [0.9, 0.4], [0.5, 0.1]], np.float32)
TRUTH = np.array([1, 0, 1])


def ended_with(units: int, activation: str | None) -> keras.Model:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, activation)])


@pytest.mark.parametrize(
    ("units", "activation", "usual"),
    [
        (2, None, keras.losses.SparseCategoricalCrossentropy(from_logits=True)),
        (2, "softmax", keras.losses.SparseCategoricalCrossentropy()),
        (1, "sigmoid", keras.losses.BinaryCrossentropy()),
        (1, None, keras.losses.MeanSquaredError()),
    ],
)
def test_it_is_what_keras_would_minimise_also_when_loaded_and_weighted(
    units: int, activation: str | None, usual: keras.losses.Loss
) -> None:
    loss = loss_of(answer_of(ended_with(units, activation)))
    outputs = OUTPUTS / OUTPUTS.sum(1, keepdims=True) if activation == "softmax" else OUTPUTS
    outputs = outputs[:, :units]
    truth = TRUTH if units > 1 else TRUTH[:, None]
    loaded = AnswerLoss.from_config(loss.get_config())
    weights = np.array([1.0, 0.0, 2.0], np.float32)
    for more in ((), (weights,)):
        expected = float(usual(truth, outputs, *more))
        assert float(loss(truth, outputs, *more)) == pytest.approx(expected, rel=1e-4)
        assert float(loaded(truth, outputs, *more)) == pytest.approx(expected, rel=1e-4)


def test_class_numbers_and_one_hot_rows_are_the_same_targets() -> None:
    loss = loss_of(answer_of(ended_with(2, None)), smoothing=0.1)
    assert float(loss(TRUTH, OUTPUTS)) == pytest.approx(float(loss(np.eye(2)[TRUTH], OUTPUTS)))
    assert AnswerLoss.from_config(loss.get_config()).smoothing == 0.1
