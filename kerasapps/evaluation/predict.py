"""A Keras model's class probabilities over a whole split."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.errors import ConfigError


def predict_probabilities(
    model: keras.Model, images: NDArray[Any], *, batch_size: int = 256
) -> NDArray[np.float32]:
    """Softmax of the model's logits for every example.

    One graph is compiled for any batch size, so that the last, smaller batch costs no second
    compilation. Only one batch is in memory at a time besides `images`, which may be a memmap.

    Args:
        model: gives logits, `(batch, classes)`.
        images: uint8 or float, `(examples, …)` as the model's input, 0 to 255 for pictures.
        batch_size: examples per call of the model.

    Returns:
        float32, `(examples, classes)`, each row summing to 1; in the order of `images`.

    Raises:
        ConfigError: if `batch_size` is less than 1, or the model's output is not of rank 2.
    """
    if batch_size < 1:
        raise ConfigError(f"batch_size must be at least 1, got {batch_size!r}.")
    classes = _number_of_classes(model)
    probabilities = np.empty((len(images), classes), np.float32)
    signature = [tf.TensorSpec((None, *images.shape[1:]), images.dtype)]

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator]
    def step(batch: Any) -> Any:
        # Softmax in float32 even when the model computes in half precision.
        logits = tf.cast(model(tf.cast(batch, model.inputs[0].dtype), training=False), tf.float32)
        return tf.nn.softmax(logits)

    for start in range(0, len(images), batch_size):
        batch = np.ascontiguousarray(images[start : start + batch_size])
        probabilities[start : start + batch_size] = step(batch).numpy()
    return probabilities


def _number_of_classes(model: keras.Model) -> int:
    shape = model.output_shape
    if not isinstance(shape, tuple) or len(shape) != 2 or shape[1] is None:
        raise ConfigError(
            f"Model {model.name!r} must have one output of shape (batch, classes), got {shape!r}."
        )
    return int(shape[1])
