"""Trained network → the network that ships: float32 weights, scores instead of logits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import keras
import numpy as np
import tensorflow as tf

from kerasapps.weights import give_weights

TEMPERATURE: Final = "temperature"
"""What the layer is called that divides logits by their temperature."""


def float32_copy(network: keras.Model, build: Callable[[], keras.Model]) -> keras.Model:
    """The network rebuilt by `build` under the float32 policy, with the weights of `network`.

    Mixed precision and several devices are ways to train; casts and copies of weights have no place
    in a file that ships.
    """
    is_plain = all(layer.dtype_policy.name == "float32" for layer in network._flatten_layers())
    if is_plain and not _is_on_several_devices(network):
        return network
    return float32_rebuilt(network, build)


def float32_rebuilt(network: keras.Model, build: Callable[[], keras.Model]) -> keras.Model:
    """As `float32_copy`, with weights of its own in any case."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        copy = build()
    finally:
        keras.config.set_dtype_policy(policy)
    give_weights(copy, network.get_weights())
    return copy


def _is_on_several_devices(network: keras.Model) -> bool:
    kind = tf.distribute.DistributedValues
    return any(isinstance(weight.value, kind) for weight in network.weights)


def mirror_averaged(network: keras.Model) -> keras.Model:
    """A network that answers with the mean logits of each picture and its mirror image.

    Both pass `network` in one batch, so that its weights and operations stand once in every file.

    Args:
        network: from pictures, `(batch, height, width, channels)`, to logits.

    Returns:
        A model from the same input to float32 logits, `(batch, num_classes)`.

    Reference: Krizhevsky et al. 2012, section 4.1 (averaging over reflections at test time).
    """
    taken = network.input
    pictures = keras.Input(taken.shape[1:], dtype=taken.dtype, name=taken.name)
    mirrored = keras.ops.flip(pictures, axis=2)
    both = network(keras.ops.concatenate([pictures, mirrored], axis=0))
    halves = keras.ops.split(both, 2, axis=0)
    return keras.Model(pictures, keras.ops.add(*halves) / 2, name=f"{network.name}_mirrored")


# How much red, green and blue count in a grey level: ITU-R 601-2 as Pillow has it, to 0.002. The
# level of a grey pixel comes out as it is, to the bit: the weights are exact in float32 and
# float16, as are their products with whole levels, and sum to 1. On int8 they are 65, 127 and 25.
GREY_WEIGHTS = np.array([613, 1199, 236], np.float32) / 2048


def colours_taken(network: keras.Model) -> keras.Model:
    """A network on pictures that takes three channels; of grey pictures three equal ones.

    Apps have pictures in RGB, and most runtimes give nothing else.

    Args:
        network: from float pictures of three channels, or of one.

    Returns:
        The network itself if it takes colours, else a model that makes them grey first.
    """
    taken = network.input
    if taken.shape[-1] != 1:
        return network
    pictures = keras.Input((*taken.shape[1:-1], 3), dtype=taken.dtype, name=taken.name)
    # No level is negative: the ReLU changes nothing, but keeps the converter from working what
    # comes next into the weights, which would no longer be exact.
    name = f"{network.name}_grey"
    grey = keras.layers.Conv2D(1, 1, use_bias=False, activation="relu", name=name, dtype="float32")
    levels = grey(pictures)
    grey.set_weights([GREY_WEIGHTS.reshape(1, 1, 3, 1)])
    return keras.Model(pictures, network(levels), name=network.name)


def scoring_model(network: keras.Model) -> keras.Model:
    """`network` with a softmax behind its logits.

    Returns:
        A model from the same input to scores, float32, `(batch, num_classes)`, that sum to 1.
    """
    scores = keras.layers.Softmax(name="scores", dtype="float32")(network.output)
    return keras.Model(network.input, scores, name="scoring")


def with_temperature(network: keras.Model, temperatures: Sequence[float]) -> keras.Model:
    """A network whose logits are divided by a temperature, so that their scores can be relied on.

    The layer has no weights: a longer training goes on from the same ones, and the converter works
    the factor into the layer before. Which score is the highest never changes.

    Args:
        network: gives logits, `(batch, k)`.
        temperatures: one for all logits, or one for each; 1 changes nothing.

    Returns:
        A model from the same input to logits of the same shape, float32; the network itself where
        all temperatures are 1.

    Reference: Guo et al. 2017, section 4.2.
    """
    factors = [1 / float(each) for each in temperatures]
    if all(factor == 1 for factor in factors):
        return network
    scale = factors[0] if len(set(factors)) == 1 else factors
    layer = keras.layers.Rescaling(scale, name=TEMPERATURE, dtype="float32")
    return keras.Model(network.input, layer(network.output), name=network.name)


def temperatures_of(network: keras.Model) -> tuple[float, ...]:
    """What `with_temperature` was given: one for all logits, or one for each; 1 where nothing."""
    layer = _temperature(network)
    if layer is None:
        return (1.0,)
    scale = layer.scale if isinstance(layer.scale, list | tuple) else [layer.scale]
    return tuple(1 / float(each) for each in scale)


def without_temperature(network: keras.Model) -> keras.Model:
    """The network with the logits that it was trained to give."""
    layer = _temperature(network)
    if layer is None:
        return network
    return keras.Model(network.input, layer.input, name=network.name)


def keeping_temperature(
    network: keras.Model, change: Callable[[keras.Model], keras.Model]
) -> keras.Model:
    """What `change` makes of a network, which may build it anew, with the same temperature."""
    return with_temperature(change(without_temperature(network)), temperatures_of(network))


def _temperature(network: keras.Model) -> keras.layers.Rescaling | None:
    last = network.layers[-1]
    is_ours = isinstance(last, keras.layers.Rescaling) and last.name == TEMPERATURE
    return last if is_ours else None
