"""Variances that answers share a loss by."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers.uncertainty import UncertaintyWeights
from tests.layers.check_layer import check_config, check_saving, check_shapes, check_tflite


def test_outputs_pass_through_and_convert(tmp_path: Path) -> None:
    inputs = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    check_shapes(UncertaintyWeights(2), inputs, (3, 4))
    check_config(UncertaintyWeights(2))
    model = keras.Sequential([keras.Input((4,)), UncertaintyWeights(2)])
    check_saving(model, inputs, tmp_path)
    check_tflite(model, inputs, tmp_path, 0.0)
    np.testing.assert_array_equal(model(inputs), inputs)


def test_a_loss_is_divided_by_its_variance_which_costs_half_its_logarithm() -> None:
    layer = UncertaintyWeights(2)
    layer.build((None, 4))
    layer.log_variances.assign(np.log([4.0, 0.25]))
    # 3 / 4 + log(4) / 2, and half of 2 * 4, + log(0.25) / 2
    assert float(layer.weighed([3.0, 2.0], scales=[1.0, 0.5])) == pytest.approx(0.75 + 4.0)


def test_each_variance_is_drawn_to_twice_its_scaled_loss() -> None:
    layer = UncertaintyWeights(2)
    layer.build((None, 4))
    losses, scales = tf.constant([3.0, 2.0]), [1.0, 0.5]
    for _ in range(200):
        with tf.GradientTape() as tape:
            loss = layer.weighed(losses, scales=scales)
        weight = layer.log_variances
        weight.assign_sub(0.2 * tape.gradient(loss, weight.value))
    np.testing.assert_allclose(np.exp(layer.log_variances), [6.0, 2.0], rtol=0.01)
