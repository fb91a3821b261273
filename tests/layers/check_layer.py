"""The battery that every layer of kerasapps goes through."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tests.layers import tflite


def check_layer(
    layer: keras.layers.Layer,
    input_shape: tuple[int, ...],
    *,
    output_shape: tuple[int, ...],
    tolerance: float = 1e-4,
) -> None:
    """Shapes, gradients, configuration, saving, mixed precision and TFLite conversion.

    Args:
        layer: not yet built.
        input_shape: with the batch.
        output_shape: expected, with the batch.
        tolerance: of TFLite's outputs against Keras's, absolute, for outputs of about size 1.
    """
    inputs = np.random.default_rng(0).normal(size=input_shape).astype(np.float32)
    check_shapes(layer, inputs, output_shape)
    check_gradients(layer, inputs)
    check_config(layer)
    check_mixed_precision(layer, inputs)
    with TemporaryDirectory() as folder:
        model = keras.Sequential([keras.Input(input_shape[1:]), layer])
        check_saving(model, inputs, Path(folder))
        check_tflite(model, inputs, Path(folder), tolerance)


def check_shapes(layer: keras.layers.Layer, inputs: np.ndarray, expected: tuple[int, ...]) -> None:
    """The eager, the computed and the symbolic output have the expected shape."""
    assert tuple(layer(inputs).shape) == expected
    assert tuple(layer.compute_output_shape(inputs.shape)) == expected
    assert tuple(layer.compute_output_shape((None, *inputs.shape[1:]))) == (None, *expected[1:])
    assert tuple(layer(keras.Input(batch_shape=inputs.shape)).shape) == expected


def check_gradients(layer: keras.layers.Layer, inputs: np.ndarray) -> None:
    """In training every trainable weight and the input get a gradient that is not zero."""
    source = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(source)
        outputs = _train(layer, source)
        # A fixed random direction: the plain sum is invariant under normalizations.
        direction = np.random.default_rng(1).normal(size=outputs.shape)
        loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * direction.astype(np.float32))
    variables = {v.path: v.value for v in layer.trainable_weights} | {"inputs": source}
    for path, gradient in tape.gradient(loss, variables).items():
        assert gradient is not None, f"no gradient reaches {path}"
        # Sparse gradients would miss what optimizers do to all of a weight, such as clipping.
        assert isinstance(gradient, tf.Tensor), f"the gradient of {path} is sparse"
        assert np.isfinite(gradient).all(), f"the gradient of {path} is not finite"
        assert np.abs(gradient).max() > 0, f"the gradient of {path} is zero"


def check_config(layer: keras.layers.Layer) -> None:
    """`get_config` holds every argument: a copy made from it has the same one."""
    config = layer.get_config()
    assert type(layer).from_config(config).get_config() == config
    assert keras.saving.get_registered_name(type(layer)) == f"kerasapps>{type(layer).__name__}"


def check_mixed_precision(layer: keras.layers.Layer, inputs: np.ndarray) -> None:
    """Under mixed precision outputs are bfloat16, weights float32, and gradients finite."""
    config = layer.get_config() | {"dtype": "mixed_bfloat16"}
    twin = type(layer).from_config(config)
    twin.build(inputs.shape)
    assert _train(twin, tf.constant(inputs)).dtype == tf.bfloat16
    assert {keras.backend.standardize_dtype(w.dtype) for w in twin.weights} <= {"float32"}
    check_gradients(twin, inputs)


def check_saving(model: keras.Model, inputs: np.ndarray, folder: Path) -> None:
    """A `.keras` file gives the same outputs, with weights that are not the initial ones."""
    rng = np.random.default_rng(2)
    for weight in model.weights:
        if "seed" not in weight.path:
            # Variances too must stay positive.
            weight.assign(weight + np.abs(rng.normal(scale=0.02, size=weight.shape)))
    model.save(folder / "layer.keras")
    loaded = keras.models.load_model(folder / "layer.keras")
    np.testing.assert_allclose(loaded(inputs), model(inputs), rtol=1e-5, atol=1e-5)


def check_tflite(model: keras.Model, inputs: np.ndarray, folder: Path, tolerance: float) -> None:
    """The TFLite interpreter, with builtin operators only, agrees with Keras."""
    flatbuffer = tflite.convert(tflite.export(model, folder / "saved"))
    actual, expected = tflite.run(flatbuffer, inputs), np.asarray(model(inputs))
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=tolerance)


def _train(layer: keras.layers.Layer, inputs: Any) -> Any:
    """The layer's output in training; layers without a `training` argument have just one."""
    takes_training = "training" in layer._call_signature.parameters
    return layer(inputs, training=True) if takes_training else layer(inputs)
