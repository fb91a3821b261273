"""What lies inside a network of pictures: its feature maps, and what they say of an answer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from kerasapps.config import choose
from kerasapps.errors import ConfigError
from kerasapps.models.ensemble import members_within

_CONVOLUTIONS = (
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    keras.layers.Conv2DTranspose,
)
Seen = Callable[[keras.layers.Layer, Any], None]


@dataclass(frozen=True)
class MapLayer:
    """A layer whose output is a feature map, `(batch, height, width, channels)`.

    Attributes:
        layer: of the network, or of a network in it.
        shape: `(height, width, channels)`.
        convolves: whether it is a convolution, or made of some.
        attends: whether it lets all places look at all others.
    """

    layer: keras.layers.Layer
    shape: tuple[int, int, int]
    convolves: bool
    attends: bool


def class_maps(
    network: keras.Model, pictures: NDArray[Any], columns: Sequence[int]
) -> NDArray[np.float32]:
    """Where each picture spoke for one of the network's outputs: Grad-CAM.

    The channels of the last convolutional feature map are added up, each with the mean of what it
    adds to the output; what is below 0 is cut off. The maps of an ensemble's networks are added up.

    Args:
        network: from pictures to logits or numbers, `(batch, outputs)`.
        pictures: `(n, height, width, channels)`, one batch.
        columns: for each picture the output to explain.

    Returns:
        float32 `(n, rows, columns)`, as coarse as the feature map; of any scale from 0 on.

    Raises:
        ConfigError: if the network has no such feature map, or none of the answers depends on it.

    Reference: Selvaraju et al. 2017, "Grad-CAM".
    """
    import tensorflow as tf

    parts = members_within(network) or (network,)
    layers = [last_map(part, pictures.shape[1:]).layer for part in parts]
    kept: dict[int, Any] = {}
    with tf.GradientTape(watch_accessed_variables=False) as tape:

        def keep(of: keras.layers.Layer, output: Any) -> None:
            tape.watch(output)
            # What a network calls twice counts as it is at the end.
            kept[id(of)] = output

        with _heard(layers, keep):
            outputs = network(_taken(network, pictures), training=False)
        chosen = tf.gather(outputs, np.asarray(columns), axis=1, batch_dims=1)
        features = [kept[id(layer)] for layer in layers]
    gradients = tape.gradient(chosen, features, unconnected_gradients="zero")
    if not any(np.any(each) for each in gradients):
        raise ConfigError(
            f"What the network {network.name} answers here does not depend on its last feature "
            "map, which gradcam needs; take the method rise."
        )
    maps = sum(map(_weighed, features, gradients)).numpy()
    return np.maximum(_of_views(maps, len(pictures)), 0)


def _weighed(features: Any, gradients: Any) -> Any:
    """The channels of a feature map, added up by the mean gradient of each."""
    import tensorflow as tf

    weights = tf.reduce_mean(tf.cast(gradients, tf.float32), axis=(1, 2), keepdims=True)
    return tf.reduce_sum(weights * tf.cast(features, tf.float32), axis=-1)


def last_map(network: keras.Model, shape: Sequence[int]) -> MapLayer:
    """The last layer whose feature map still shows where things are.

    Raises:
        ConfigError: if the network has none.
    """
    layers = map_layers(network, shape)
    first = next((place for place, each in enumerate(layers) if each.convolves), None)
    if first is None:
        raise ConfigError(
            f"The network {network.name} has no convolutional feature map, which gradcam needs; "
            "take the method rise."
        )
    if _attends_later(network, layers[-1].layer):
        raise ConfigError(
            f"The network {network.name} mixes all places of the picture after its last feature "
            "map, so that gradcam would be misled; take the method rise."
        )
    return layers[-1]


def feature_maps(network: keras.Model, picture: NDArray[Any], name: str) -> NDArray[np.float32]:
    """What a layer makes of a picture, float32 `(height, width, channels)`.

    Args:
        network: from pictures to outputs.
        picture: `(height, width, channels)`.
        name: of the layer; it may lie in a network in the network.

    Raises:
        ConfigError: if there is no layer of that name that gives a feature map; the others are
            listed.
    """
    layers = {each.layer.name: each for each in map_layers(network, picture.shape)}
    choose(name, layers, what="layer")
    kept: list[Any] = []
    with _heard([layers[name].layer], lambda of, output: kept.append(output)):
        network(_taken(network, picture[None]), training=False)
    maps: NDArray[np.float32] = keras.ops.convert_to_numpy(kept[-1])[0].astype(np.float32)
    return maps


def filters_of(network: keras.Model, shape: Sequence[int], name: str) -> NDArray[np.float32]:
    """The kernels of a layer's first convolution, float32 `(height, width, inputs, filters)`.

    Args:
        network: from pictures to outputs.
        shape: of a picture, `(height, width, channels)`.
        name: of the layer.

    Raises:
        ConfigError: if there is no convolution of that name; the others are listed.
    """
    layers = {
        each.layer.name: kernel
        for each in map_layers(network, shape)
        if (kernel := _kernel(each.layer)) is not None
    }
    choose(name, layers, what="layer")
    return layers[name]


def map_layers(network: keras.Model, shape: Sequence[int]) -> list[MapLayer]:
    """Those whose output is a feature map of more than one place, in the order of their calls.

    What gives the pictures themselves, such as a scaling of pixels, is left out.

    Args:
        network: it is asked a grey picture.
        shape: of a picture, `(height, width, channels)`.
    """
    found: list[MapLayer] = []

    def note(layer: keras.layers.Layer, output: Any) -> None:
        size: Any = getattr(output, "shape", ())
        if len(size) == 4 and size[1] * size[2] > 1:
            inside = _inside(layer)
            convolves = any(isinstance(each, _CONVOLUTIONS) for each in inside)
            if convolves or any(each.convolves for each in found):
                height, width, channels = (int(side) for side in size[1:])
                found.append(
                    MapLayer(layer, (height, width, channels), convolves, _attends(inside))
                )

    grey = np.full((1, *shape), 127, np.float32)
    with _heard(list(leaves(network)), note):
        network(_taken(network, grey), training=False)
    return found


def leaves(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """The layers of a network and of those in it, each once."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from leaves(layer)
        else:
            yield layer


def _attends_later(network: keras.Model, last: keras.layers.Layer) -> bool:
    layers = list(leaves(network))
    return any(_attends(_inside(each)) for each in layers[layers.index(last) + 1 :])


def _inside(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    return list(layer._flatten_layers())


def _attends(layers: Sequence[keras.layers.Layer]) -> bool:
    return any("Attention" in type(each).__name__ for each in layers)


def _kernel(layer: keras.layers.Layer) -> NDArray[np.float32] | None:
    """The kernel of the first convolution in a layer; one that is depthwise has one input each."""
    for each in _inside(layer):
        kernel = getattr(each, "kernel", getattr(each, "depthwise_kernel", None))
        if isinstance(each, _CONVOLUTIONS) and kernel is not None:
            values = np.asarray(keras.ops.convert_to_numpy(kernel), np.float32)
            is_depthwise = isinstance(each, _CONVOLUTIONS[1:3])
            return values.reshape(*values.shape[:2], 1, -1) if is_depthwise else values
    return None


@contextlib.contextmanager
def _heard(layers: Sequence[keras.layers.Layer], seen: Seen) -> Iterator[None]:
    """While the block lasts, `seen` is told what each of some layers gives.

    A network of networks has no one graph in which an inner layer could be an output; each is
    called by its `call` alone, wherever it lies.
    """

    def listening(layer: keras.layers.Layer) -> Callable[..., Any]:
        call = layer.call

        def told(*args: Any, **kwargs: Any) -> Any:
            output = call(*args, **kwargs)
            seen(layer, output)
            return output

        return told

    try:
        for layer in layers:
            object.__setattr__(layer, "call", listening(layer))
        yield
    finally:
        for layer in layers:
            layer.__dict__.pop("call", None)


def _taken(network: keras.Model, pictures: NDArray[Any]) -> Any:
    """Pictures as tensors of what the network takes."""
    return keras.ops.convert_to_tensor(pictures, dtype=network.inputs[0].dtype)


def _of_views(maps: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Maps of pictures, of which each may have been seen twice, the second time mirrored."""
    if len(maps) != 2 * count:
        return maps
    return ((maps[:count] + maps[count:, :, ::-1]) / 2).astype(np.float32)
