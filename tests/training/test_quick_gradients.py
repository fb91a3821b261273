"""The quick backward passes give what Keras and TensorFlow give, and leave nothing behind."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.training.quick_gradients import depthwise_conv, quick_gradients


def gradients_of(convolve, x, kernel):
    """For inputs and kernel, of a sum in which every output has another share."""
    with tf.GradientTape() as tape:
        tape.watch([x, kernel])
        outputs = convolve(x, kernel)
        shares = tf.sin(tf.reshape(tf.range(tf.size(outputs), dtype=tf.float32), outputs.shape))
        total = tf.reduce_sum(outputs * shares)
    return [outputs, *tape.gradient(total, [x, kernel])]


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("size", "side"), [((8, 7), 3), ((9, 8), 5), ((5, 12), 2)])
def test_gradients_of_depthwise_convolutions(size, side, stride, padding):
    random = np.random.default_rng(0)
    x = tf.constant(random.normal(size=(2, *size, 3)), tf.float32)
    kernel = tf.constant(random.normal(size=(side, side, 3, 1)), tf.float32)
    ours = gradients_of(
        lambda a, b: depthwise_conv(a, b, stride=stride, padding=padding), x, kernel
    )
    theirs = gradients_of(
        lambda a, b: tf.nn.depthwise_conv2d(a, b, (1, stride, stride, 1), padding), x, kernel
    )
    for one, other in zip(ours, theirs, strict=True):
        assert np.allclose(one, other, atol=1e-4)


def test_sizes_need_not_be_known_when_traced():
    x, kernel = tf.random.normal((2, 7, 9, 3)), tf.random.normal((3, 3, 3, 1))
    signature = [tf.TensorSpec((None, None, None, 3)), tf.TensorSpec(kernel.shape)]

    @tf.function(input_signature=signature, autograph=False)
    def of_inputs(a, b):
        with tf.GradientTape() as tape:
            tape.watch(a)
            total = tf.reduce_sum(depthwise_conv(a, b, stride=2, padding="SAME") ** 2)
        return tape.gradient(total, a)

    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.nn.depthwise_conv2d(x, kernel, (1, 2, 2, 1), "SAME") ** 2)
    assert np.allclose(of_inputs(x, kernel), tape.gradient(total, x), atol=1e-3)


def test_several_outputs_a_channel():
    x, kernel = tf.random.normal((2, 6, 6, 3)), tf.random.normal((3, 3, 3, 2))
    ours = depthwise_conv(x, kernel, stride=1, padding="SAME")
    assert np.allclose(ours, tf.nn.depthwise_conv2d(x, kernel, (1, 1, 1, 1), "SAME"))


def make_backbone():
    """Every kind of layer that has a quick form, and relatives that have none."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.ZeroPadding2D(0, name="no_padding"),
            layers.ZeroPadding2D(1, name="padding"),
            layers.DepthwiseConv2D(3, 2, padding="same", activation="relu", name="biased"),
            layers.BatchNormalization(name="norm"),
            layers.DepthwiseConv2D(3, use_bias=False, depth_multiplier=2, name="double"),
            layers.BatchNormalization(center=False, scale=False, epsilon=0.1, name="plain_norm"),
            layers.DepthwiseConv2D(3, dilation_rate=2, padding="same", name="dilated"),
        ],
        name="backbone",
    )
    for weight in model.weights:
        weight.assign(np.random.default_rng(len(weight.path)).uniform(0.2, 1.5, weight.shape))
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    return model


def test_a_backbone_answers_and_learns_as_before():
    model = make_backbone()
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 8, 8, 2)), tf.float32)

    def answers():
        with tf.GradientTape() as tape:
            outputs = model(x, training=False)
            total = tf.reduce_sum(outputs**2)
        return [outputs, *tape.gradient(total, [v.value for v in model.trainable_variables])]

    before = answers()
    with quick_gradients(model):
        changed = {layer.name for layer in model.layers if "call" in vars(layer)}
        inside = answers()
    assert changed == {"no_padding", "biased", "norm", "double", "plain_norm"}
    assert not any("call" in vars(layer) for layer in model.layers)
    for one, other in zip(before, inside, strict=True):
        assert np.allclose(one, other, rtol=1e-3, atol=1e-3)


def test_a_norm_that_learns_is_left_alone():
    model = make_backbone()
    model.get_layer("norm").trainable = True
    with quick_gradients(model):
        assert "call" not in vars(model.get_layer("norm"))


def test_layers_are_themselves_again_after_an_error():
    model = make_backbone()
    with pytest.raises(KeyboardInterrupt), quick_gradients(model):
        raise KeyboardInterrupt
    assert not any("call" in vars(layer) for layer in model.layers)


def test_norms_are_computed_in_the_type_of_the_network():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = keras.Sequential([keras.Input((4, 4, 2)), keras.layers.BatchNormalization()])
    finally:
        keras.config.set_dtype_policy("float32")
    model.layers[0].trainable = False
    with quick_gradients(model):
        graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(
            tf.TensorSpec((1, 4, 4, 2), tf.bfloat16)
        )
    kinds = {op.outputs[0].dtype for op in graph.graph.get_operations() if op.type == "Mul"}
    assert tf.bfloat16 in kinds
