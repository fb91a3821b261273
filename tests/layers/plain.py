"""The layers' arithmetic once more in plain NumPy, to hold their values against.

A layer's shapes and gradients say little of what it computes: here every value is, in training
(statistics of the batch) and in use (those of the layer).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from scipy.special import erf

Plain = Callable[[np.ndarray, bool], np.ndarray]


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Float32 numbers around 0."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def scatter_weights(layer: keras.layers.Layer, *, seed: int = 3) -> None:
    """Give every weight of a built layer values of its own: none is 0 or 1, variances positive."""
    rng = np.random.default_rng(seed)
    for weight in layer.weights:
        if "seed" in weight.path:
            continue
        positive = weight.path.endswith(("variance", "gamma"))
        low, high = (0.5, 1.5) if positive else (-0.5, 0.5)
        weight.assign(rng.uniform(low, high, weight.shape))


def check_values(
    layer: keras.layers.Layer, inputs: np.ndarray, plain: Plain, *, atol: float = 1e-4
) -> None:
    """The layer's outputs in use and in training are those of `plain`, with random weights.

    Args:
        layer: without dropout; built here.
        inputs: float32.
        plain: from inputs, and whether in training, to outputs; called before the layer is.
        atol: absolute tolerance, for outputs of about size 1.
    """
    layer.build(inputs.shape)
    scatter_weights(layer)
    for training in (False, True):
        expected = plain(inputs, training)
        message = f"training={training}"
        for actual in (layer(inputs, training=training), call(layer, inputs, training=training)):
            np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=atol, err_msg=message)


def call(layer: keras.layers.Layer, *inputs: np.ndarray, **options: Any) -> np.ndarray:
    """The outputs of a built layer's `call` by itself.

    Keras tells the layers within a layer of `training`, but only where it does the calling: here
    nothing but the layer's own code hands it on.
    """
    return np.asarray(layer.call(*map(tf.constant, inputs), **options))


def operations(layer: keras.layers.Layer, inputs: np.ndarray, *, training: bool) -> set[str]:
    """Types of the operations that the layer's `call` is made of, in a graph."""
    if not layer.built:
        layer.build(inputs.shape)
    traced = tf.function(lambda x: layer.call(x, training=training))
    graph = traced.get_concrete_function(tf.constant(inputs)).graph
    return {operation.type for operation in graph.get_operations()}


def weights(layer: Any, *names: str) -> list[np.ndarray]:
    """Weights by attribute."""
    return [np.asarray(getattr(layer, name)) for name in names]


def windows(x: np.ndarray, size: int, strides: int, *, fill: float = 0.0) -> np.ndarray:
    """`(batch, rows, columns, channels, size, size)`, padded as TensorFlow's "same"."""
    pads = []
    for side in x.shape[1:3]:
        total = max((-(-side // strides) - 1) * strides + size - side, 0)
        pads.append((total // 2, total - total // 2))
    padded = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    seen = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))
    return seen[:, ::strides, ::strides]


def convolve(x: np.ndarray, conv: Any) -> np.ndarray:
    """A convolution or, with a kernel for each channel, a depthwise one."""
    kernel = np.asarray(conv.kernel)
    strides = conv.strides[0]
    depthwise = isinstance(conv, keras.layers.DepthwiseConv2D)
    rule = "bxyckl,klcm->bxyc" if depthwise else "bxyckl,klco->bxyo"
    out = np.einsum(rule, windows(x, kernel.shape[0], strides), kernel)
    return out + np.asarray(conv.bias) if conv.use_bias else out


def normalize(x: np.ndarray, norm: Any, training: bool) -> np.ndarray:
    """Batch normalization over all axes but the last."""
    axes = tuple(range(x.ndim - 1))
    mean, variance = (x.mean(axes), x.var(axes)) if training else _moving(norm)
    gamma, beta = weights(norm, "gamma", "beta")
    return (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta


def _moving(norm: Any) -> tuple[np.ndarray, ...]:
    return tuple(weights(norm, "moving_mean", "moving_variance"))


def gelu(x: np.ndarray) -> np.ndarray:
    """The exact one."""
    return x * 0.5 * (1 + erf(x / np.sqrt(2)))


ACTIVATIONS: Mapping[str | None, Callable[[np.ndarray], np.ndarray]] = {
    None: lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "gelu": gelu,
    "tanh": np.tanh,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
}


def conv_block(x: np.ndarray, block: Any, training: bool) -> np.ndarray:
    """Convolve, normalize, activate."""
    x = convolve(x, block.conv)
    if block.normalization:
        x = normalize(x, block.norm, training)
    return ACTIVATIONS[block.activation](x)


def squeeze_excite(x: np.ndarray, layer: Any) -> np.ndarray:
    """Channels times their gates."""
    means = x.mean((1, 2), keepdims=True)
    hidden = ACTIVATIONS["relu"](convolve(means, layer.reduce))
    return x * ACTIVATIONS["hard_sigmoid"](convolve(hidden, layer.expand))


def dense(x: np.ndarray, layer: Any) -> np.ndarray:
    """Products and, where there is one, the bias."""
    out = x @ np.asarray(layer.kernel)
    return out + np.asarray(layer.bias) if layer.use_bias else out


def layer_norm(x: np.ndarray, norm: Any) -> np.ndarray:
    """Normalization of each token."""
    gamma, beta = weights(norm, "gamma", "beta")
    scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + norm.epsilon)
    return scaled * gamma + beta


def softmax(scores: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def attend(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    heads: int,
    *,
    allowed: np.ndarray | None = None,
    bias: np.ndarray | None = None,
) -> np.ndarray:
    """Scaled products of each head, `(batch, length, inner)` in and out, heads side by side."""
    split = [part.reshape(*part.shape[:2], heads, -1) for part in (query, key, value)]
    scores = np.einsum("bqhd,bkhd->bhqk", *split[:2]) / np.sqrt(split[0].shape[-1])
    if bias is not None:
        scores = scores + bias
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    return np.einsum("bhqk,bkhd->bqhd", softmax(scores), split[2]).reshape(query.shape)


def self_attend(tokens: np.ndarray, layer: Any, **options: Any) -> np.ndarray:
    """Of an `AttentionHeads`, options as `attend`."""
    query, key, value = np.split(dense(tokens, layer.qkv), 3, axis=-1)
    return dense(attend(query, key, value, layer.num_heads, **options), layer.project)


def perceptron(x: np.ndarray, layer: Any) -> np.ndarray:
    """Of a transformer's block, without its norm and sum."""
    return dense(ACTIVATIONS[layer.activation](dense(x, layer.expand)), layer.reduce)


def check_dropped(kept: np.ndarray, dropped: np.ndarray, rate: float) -> None:
    """`dropped` is `kept` with about `rate` of it 0 and the rest larger to make up for it.

    Args:
        kept: in use; none of it is 0.
        dropped: in training.
        rate: of the dropout.
    """
    ratio = (dropped / kept).ravel()
    zero = np.isclose(ratio, 0, atol=1e-3)
    np.testing.assert_allclose(ratio[~zero], 1 / (1 - rate), rtol=1e-2)
    deviation = np.sqrt(rate * (1 - rate) / len(ratio))
    assert abs(zero.mean() - rate) < 5 * deviation, (zero.mean(), rate)
