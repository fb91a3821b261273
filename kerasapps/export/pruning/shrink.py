"""A network made anew without some of its channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from kerasapps.export.pruning.unfold import Step, Unfolded
from kerasapps.export.pruning.units import Part
from kerasapps.layers.embedding import TokenEmbedding

Kept = Mapping[int, Sequence[tuple[int, NDArray[np.int64]]]]
"""A variable's id → axes of it, and the places on each that stay."""


def kept_places(parts: Sequence[Part], goes: NDArray[np.bool_]) -> Kept:
    """What stays of variables of which something goes.

    Args:
        parts: where channels lie.
        goes: whether each channel does.
    """
    kept: dict[int, list[tuple[int, NDArray[np.int64]]]] = {}
    for part in parts:
        gone = goes[part.channels]
        if gone.any():
            kept.setdefault(id(part.variable), []).append((part.axis, np.flatnonzero(~gone)))
    return kept


def shrunk(unfolded: Unfolded, kept: Kept) -> keras.Model:
    """The network with fewer channels: plain layers, and blocks where they were taken apart.

    Layers of which nothing goes are the network's own; they serve both then.

    Args:
        unfolded: the network.
        kept: what stays of its variables.
    """
    network = unfolded.network
    inputs = [_input_like(each) for each in network.inputs]
    now = dict(zip(map(id, network.inputs), inputs, strict=True))
    names = {each.name for each in network.inputs}
    layers: dict[int, Any] = {}
    weights: list[tuple[Any, list[NDArray[Any]]]] = []
    for step in unfolded.steps:
        operation = step.operation
        if id(operation) not in layers:
            layers[id(operation)] = _made(step, kept, names)
            if layers[id(operation)] is not operation:
                old = [_taken(variable, kept) for variable in operation.weights]
                weights.append((layers[id(operation)], old))
        arguments, options = keras.tree.map_structure(
            lambda each: now.get(id(each), each), (step.arguments, dict(step.options))
        )
        given = layers[id(operation)](*arguments, **options)
        now.update(zip(map(id, step.outputs), keras.tree.flatten(given), strict=True))
    for layer, values in weights:
        layer.set_weights(values)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    structure = keras.tree.map_structure(lambda each: now[id(each)], network._inputs_struct)
    outputs = keras.tree.map_structure(lambda each: now[id(each)], unfolded.outputs)
    return keras.Model(structure, outputs, name=network.name)


def _input_like(tensor: keras.KerasTensor) -> keras.KerasTensor:
    return keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor.name)


def _made(step: Step, kept: Kept, names: set[str]) -> Any:
    """The layer of a step, with fewer channels if some go; an operation that is no layer itself."""
    operation = step.operation
    if not isinstance(operation, keras.Layer):
        return operation
    changes = any(id(variable) in kept for variable in operation.weights)
    sizes = _sizes(step, kept)
    if not changes and not sizes and operation.name == step.name and step.name not in names:
        names.add(step.name)
        return operation
    name = step.name
    while name in names:
        name = f"{name}_"
    names.add(name)
    return type(operation).from_config({**operation.get_config(), **sizes, "name": name})


def _sizes(step: Step, kept: Kept) -> dict[str, Any]:
    """What the configuration of a layer says of the channels that it makes."""
    layer = step.operation
    for option, name in _MADE:
        owner = layer.table if isinstance(layer, TokenEmbedding) else layer
        variable: Any = getattr(owner, name, None)
        if variable is None or not hasattr(layer, option):
            continue
        for axis, places in kept.get(id(variable), ()):
            if axis == len(variable.shape) - 1:
                return {option: len(places)}
    return {}


_MADE: Final = (
    ("filters", "kernel"),
    ("filters", "pointwise_kernel"),
    ("units", "kernel"),
    ("output_dim", "embeddings"),
    ("dimensions", "embeddings"),
)
"""Option of a layer, and the variable whose last axis has as many places."""


def _taken(variable: Any, kept: Kept) -> NDArray[Any]:
    values: NDArray[Any] = variable.numpy()
    for axis, places in kept.get(id(variable), ()):
        values = np.take(values, places, axis=axis)
    return values
