"""Activations by name, with a GELU that does not dominate the training time on CPU."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf


@tf.function(jit_compile=True, autograph=False)
def _gelu(inputs: Any) -> Any:
    return tf.nn.gelu(inputs, approximate=False)


@tf.function(jit_compile=True, autograph=False)
def _gelu_gradient(inputs: Any, upstream: Any) -> Any:
    cumulative = 0.5 * (1.0 + tf.math.erf(inputs * math.sqrt(0.5)))
    density = tf.exp(-0.5 * inputs * inputs) * (1.0 / math.sqrt(2.0 * math.pi))
    return upstream * (cumulative + inputs * density)


@tf.custom_gradient
def _fast_gelu(inputs: Any) -> Any:
    return _gelu(inputs), lambda upstream: _gelu_gradient(inputs, upstream)


@keras.saving.register_keras_serializable(package="kerasapps")
class Gelu(keras.layers.Layer):
    """The exact Gaussian error linear unit, `x * P(N(0, 1) <= x)`.

    In training its forward and backward passes are one compiled loop each: on two CPU cores
    5 times as fast as the tanh approximation and more than 10 times as the stock exact GELU,
    which take a pass over memory for every elementary operation. Outside of training it is
    the plain operation, which exporters recognise (TFLite: the builtin GELU).

    Call arguments:
        inputs: float, any shape.
        training: whether gradients will be asked for.

    Output:
        As `inputs`.

    Reference: Hendrycks and Gimpel 2016.
    """

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return _fast_gelu(inputs) if training else tf.nn.gelu(inputs, approximate=False)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape


def activation_layer(kind: str | None, **kwargs: Any) -> keras.layers.Layer:
    """The layer of an activation: `"gelu"` is `Gelu`, None the identity, others are Keras's."""
    if kind == "gelu":
        return Gelu(**kwargs)
    return keras.layers.Activation(kind or "linear", **kwargs)
