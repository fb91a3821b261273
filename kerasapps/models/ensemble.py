"""Several networks as one that answers with their mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import keras
import numpy as np

from kerasapps.layers.crf import ConditionalRandomField
from kerasapps.layers.uncertainty import UncertaintyWeights

MEAN: Final = "ensemble"
"""What the layer is called that takes the mean."""
_MEMBER: Final = "member_"
_HOLDERS: Final = (ConditionalRandomField, UncertaintyWeights)
"""Last layers that hold weights for a loss or a search, and give what they get."""


def averaged(networks: Sequence[keras.Model]) -> keras.Model:
    """A network that gives the mean of what several give, each with its own weights.

    Of logits of classes that is the logarithm of the geometric mean of their probabilities, but for
    what a softmax takes off again; of a chain of tags the mean score of each sequence. A mean of
    probabilities would have to be made logits again for all that follows, and has none below the
    smallest step of int8.

    Args:
        networks: of one architecture, which take and give the same; under the float32 policy.

    Returns:
        A model of the same inputs and outputs; its parts are Keras models of their own.

    Examples:
        >>> shape = {"input_shape": (8, 8, 1), "num_classes": 2}
        >>> both = [kerasapps.models.mlp(**shape), kerasapps.models.mlp(**shape)]
        >>> together, pictures = kerasapps.models.averaged(both), np.ones((1, 8, 8, 1), np.uint8)
        >>> mean = (both[0](pictures) + both[1](pictures)) / 2
        >>> np.allclose(together(pictures), mean, atol=1e-6)
        True
    """
    policy = keras.config.dtype_policy()
    # Under another the parts would count as of mixed precision, whatever their layers are.
    keras.config.set_dtype_policy("float32")
    try:
        return _averaged(networks)
    finally:
        keras.config.set_dtype_policy(policy)


def _averaged(networks: Sequence[keras.Model]) -> keras.Model:
    first = networks[0]
    taken = keras.tree.map_structure(
        lambda each: keras.Input(each.shape[1:], dtype=each.dtype, name=each.name), first.input
    )
    given = [
        keras.Model(network.input, _before_holder(network), name=f"{_MEMBER}{number}")(taken)
        for number, network in enumerate(networks, 1)
    ]
    mean = keras.layers.Average(name=MEAN, dtype="float32")(given)
    holders = [holder for network in networks if (holder := _holder(network)) is not None]
    return keras.Model(taken, _held(holders, mean) if holders else mean, name=first.name)


def members_of(network: keras.Model) -> tuple[keras.Model, ...]:
    """The networks whose mean `averaged` takes; none of a network that is no such mean.

    Each has the last layer that all of them share, where there is one.
    """
    if not any(_is_mean(layer) for layer in network.layers):
        return ()
    members = [
        layer
        for layer in network.layers
        if isinstance(layer, keras.Model) and layer.name.startswith(_MEMBER)
    ]
    holder = _holder(network)
    if holder is not None:
        members = [
            keras.Model(each.input, _held([holder], each.output), name=each.name)
            for each in members
        ]
    return tuple(members)


def members_within(network: keras.Model) -> tuple[keras.Model, ...]:
    """The same of a network, or of the first network in it that is such a mean."""
    return next(filter(None, map(members_of, _networks(network))), ())


def in_each_member(
    network: keras.Model, change: Callable[[keras.Model], keras.Model]
) -> keras.Model:
    """What `change` makes of a network; of a mean the mean of what it makes of each member.

    Args:
        network: any.
        change: may build a network anew, in another form.
    """
    members = members_of(network)
    return averaged([*map(change, members)]) if members else change(network)


def _networks(network: keras.Model) -> Iterator[keras.Model]:
    yield network
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _networks(layer)


def _is_mean(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.Average) and layer.name == MEAN


def _holder(network: keras.Model) -> keras.layers.Layer | None:
    last = network.layers[-1]
    return last if isinstance(last, _HOLDERS) else None


def _before_holder(network: keras.Model) -> Any:
    holder = _holder(network)
    return network.output if holder is None else holder.input


def _held(holders: Sequence[keras.layers.Layer], output: Any) -> Any:
    """An output that passes through a layer with the mean of several ones' weights."""
    layer = type(holders[0]).from_config(holders[0].get_config())
    held = layer(output)
    each = [holder.get_weights() for holder in holders]
    layer.set_weights([np.mean(values, axis=0) for values in zip(*each, strict=True)])
    return held
