"""Faster backward passes for the layers of a pretrained backbone, with the same results.

On a CPU TensorFlow's gradient of a depthwise convolution takes far longer than the convolution
itself: of a fine-tuning step of EfficientNet-Lite0 most goes there. And a normalization that keeps
its statistics is computed in float32, whatever the network computes in.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf


@contextmanager
def quick_gradients(layer: keras.Layer) -> Iterator[None]:
    """Inside, the layers within `layer` are traced in the form whose backward pass is quick.

    The layers themselves and their weights stay as they are.

    Args:
        layer: a backbone whose batch normalization keeps its statistics.
    """
    changed = []
    for each in layer._flatten_layers():
        call = _quick_call(each)
        if call is not None and "call" not in vars(each):
            object.__setattr__(each, "call", call)
            changed.append(each)
    try:
        yield
    finally:
        for each in changed:
            object.__delattr__(each, "call")


def _quick_call(layer: keras.Layer) -> Callable[..., Any] | None:
    """What to call instead of the layer's own, or None."""
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        plain = layer.data_format == "channels_last" and set(layer.dilation_rate) == {1}
        square = len(set(layer.strides)) == 1
        return functools.partial(_depthwise, layer) if plain and square else None
    if isinstance(layer, keras.layers.BatchNormalization) and not layer.trainable:
        return functools.partial(_normalized, layer) if not layer.renorm else None
    if isinstance(layer, keras.layers.ZeroPadding2D) and not any(map(any, layer.padding)):
        return _unchanged
    return None


def _unchanged(inputs: Any) -> Any:
    return inputs


def _normalized(layer: Any, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
    """By constant statistics: a factor and an offset, in the type of the inputs."""
    factor = tf.math.rsqrt(layer.moving_variance.value + layer.epsilon)
    if layer.scale:
        factor *= layer.gamma.value
    offset = -layer.moving_mean.value * factor
    if layer.center:
        offset += layer.beta.value
    shape = [1] * len(inputs.shape)
    shape[layer.axis] = -1
    factor, offset = (tf.cast(tf.reshape(each, shape), inputs.dtype) for each in (factor, offset))
    return inputs * factor + offset


def _depthwise(layer: Any, inputs: Any) -> Any:
    kernel = tf.cast(layer.kernel.value, inputs.dtype)
    outputs = depthwise_conv(inputs, kernel, stride=layer.strides[0], padding=layer.padding.upper())
    if layer.use_bias:
        outputs += tf.cast(layer.bias.value, outputs.dtype)
    return outputs if layer.activation is None else layer.activation(outputs)


def depthwise_conv(inputs: Any, kernel: Any, *, stride: int, padding: str) -> Any:
    """`tf.nn.depthwise_conv2d` whose gradient for the inputs is a depthwise convolution itself.

    Args:
        inputs: `(batch, height, width, channels)`.
        kernel: `(kernel_height, kernel_width, channels, 1)`; with more than one output for each
            channel TensorFlow's own gradient is taken.
        stride: of both sides.
        padding: "SAME" or "VALID".
    """
    strides = (1, stride, stride, 1)
    if kernel.shape[3] != 1:
        return tf.nn.depthwise_conv2d(inputs, kernel, strides, padding)

    @tf.custom_gradient
    def convolve(x: Any, weights: Any) -> Any:
        outputs = tf.nn.depthwise_conv2d(x, weights, strides, padding)

        def gradient(upstream: Any) -> tuple[Any, Any]:
            of_weights = tf.nn.depthwise_conv2d_backprop_filter(
                x, weights.shape, upstream, strides, padding
            )
            return _of_inputs(x, weights, upstream, stride, padding), of_weights

        return outputs, gradient

    return convolve(inputs, kernel)


def _of_inputs(x: Any, weights: Any, upstream: Any, stride: int, padding: str) -> Any:
    """The gradient spread by the stride, then convolved with the mirrored kernel."""
    spread = _spread(upstream, stride)
    for axis in (1, 2):
        size, kernel = _length(x, axis), weights.shape[axis - 1]
        overlap = (_length(upstream, axis) - 1) * stride + kernel - size
        before = _least_zero(overlap) // 2 if padding == "SAME" else 0
        spread = _fitted(spread, axis, before=kernel - 1 - before, size=size + before)
    mirrored = tf.reverse(weights, [0, 1])
    return tf.nn.depthwise_conv2d(spread, mirrored, (1, 1, 1, 1), "VALID")


def _spread(values: Any, stride: int) -> Any:
    """Rows and columns with `stride - 1` zeros after each: `(batch, h * stride, w * stride, c)`."""
    if stride == 1:
        return values
    batch, height, width, channels = (_length(values, axis) for axis in range(4))
    grid = tf.reshape(values, (batch, height, 1, width, 1, channels))
    grid = tf.pad(grid, [[0, 0], [0, 0], [0, stride - 1], [0, 0], [0, stride - 1], [0, 0]])
    return tf.reshape(grid, (batch, height * stride, width * stride, channels))


def _fitted(values: Any, axis: int, *, before: int, size: int) -> Any:
    """Zeros `before` and after along an axis, so that `size` places follow; no more are kept."""
    inside = _length(values, axis)
    kept = tf.minimum(inside, size) if tf.is_tensor(inside) else min(inside, size)
    pads: list[list[Any]] = [[0, 0]] * 4
    pads[axis] = [before, size - kept]
    return tf.pad(values[:, :kept] if axis == 1 else values[:, :, :kept], pads)


def _length(values: Any, axis: int) -> Any:
    """An int where it is known when traced, else a tensor."""
    known = values.shape[axis]
    return tf.shape(values)[axis] if known is None else known


def _least_zero(number: Any) -> Any:
    return tf.maximum(number, 0) if tf.is_tensor(number) else max(number, 0)
