"""What each place of the last feature map says of each class, as a network of its own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerasapps.errors import ConfigError

LOGITS, MAPS = "logits", "maps"


def class_activation(network: keras.Model) -> keras.Model:
    """A twin of a network that says where in the picture its logits are from.

    The head of a network that takes the mean over all places is a weighted sum of channels. The
    same weights as a convolution of one pixel, before the mean is taken, give a map a class, whose
    mean is the class's logit but for the bias.

    Args:
        network: from pictures to logits, by global average pooling and one dense layer; dropout
            may stand between them.

    Returns:
        A model of the same weights, from the same pictures to `logits`, `(batch, classes)`, and
        `maps`, `(batch, rows, columns, classes)`, below 0 where a place speaks against a class.

    Raises:
        ConfigError: if the network has another head.

    Reference: Zhou et al. 2016, "Learning Deep Features for Discriminative Localization".

    Examples:
        >>> cnn = kerasapps.models.cnn(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> kerasapps.models.class_activation(cnn).output["maps"].shape
        (None, 4, 4, 4)
    """
    head, tensor = _maker(network.output)
    if not isinstance(head, keras.layers.Dense) or head.activation is not keras.activations.linear:
        raise _refused(network)
    pool, tensor = _maker(tensor)
    while isinstance(pool, keras.layers.Dropout):
        pool, tensor = _maker(tensor)
    if not isinstance(pool, keras.layers.GlobalAveragePooling2D):
        raise _refused(network)
    classes = int(head.kernel.shape[-1])
    convolution = keras.layers.Conv2D(classes, 1, use_bias=False, name=MAPS, dtype="float32")
    outputs = {LOGITS: network.output, MAPS: convolution(tensor)}
    twin = keras.Model(network.input, outputs, name=f"{network.name}_maps")
    convolution.set_weights([np.asarray(head.get_weights()[0])[None, None]])
    return twin


def _maker(tensor: Any) -> tuple[Any, Any]:
    """What gives a tensor, and the one tensor that it takes; None where it takes several."""
    layer, node, _ = tensor._keras_history
    taken = layer._inbound_nodes[node].input_tensors
    return layer, taken[0] if len(taken) == 1 else None


def _refused(network: keras.Model) -> ConfigError:
    return ConfigError(
        f"explain_signature takes a network that ends in a mean over all places and one dense "
        f"layer, and {network.name} does not: leave it out, or choose mobile_cnn, cnn, resnet or a "
        "pretrained model."
    )
