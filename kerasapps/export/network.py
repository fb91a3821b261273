"""Trained network → the network that ships: float32 weights, scores instead of logits."""

from __future__ import annotations

from collections.abc import Callable

import keras

from kerasapps.weights import give_weights


def float32_copy(network: keras.Model, build: Callable[[], keras.Model]) -> keras.Model:
    """The network rebuilt by `build` under the float32 policy, with the weights of `network`.

    Mixed precision is a way to train; its casts have no place in a file that ships.
    """
    if all(layer.dtype_policy.name == "float32" for layer in network._flatten_layers()):
        return network
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        copy = build()
    finally:
        keras.config.set_dtype_policy(policy)
    give_weights(copy, network.get_weights())
    return copy


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


def scoring_model(network: keras.Model) -> keras.Model:
    """`network` with a softmax behind its logits.

    Returns:
        A model from the same input to scores, float32, `(batch, num_classes)`, that sum to 1.
    """
    scores = keras.layers.Softmax(name="scores", dtype="float32")(network.output)
    return keras.Model(network.input, scores, name="scoring")
