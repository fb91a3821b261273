"""A Keras model's class probabilities over a whole split."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.config.checks import require_whole
from kerasapps.errors import ConfigError
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.outputs import answering


def predict_probabilities(
    model: keras.Model, inputs: ModelInputs, *, batch_size: int = 256
) -> NDArray[np.float32]:
    """Softmax of the model's logits for every example.

    Only one batch is in memory at a time besides `inputs`, which may be a memmap.

    Args:
        model: gives logits, `(batch, classes)`.
        inputs: `(examples, …)` as the model's input: pictures, uint8 or float, 0 to 255; token ids;
            or the columns of rows by name.
        batch_size: examples per call of the model.

    Returns:
        float32, `(examples, classes)`, each row summing to 1; in the order of `inputs`.

    Raises:
        ConfigError: if `batch_size` is less than 1, or the model's output is not of rank 2.
    """
    return predictor(model, batch_size=batch_size)(inputs)


def predictor(
    model: keras.Model, *, batch_size: int = 256
) -> Callable[[ModelInputs], NDArray[np.float32]]:
    """`predict_probabilities` for one model, to be called often: it is compiled once.

    One graph serves any batch size, so that the last, smaller batch costs no second compilation.
    """
    require_whole(batch_size, 1, what="batch_size")
    _require_classes(model)
    return answering(model, finish=tf.nn.softmax, batch_size=batch_size)


def _require_classes(model: keras.Model) -> None:
    shape = model.output_shape
    if not isinstance(shape, tuple) or len(shape) != 2 or shape[1] is None:
        raise ConfigError(
            f"Model {model.name!r} must have one output of shape (batch, classes), got {shape!r}."
        )
