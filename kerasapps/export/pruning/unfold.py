"""A functional network as a list of steps, its blocks taken apart into the layers they are made of.

A block such as a residual one is a layer to Keras, whose inside no graph shows. Called with
symbolic tensors, it leaves the calls of its own layers behind, and these are what is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import KerasTensor


@dataclass(frozen=True, eq=False)
class Step:
    """One call of a layer or an operation.

    Attributes:
        operation: the layer, or what else is computed.
        name: of the layer, with the names of those that it is in before it.
        arguments: of the call, symbolic tensors among them.
        options: the same, by name.
        outputs: symbolic tensors, as the call gives them.
    """

    operation: Any
    name: str
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    outputs: Sequence[KerasTensor]

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic tensors that it takes, in order."""
        return _tensors((self.arguments, dict(self.options)))


@dataclass(frozen=True, eq=False)
class Unfolded:
    """A network as steps, each after those that it needs.

    Attributes:
        network: it is of.
        steps: in order.
        outputs: of the network, in the structure that it gives.
    """

    network: keras.Model
    steps: Sequence[Step]
    outputs: Any


def unfold(network: keras.Model, *, is_known: Callable[[Any], bool]) -> Unfolded | None:
    """The steps of a network; None for one that is no functional one.

    Args:
        network: any.
        is_known: whether an operation or a layer is one that the caller can do something with. A
            block is taken apart if all of its layers are.
    """
    network = getattr(network, "_functional", None) or network  # of a sequential one
    if not hasattr(network, "_nodes_by_depth"):
        return None  # a subclass, whose inside is code
    same: dict[int, KerasTensor] = {}
    steps = _between(network.inputs, network.outputs, same, prefix="", is_known=is_known)
    outputs = keras.tree.map_structure(lambda each: _of(same, each), network._outputs_struct)
    return Unfolded(network, steps, outputs)


def _between(
    inputs: Sequence[KerasTensor],
    outputs: Sequence[KerasTensor],
    same: dict[int, KerasTensor],
    *,
    prefix: str,
    is_known: Callable[[Any], bool],
) -> list[Step]:
    """What leads from some tensors to others; `same` learns what stands for what a block gives."""
    steps: list[Step] = []
    for node in _nodes(inputs, outputs):
        arguments = keras.tree.map_structure(lambda each: _of(same, each), node.arguments.args)
        options = keras.tree.map_structure(lambda each: _of(same, each), node.arguments.kwargs)
        operation = node.operation
        if type(operation).__name__ == "ConvertToTensor":  # what it is given is one
            same[id(node.outputs[0])] = arguments[0]
            continue
        step = Step(operation, f"{prefix}{operation.name}", arguments, options, node.outputs)
        parts = None if is_known(operation) else _parts(step, same, is_known=is_known)
        steps += [step] if parts is None else parts
    return steps


def _parts(
    step: Step, same: dict[int, KerasTensor], *, is_known: Callable[[Any], bool]
) -> list[Step] | None:
    """The steps within a block; None where it is none, or holds what is not known."""
    layer = step.operation
    is_block = isinstance(layer, keras.Model) or not type(layer).__module__.startswith("keras.")
    if not is_block or not getattr(layer, "_layers", None):
        return None
    inside: dict[int, KerasTensor] = {}
    try:
        given = layer.call(*step.arguments, **step.options)
        outputs = _tensors(given)
        steps = _between(step.inputs, outputs, inside, prefix=f"{step.name}_", is_known=is_known)
    except Exception:
        # Whatever it raises, it computes otherwise than by layers that can be called alone.
        return None
    if len(outputs) != len(step.outputs) or not all(is_known(each.operation) for each in steps):
        return None
    for mine, theirs in zip(step.outputs, outputs, strict=True):
        same[id(mine)] = _of(inside, theirs)
    if len(steps) == 1:
        only = steps[0]
        return [Step(only.operation, step.name, only.arguments, only.options, only.outputs)]
    return steps


def _nodes(inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> list[Any]:
    """The calls between some tensors, each after those that it needs."""
    met = {id(each) for each in inputs}
    done: set[int] = set()
    ordered: list[Any] = []
    waiting: list[tuple[Any, bool]] = [(_node_of(each), False) for each in outputs]
    while waiting:
        node, is_ready = waiting.pop()
        if node is None or id(node) in done:
            continue
        if is_ready:
            done.add(id(node))
            ordered.append(node)
            continue
        if all(id(each) in met for each in node.outputs):
            continue
        waiting.append((node, True))
        waiting += [
            (_node_of(each), False) for each in node.arguments.keras_tensors if id(each) not in met
        ]
    return ordered


def _node_of(tensor: KerasTensor) -> Any:
    """The call that gave a tensor, which Keras keeps with it."""
    operation, index, _ = tensor._keras_history
    return None if operation is None else operation._inbound_nodes[index]


def _of(same: Mapping[int, KerasTensor], value: Any) -> Any:
    while id(value) in same:
        value = same[id(value)]
    return value


def _tensors(structure: Any) -> list[KerasTensor]:
    return [each for each in keras.tree.flatten(structure) if isinstance(each, KerasTensor)]
