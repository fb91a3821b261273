"""Inputs of users' networks: held against the data, and named as these are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import keras

from kerasapps.errors import ConfigError
from kerasapps.weights import give_weights

Expected: TypeAlias = Mapping[str, tuple[tuple[int, ...], str]]
"""Input's name → its shape without the batch, and its dtype."""
_NAMED: Final = frozenset({"numbers", "categories"})
"""Inputs that a network is given by name."""


def connected(
    title: str, network: keras.Model, expected: Expected
) -> tuple[Any, Any, keras.Operation | None]:
    """Inputs, the output, and the operation that gives it where it is known."""
    tensors = getattr(network, "inputs", None) if network.built else None
    if tensors:
        _check_inputs(title, tensors, expected)
        named = _by_input(tensors, expected)
        if _are_equal(named, expected):
            inputs = named if len(_NAMED & set(expected)) else next(iter(named.values()))
            return inputs, _only_output(title, network.outputs), _last(network)
    inputs = {
        name: keras.Input(shape, dtype=kind, name=name) for name, (shape, kind) in expected.items()
    }
    weights = network.get_weights()
    try:
        outputs = network(_arranged(network, tensors, inputs))
    except Exception as error:  # a network of the user's may raise anything
        raise ConfigError(
            f"{title} does not take {_words(expected)}: {type(error).__name__}: {error}"
        ) from error
    if weights and len(weights) == len(network.weights):
        give_weights(network, weights)
    by_name = bool(_NAMED & set(expected))
    given = inputs if by_name else next(iter(inputs.values()))
    return given, _only_output(title, keras.tree.flatten(outputs)), _last(network)


def _check_inputs(title: str, tensors: Any, expected: Expected) -> None:
    wanted = _words(expected)
    if len(tensors) != len(expected):
        given = ", ".join(f"{each.name!r} {tuple(each.shape[1:])}" for each in tensors)
        raise ConfigError(
            f"{title} takes {len(tensors)} inputs ({given}), and the data are {wanted}."
        )
    if len(expected) > 1 and {each.name for each in tensors} != set(expected):
        given = " and ".join(repr(each.name) for each in tensors)
        raise ConfigError(f"{title} calls its inputs {given}, and the data are {wanted}.")
    for name, tensor in _by_input(tensors, expected).items():
        shape, place = tuple(tensor.shape[1:]), expected[name][0]
        fits = len(shape) == len(place) and all(
            side in (None, asked) for side, asked in zip(shape, place, strict=True)
        )
        if not fits:
            raise ConfigError(
                f"{title} takes {tensor.name!r} of the shape {shape}, and the data are {wanted}."
            )


def _words(expected: Expected) -> str:
    return " and ".join(f"{name!r}, {kind} {shape}" for name, (shape, kind) in expected.items())


def _by_input(tensors: Any, expected: Expected) -> dict[str, Any]:
    if len(expected) == 1:
        return {next(iter(expected)): tensors[0]}
    return {each.name: each for each in tensors}


def _are_equal(tensors: Mapping[str, Any], expected: Expected) -> bool:
    return all(
        (tuple(each.shape[1:]), each.dtype) == expected[name]
        and (name == each.name or name not in _NAMED)
        for name, each in tensors.items()
    )


def _arranged(network: keras.Model, tensors: Any, inputs: Mapping[str, Any]) -> Any:
    """New inputs in the structure in which the network takes them."""
    if not tensors:
        return dict(inputs) if len(inputs) > 1 else next(iter(inputs.values()))
    alone = len(inputs) == 1
    flat = [*inputs.values()] if alone else [inputs[each.name] for each in tensors]
    structure = getattr(network, "input", None)
    return keras.tree.pack_sequence_as(structure, flat) if structure is not None else flat[0]


def _only_output(title: str, outputs: Any) -> Any:
    if len(outputs) != 1:
        raise ConfigError(f"{title} has {len(outputs)} outputs; one is trained and judged.")
    return outputs[0]


def _last(network: Any) -> keras.Operation | None:
    """What gives the output: of a network within a network its own."""
    while isinstance(network, keras.Model):
        parts = getattr(network, "operations", None) or (
            network.layers if isinstance(network, keras.Sequential) else None
        )
        if not parts:
            return None
        network = parts[-1]
    found: keras.Operation = network
    return found
