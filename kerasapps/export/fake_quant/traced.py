"""A network's graph at inference, run operation by operation with changes to some of its values.

Layers may hold any number of operations, which no walk over layers sees. The graph that TensorFlow
traces holds them all, one after another, as the converter gets them.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.model_inputs import tensors_of

OnValue: TypeAlias = Callable[[str, Any], Any]
"""The name of a value of the graph, and the value → what takes its place."""
OnWeight: TypeAlias = Callable[[str, Any, Sequence[int]], Any]
"""The name of a product, its weights, and the axes summed over → what takes their place."""

# Operations that hold a graph of their own.
_NESTED = frozenset(
    f"{state}{kind}" for kind in ("While", "If", "Case") for state in ("", "Stateless")
) | {"PartitionedCall", "StatefulPartitionedCall"}
# Product -> axes of its weights that are summed over; those of a matrix depend on how it lies.
_CONVOLUTIONS: Mapping[str, Sequence[int]] = {
    "Conv2D": (0, 1, 2),
    "DepthwiseConv2dNative": (0, 1),
    "Conv2DBackpropInput": (0, 1, 3),
}
_MATRICES = frozenset({"MatMul", "BatchMatMulV2", "BatchMatMulV3"})


class TracedNetwork:
    """The inference graph of a network; its variables are the network's own.

    Batch normalization stands in it with its moving moments, which an int8 file has folded into the
    weights before it. As weights have a scale for each filter, rounding before the folding and
    after it is the same.

    Args:
        network: from tensors to one tensor, or a mapping of such.

    Raises:
        ConfigError: if the network holds a loop, as recurrent ones do.
    """

    def __init__(self, network: keras.Model) -> None:
        self.network = network
        taken = tensors_of(network)
        self.names = tuple(taken)
        specs = [tf.TensorSpec(each.shape, each.dtype) for each in taken.values()]
        traced = tf.function(
            lambda *tensors: network(self._arranged(tensors), training=False), autograph=False
        ).get_concrete_function(*specs)
        self._traced = traced  # which holds the graph
        graph = traced.graph
        self._captured = dict(_captured(graph))
        self._outputs = traced.structured_outputs
        self._inputs = [each.name for each in graph.inputs[: len(specs)]]
        self._dtypes = [each.dtype for each in specs]
        wanted = tf.nest.flatten(self._outputs)
        self.operations = tuple(_needed(graph.get_operations(), wanted))
        self._computed = _computed(self.operations, {*self._inputs})
        loops = sorted({each.type for each in self.operations} & _NESTED)
        if loops:
            raise ConfigError(
                f"{network.name} computes in a loop ({', '.join(loops)}), as recurrent networks "
                "do, which fine-tuning for int8 cannot follow"
            )

    @property
    def values(self) -> Mapping[str, str]:
        """Name of each float32 value that depends on the inputs → the operation that gives it.

        In the order in which they come, the inputs first.
        """
        return {
            value.name: operation.type
            for operation in self.operations
            for value in operation.outputs
            if value.name in self._computed and value.dtype == tf.float32
        }

    def leading_to(self, names: Collection[str]) -> frozenset[str]:
        """Names of the operations that give some values, and of all before them.

        Args:
            names: of the values.
        """
        given = [each for step in self.operations for each in step.outputs if each.name in names]
        return frozenset(each.name for each in _needed(self.operations, given))

    def run(
        self, inputs: Any, *, on_value: OnValue | None = None, on_weight: OnWeight | None = None
    ) -> Any:
        """What the network answers.

        Args:
            inputs: as the network takes them.
            on_value: changes values that depend on the inputs.
            on_weight: changes weights of matrix products and convolutions.
        """
        given = zip(self._inputs, self._flat(inputs), self._dtypes, strict=True)
        known = {name: tf.cast(tensor, dtype) for name, tensor, dtype in given}
        for operation in self.operations:
            results = self._results(operation, known, on_weight)
            for value, result in zip(operation.outputs, results, strict=True):
                change = on_value if value.name in self._computed else None
                known[value.name] = result if change is None else change(value.name, result)
        return tf.nest.map_structure(lambda each: known[each.name], self._outputs)

    def _results(self, operation: Any, known: Mapping[str, Any], on_weight: Any) -> list[Any]:
        if operation.type == "Placeholder":
            name = operation.outputs[0].name
            return [known[name] if name in known else self._captured[name]]
        arguments = [known[each.name] for each in operation.inputs]
        if operation.type == "ReadVariableOp":
            return [tf.convert_to_tensor(arguments[0])]
        if operation.type == "ResourceGather":
            return [tf.gather(tf.convert_to_tensor(arguments[0]), arguments[1])]
        if on_weight is not None:
            for place, summed in self._weights(operation):
                arguments[place] = on_weight(operation.name, arguments[place], summed)
        results = _call(operation, arguments)
        return list(results) if isinstance(results, list | tuple) else [results]

    def _weights(self, operation: Any) -> Iterator[tuple[int, Sequence[int]]]:
        """Places of the arguments that are weights, and the axes of each that are summed over."""
        kind = operation.type
        fixed = [
            place
            for place, each in enumerate(operation.inputs)
            if each.name not in self._computed and each.dtype == tf.float32
        ]
        if len(fixed) == len(operation.inputs):
            return
        for place in fixed:
            if kind in _CONVOLUTIONS and place == 1:
                yield place, _CONVOLUTIONS[kind]
            elif kind in _MATRICES:
                turned = operation.get_attr(_turning(kind)[place])
                # The second to last axis of a right factor as it lies is summed over.
                yield place, ((-1,) if turned == (place == 1) else (-2,))
            elif kind == "Einsum":
                yield place, _summed(operation.get_attr("equation").decode(), place)

    def _arranged(self, tensors: Sequence[Any]) -> Any:
        if isinstance(self.network.input, Mapping):
            return dict(zip(self.names, tensors, strict=True))
        return tensors[0] if len(tensors) == 1 else list(tensors)

    def _flat(self, inputs: Any) -> list[Any]:
        if isinstance(inputs, Mapping):
            return [inputs[name] for name in self.names]
        return list(inputs) if isinstance(inputs, list | tuple) else [inputs]


def _turning(kind: str) -> tuple[str, str]:
    """What says of a matrix product whether its factors are transposed."""
    return ("transpose_a", "transpose_b") if kind == "MatMul" else ("adj_x", "adj_y")


def _summed(equation: str, place: int) -> list[int]:
    """Axes of a factor that are not in what an einsum gives, counted from the end."""
    factors, _, given = equation.partition("->")
    letters = factors.split(",")[place].replace("...", "")
    return [axis - len(letters) for axis, letter in enumerate(letters) if letter not in given]


def _captured(graph: Any) -> Iterator[tuple[str, Any]]:
    """Name of each placeholder within → the variable or tensor outside that it stands for."""
    variables = {id(each.handle): each for each in graph.variables}
    for outer, inner in graph.captures:
        yield inner.name, variables.get(id(outer), outer)


def _needed(operations: Sequence[Any], wanted: Sequence[Any]) -> list[Any]:
    """Those that lead to some values, in their order."""
    waiting, needed = [each.op for each in wanted], set[str]()
    while waiting:
        operation = waiting.pop()
        if operation.name not in needed:
            needed.add(operation.name)
            waiting += [each.op for each in operation.inputs]
    return [each for each in operations if each.name in needed]


def _computed(operations: Sequence[Any], inputs: set[str]) -> set[str]:
    """Names of the values that depend on the inputs; of a shape alone is not of what is in it."""
    found = set(inputs)
    for operation in operations:
        if operation.type != "Shape" and any(each.name in found for each in operation.inputs):
            found |= {each.name for each in operation.outputs}
    return found


def _call(operation: Any, arguments: Sequence[Any]) -> Any:
    """Runs one operation on other values."""
    if operation.type == "Const":
        return tf.constant(tf.make_ndarray(operation.get_attr("value")))
    function = getattr(tf.raw_ops, operation.type)
    left = iter(arguments)
    given: dict[str, Any] = {}
    for argument in operation.op_def.input_arg:
        if argument.number_attr:
            count = operation.get_attr(argument.number_attr)
            given[argument.name] = list(itertools.islice(left, count))
        elif argument.type_list_attr:
            count = len(operation.get_attr(argument.type_list_attr))
            given[argument.name] = list(itertools.islice(left, count))
        else:
            given[argument.name] = next(left)
    inferred = {name for each in operation.op_def.input_arg for name in _inferred(each)}
    for attribute in operation.op_def.attr:
        if attribute.name not in inferred:
            given[attribute.name] = operation.get_attr(attribute.name)
    asked = [each for each in inspect.signature(function).parameters if each != "name"]
    # Python has some under other names, in the same order.
    renamed = dict(
        zip(
            [each for each in given if each not in asked],
            [each for each in asked if each not in given],
            strict=False,
        )
    )
    named = {renamed.get(name, name): value for name, value in given.items()}
    return function(**{name: value for name, value in named.items() if name in asked})


def _inferred(argument: Any) -> Iterator[str]:
    """Attributes that the argument itself tells."""
    yield from filter(None, (argument.type_attr, argument.number_attr, argument.type_list_attr))
