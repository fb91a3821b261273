from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import Gelu
from kerasapps.layers.activation import activation_layer
from tests.layers import plain
from tests.layers.check_layer import check_layer


def test_gelu() -> None:
    check_layer(Gelu(), (2, 5, 5, 3), output_shape=(2, 5, 5, 3))


@pytest.mark.parametrize("training", [False, True])
def test_gelu_is_exact_with_its_gradient(training: bool) -> None:
    inputs = tf.linspace(-6.0, 6.0, 101)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = Gelu()(inputs, training=training)
    with tf.GradientTape() as reference_tape:
        reference_tape.watch(inputs)
        reference = keras.activations.gelu(inputs, approximate=False)
    np.testing.assert_allclose(outputs, reference, atol=1e-6)
    expected = reference_tape.gradient(reference, inputs)
    np.testing.assert_allclose(tape.gradient(outputs, inputs), expected, atol=1e-5)


def test_activation_layer_by_name() -> None:
    assert isinstance(activation_layer("gelu"), Gelu)
    np.testing.assert_array_equal(activation_layer("relu6")(np.float32([-1, 3, 9])), [0, 3, 6])
    np.testing.assert_array_equal(activation_layer(None)(np.float32([-1, 9])), [-1, 9])


def test_training_alone_takes_the_compiled_loop() -> None:
    """Exporters know the plain operation."""
    assert "Erfc" in plain.operations(Gelu(), plain.random(2, 3), training=False)
    assert "Erfc" not in plain.operations(Gelu(), plain.random(2, 3), training=True)


def test_bfloat16_is_computed_in_float32_and_rounded_once():
    inputs = tf.cast(tf.linspace(-5.0, 5.0, 201), tf.bfloat16)
    outputs = Gelu(dtype="bfloat16")(inputs, training=True)
    exact = keras.activations.gelu(tf.cast(inputs, tf.float32), approximate=False)
    assert outputs.dtype == tf.bfloat16
    # Half of the last of 8 bits, and what float32 leaves of the far tail.
    np.testing.assert_allclose(tf.cast(outputs, tf.float32), exact, rtol=2**-8, atol=1e-6)
