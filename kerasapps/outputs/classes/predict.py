"""A Keras model's class probabilities over a whole split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.config.checks import require_whole
from kerasapps.errors import ConfigError


def predict_probabilities(
    model: keras.Model, inputs: NDArray[Any], *, batch_size: int = 256
) -> NDArray[np.float32]:
    """Softmax of the model's logits for every example.

    Only one batch is in memory at a time besides `inputs`, which may be a memmap.

    Args:
        model: gives logits, `(batch, classes)`.
        inputs: `(examples, …)` as the model's input: pictures, uint8 or float, 0 to 255; token ids.
        batch_size: examples per call of the model.

    Returns:
        float32, `(examples, classes)`, each row summing to 1; in the order of `inputs`.

    Raises:
        ConfigError: if `batch_size` is less than 1, or the model's output is not of rank 2.
    """
    return predictor(model, batch_size=batch_size)(inputs)


def predictor(
    model: keras.Model, *, batch_size: int = 256
) -> Callable[[NDArray[Any]], NDArray[np.float32]]:
    """`predict_probabilities` for one model, to be called often: it is compiled once.

    One graph serves any batch size, so that the last, smaller batch costs no second compilation.
    """
    require_whole(batch_size, 1, what="batch_size")
    classes, wanted = _number_of_classes(model), model.inputs[0].dtype

    @tf.function(reduce_retracing=True, autograph=False)
    def step(batch: Any) -> Any:
        # Softmax in float32 even when the model computes in half precision.
        return tf.nn.softmax(tf.cast(model(tf.cast(batch, wanted), training=False), tf.float32))

    def predict(inputs: NDArray[Any]) -> NDArray[np.float32]:
        probabilities = np.empty((len(inputs), classes), np.float32)
        signature = tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype)
        call = step.get_concrete_function(signature)
        for start in range(0, len(inputs), batch_size):
            batch = np.ascontiguousarray(inputs[start : start + batch_size])
            probabilities[start : start + batch_size] = call(tf.constant(batch)).numpy()
        return probabilities

    return predict


def _number_of_classes(model: keras.Model) -> int:
    shape = model.output_shape
    if not isinstance(shape, tuple) or len(shape) != 2 or shape[1] is None:
        raise ConfigError(
            f"Model {model.name!r} must have one output of shape (batch, classes), got {shape!r}."
        )
    return int(shape[1])
