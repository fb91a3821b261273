"""A picture network like MobileNet whose channels have very different ranges, for the same answers.

What a rectified channel is multiplied by, the depthwise convolution behind it can be divided by.
Trained networks have such channels too, of less different sizes (Nagel et al. 2019, "Data-Free
Quantization through Weight Equalization and Bias Correction", arXiv 1906.04721).
"""

from __future__ import annotations

import keras
import numpy as np

_WIDER = 2000.0  # times, of one channel in four: 255 steps of these leave nothing of the others


def separable_net(input_shape: tuple[int, ...], num_classes: int) -> keras.Model:
    """Pointwise and depthwise convolutions in turn."""
    inputs = keras.Input(input_shape)
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = _block(keras.layers.Conv2D(32, 3, strides=2, use_bias=False, name="stem"), x)
    for number, filters in enumerate((64, 128), 1):
        wide = keras.layers.Conv2D(filters, 1, use_bias=False, name=f"wide{number}")
        x = _block(wide, x)
        deep = keras.layers.DepthwiseConv2D(3, strides=2, use_bias=False, name=f"deep{number}")
        x = _block(deep, x)
    x = _block(keras.layers.Conv2D(256, 1, use_bias=False, name="last"), x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(num_classes, name="logits")(x))


def widened(network: keras.Model) -> keras.Model:
    """The same network, some channels larger between a `wide…` and a `deep…` convolution."""
    rng = np.random.default_rng(0)
    for number in (1, 2):
        norm = network.get_layer(f"wide{number}_norm")
        times = np.where(rng.random(norm.gamma.shape) < 0.25, _WIDER, 1.0).astype(np.float32)
        norm.gamma.assign(norm.gamma * times)
        norm.beta.assign(norm.beta * times)
        kernel = network.get_layer(f"deep{number}").kernel
        kernel.assign(kernel / times[:, None])
    return network


def _block(layer: keras.Layer, x: keras.KerasTensor) -> keras.KerasTensor:
    x = keras.layers.BatchNormalization(momentum=0.8, name=f"{layer.name}_norm")(layer(x))
    return keras.layers.ReLU(name=f"{layer.name}_relu")(x)
