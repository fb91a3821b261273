from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import FusedBatchNorm, normalization
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


def test_fused_batch_norm() -> None:
    check_layer(FusedBatchNorm(), (4, 5, 6, 3), output_shape=(4, 5, 6, 3))


def test_fused_batch_norm_without_scale_and_offset() -> None:
    check_layer(FusedBatchNorm(scale=False), (4, 5, 6, 3), output_shape=(4, 5, 6, 3))
    check_layer(FusedBatchNorm(center=False), (4, 5, 6, 3), output_shape=(4, 5, 6, 3))


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False, "momentum": 0.6}])
def test_trains_like_the_keras_layer(options: dict[str, object]) -> None:
    rng = np.random.default_rng(0)
    ours, theirs = (
        FusedBatchNorm(**options),
        keras.layers.BatchNormalization(**({"momentum": 0.9} | options)),
    )
    gradients = []
    for _ in range(3):
        inputs = tf.constant(rng.normal(3, 2, (4, 3, 3, 5)), tf.float32)
        target = rng.normal(size=(4, 3, 3, 5)).astype(np.float32)
        for layer in (ours, theirs):
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                loss = tf.reduce_sum(layer(inputs, training=True) * target)
            gradients.append(tape.gradient(loss, inputs))
        np.testing.assert_allclose(*gradients[-2:], rtol=1e-3, atol=1e-4)
    for mine, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(ours(inputs), theirs(inputs), rtol=1e-3, atol=1e-4)


def test_frozen_keeps_its_statistics() -> None:
    layer = FusedBatchNorm()
    layer.build((None, 3, 3, 2))
    layer.trainable = False
    layer(np.full((4, 3, 3, 2), 9, np.float32), training=True)
    np.testing.assert_array_equal(layer.moving_mean, [0, 0])


def test_flat_inputs_fall_back_to_the_keras_layer() -> None:
    inputs = np.random.default_rng(0).normal(5, 3, (64, 7)).astype(np.float32)
    outputs = np.asarray(FusedBatchNorm()(inputs, training=True))
    np.testing.assert_allclose(outputs.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(outputs.std(0), 1, atol=1e-2)


def test_training_alone_takes_the_fused_kernel() -> None:
    layer, inputs = FusedBatchNorm(), plain.random(2, 3, 3, 4)
    assert "FusedBatchNormV3" in plain.operations(layer, inputs, training=True)
    assert "FusedBatchNormV3" not in plain.operations(layer, inputs, training=False)
    layer.trainable = False
    assert "FusedBatchNormV3" not in plain.operations(layer, inputs, training=True)


def test_another_axis_falls_back_to_the_keras_layer() -> None:
    inputs = plain.random(4, 5, 3, 3)
    outputs = np.asarray(FusedBatchNorm(axis=1)(inputs, training=True))
    np.testing.assert_allclose(outputs.mean((0, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(outputs.std((0, 2, 3)), 1, atol=2e-2)


def test_defaults() -> None:
    layer = FusedBatchNorm()
    assert (layer.momentum, layer.epsilon) == (0.9, 1e-3)


def test_masked_cells_have_no_say() -> None:
    layer, theirs = FusedBatchNorm(), keras.layers.BatchNormalization(momentum=0.9)
    inputs, mask = plain.random(2, 3, 4, 5), np.random.default_rng(0).random((2, 3, 4)) < 0.5
    expected = theirs(inputs, training=True, mask=mask)
    np.testing.assert_allclose(layer(inputs, training=True, mask=mask), expected, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, theirs.moving_mean, atol=1e-6)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(normalization) == {"FusedBatchNorm": {"momentum": 0.9, "epsilon": 0.001}}
