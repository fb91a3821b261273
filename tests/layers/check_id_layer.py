"""The battery for layers that take token ids, which have no gradient and no precision."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import tensorflow as tf

from tests.layers.check_layer import check_config, check_saving, check_tflite


def check_id_layer(
    layer: keras.layers.Layer, ids: np.ndarray, *, output_shape: tuple[int, ...]
) -> None:
    """Shapes, dtypes, gradients, configuration, saving and TFLite conversion.

    Args:
        layer: not yet built.
        ids: int32, `(batch, length)` or of further sides.
        output_shape: expected, with the batch.
    """
    outputs = layer(ids)
    assert tuple(outputs.shape) == output_shape
    assert tuple(layer.compute_output_shape(ids.shape)) == output_shape
    symbolic = layer(keras.Input((None, *ids.shape[2:]), dtype="int32"))
    assert symbolic.shape[0] is None and symbolic.shape[2:] == output_shape[2:]
    assert symbolic.dtype == outputs.dtype.name
    check_config(layer)
    _check_weights(layer, ids)
    _check_mixed_precision(layer, ids)
    with TemporaryDirectory() as folder:
        model = keras.Sequential([keras.Input(ids.shape[1:], dtype="int32"), layer])
        check_saving(model, ids, Path(folder))
        check_tflite(model, ids, Path(folder), 1e-4)


def _check_weights(layer: keras.layers.Layer, ids: np.ndarray) -> None:
    """Every trainable weight gets a gradient that is finite and not zero."""
    with tf.GradientTape() as tape:
        outputs = layer(ids)
        direction = np.random.default_rng(1).normal(size=outputs.shape)
        loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * direction.astype(np.float32))
    variables = {weight.path: weight.value for weight in layer.trainable_weights}
    for path, gradient in tape.gradient(loss, variables).items():
        values = tf.convert_to_tensor(gradient).numpy()
        assert np.isfinite(values).all() and np.abs(values).max() > 0, path


def _check_mixed_precision(layer: keras.layers.Layer, ids: np.ndarray) -> None:
    """Floats are bfloat16, ids stay as they are, weights are float32."""
    twin = type(layer).from_config(layer.get_config() | {"dtype": "mixed_bfloat16"})
    outputs = twin(ids)
    if outputs.dtype == tf.int32:
        np.testing.assert_array_equal(outputs, layer(ids))
    else:
        assert outputs.dtype == tf.bfloat16
    assert twin(keras.Input((None, *ids.shape[2:]), dtype="int32")).dtype == outputs.dtype.name
    assert {keras.backend.standardize_dtype(w.dtype) for w in twin.weights} <= {"float32"}
