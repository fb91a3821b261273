"""What a Keras model answers to a whole split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.model_inputs import ModelInputs, count_of, rows_of


def answering(
    model: keras.Model, *, finish: Callable[[Any], Any] = tf.identity, batch_size: int = 256
) -> Callable[[ModelInputs], NDArray[np.float32]]:
    """A function from inputs to a model's outputs, to be called often: it is compiled once.

    One graph serves any batch size, so that the last, smaller batch costs no second compilation.
    Only one batch is in memory at a time besides the inputs, which may be memory maps.

    Args:
        model: with one output, `(batch, …)`, of which all sides but the batch are known.
        finish: what is done to the outputs, float32 even where the model computes in less.
        batch_size: examples per call of the model.

    Returns:
        A function from inputs to float32 `(examples, …)`, in their order.
    """
    shape = tuple(map(int, model.output_shape[1:]))
    kinds = {each.name: each.dtype for each in model.inputs}

    def as_wanted(batch: Any) -> Any:
        if isinstance(batch, Mapping):
            return {name: tf.cast(values, kinds[name]) for name, values in batch.items()}
        return tf.cast(batch, model.inputs[0].dtype)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(batch: Any) -> Any:
        return finish(tf.cast(model(as_wanted(batch), training=False), tf.float32))

    def answer(inputs: ModelInputs) -> NDArray[np.float32]:
        outputs = np.empty((count_of(inputs), *shape), np.float32)
        call = step.get_concrete_function(_signature(inputs))
        for start in range(0, len(outputs), batch_size):
            rows = slice(start, start + batch_size)
            outputs[rows] = call(_tensors(rows_of(inputs, rows))).numpy()
        return outputs

    return answer


def _signature(inputs: ModelInputs) -> Any:
    if isinstance(inputs, Mapping):
        return {name: _signature(values) for name, values in inputs.items()}
    return tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype)


def _tensors(batch: ModelInputs) -> Any:
    if isinstance(batch, Mapping):
        return {name: tf.constant(values) for name, values in batch.items()}
    return tf.constant(batch)
