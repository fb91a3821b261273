"""Which values of a network are activations of its TFLite file, found by what they are.

The converter puts a convolution, batch normalization and what clips into one operation, turns some
operations into others, and names what they give as it likes. But the values are the same: those of
a file that a network has as well, on some examples, are found in it whatever they are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.export.ranges import PASSING, Range
from kerasapps.model_inputs import ModelInputs

_SAMPLED = 1024  # values of an activation that are compared, of each example
_NEARLY = 1e-3  # of the largest value: what float32 in another order makes of it
_SHAPING = frozenset(
    {"ExpandDims", "Identity", "Pack", "Reshape", "Squeeze", "StopGradient", "Transpose"}
)
_VIEWS = (1, 2)  # a file may answer for a picture and its mirror image, the picture first


@dataclass(frozen=True)
class Fingerprint:
    """What an activation is on some examples.

    Attributes:
        size: how many values it has for an example.
        values: float32 `(examples, at most 1024)`: evenly chosen ones.
    """

    size: int
    values: np.ndarray

    @classmethod
    def of(cls, values: Sequence[np.ndarray]) -> Fingerprint:
        """Of an activation's values on one example after another."""
        flat = np.stack([each.ravel() for each in values])
        return cls(flat.shape[1], flat[:, _spread(flat.shape[1])])

    def fits(self, values: np.ndarray) -> bool:
        """Whether an activation of a file is this one.

        Args:
            values: float32 `(examples, n)`.
        """
        if values.shape[1] not in [views * self.size for views in _VIEWS]:
            return False
        largest = float(np.abs(self.values).max())
        if not largest > 0:
            return False
        chosen = values[:, : self.size][:, _spread(self.size)]
        return bool(np.abs(chosen - self.values).max() <= _NEARLY * largest)


def _spread(size: int) -> np.ndarray:
    return np.unique(np.linspace(0, size - 1, min(size, _SAMPLED)).astype(np.int64))


@dataclass(frozen=True)
class Learnt:
    """The ranges that activations of a network have learnt.

    Attributes:
        examples: what its TFLite file takes, by name, `(n, …)`: a few examples.
        activations: what each is on these.
        ranges: of each, float32 `(activations, 2)`.
    """

    examples: Mapping[str, np.ndarray]
    activations: Sequence[Fingerprint]
    ranges: np.ndarray

    def save(self, path: Path) -> Path:
        """Writes it for another process."""
        arrays = {f"example_{name}": values for name, values in self.examples.items()}
        for row, each in enumerate(self.activations):
            arrays[f"values_{row}"] = each.values
        sizes = np.array([each.size for each in self.activations])
        with path.open("wb") as file:
            np.savez(file, allow_pickle=False, sizes=sizes, ranges=self.ranges, **arrays)
        return path

    @classmethod
    def load(cls, path: Path) -> Learnt:
        """What `save` wrote."""
        stored = np.load(path)
        marked = [name for name in stored.files if name.startswith("example_")]
        return cls(
            {name.removeprefix("example_"): stored[name] for name in marked},
            [
                Fingerprint(int(size), stored[f"values_{row}"])
                for row, size in enumerate(stored["sizes"])
            ],
            stored["ranges"],
        )

    def ranges_in(self, content: bytes) -> dict[int, Range]:
        """Place of each activation of a float TFLite file that is known → its range."""
        found = {}
        for place, values in activations(content, self.examples).items():
            row = next((r for r, each in enumerate(self.activations) if each.fits(values)), None)
            if row is not None:
                low, high = self.ranges[row]
                found[place] = float(low), float(high)
        return found


@dataclass(frozen=True)
class FloatFile:
    """A float TFLite file of a network, and some examples.

    Attributes:
        content: the file.
        examples: as it takes them, by name, `(n, …)`.
        inputs: the same as the network takes them.
        stays_float: names of what its int8 file computes on float32 as well.
    """

    content: bytes
    examples: Mapping[str, np.ndarray]
    inputs: ModelInputs
    stays_float: Sequence[str] = ()

    def rounded(self, values: Mapping[str, Fingerprint], kinds: Mapping[str, str]) -> list[str]:
        """Names of the values of the network that its int8 file rounds, in their order.

        Args:
            values: of the network on the examples, by name.
            kinds: name of a value → the operation that gives it.
        """
        names: set[str] = set()
        computed = activations(self.content, self.examples, stays_float=self.stays_float)
        for activation in computed.values():
            same = [name for name, each in values.items() if each.fits(activation)]
            # A bias of 0 or a ReLU may have changed nothing on these examples; what is behind it is
            # what the file rounds. The same in another shape is made of that.
            made = [name for name in same if kinds[name] not in _SHAPING]
            names |= {*(made[-1:] or same[:1])}
        return [name for name in values if name in names]

    def on_float32(self, values: Mapping[str, Fingerprint]) -> list[str]:
        """Names of the values of the network that its int8 file computes on float32.

        Args:
            values: of the network on the examples, by name.
        """
        model = _model(self.content)
        places = [p for p, name in _computed(model) if name in {*self.stays_float}]
        seen = _values(self.content, self.examples, places).values()
        return [name for name, each in values.items() if any(map(each.fits, seen))]


def activations(
    content: bytes, examples: Mapping[str, np.ndarray], *, stays_float: Sequence[str] = ()
) -> dict[int, np.ndarray]:
    """Place of each activation that a float TFLite file has a range of its own for → its values.

    Those that operations pass on unchanged are left out, and inputs that are whole numbers.

    Args:
        content: of a file with one graph; of others nothing is known.
        examples: what it takes, by name, `(n, …)`.
        stays_float: names of what has no range, but where another operation takes it.

    Returns:
        float32 `(n, values)` each.
    """
    model = _model(content)
    if len(model.subgraphs) > 1:
        return {}
    found = _values(content, examples, [*_rounded(model, {*stays_float})])
    inputs = {int(place) for place in model.subgraphs[0].inputs}
    return {
        place: values
        for place, values in found.items()
        if place not in inputs or np.any(values != np.round(values))
    }


def _model(content: bytes) -> Any:
    from ai_edge_litert.tools import flatbuffer_utils

    return flatbuffer_utils.read_model_from_bytearray(bytearray(content))


def _values(
    content: bytes, examples: Mapping[str, np.ndarray], places: Sequence[int]
) -> dict[int, np.ndarray]:
    """What tensors of a file are on some examples, `(n, values)` each."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # A delegate would keep the values between its operations to itself.
    interpreter = Interpreter(
        model_content=content,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    runner = interpreter.get_signature_runner()
    wanted = {name: each["dtype"] for name, each in runner.get_input_details().items()}
    found: dict[int, list[np.ndarray]] = {place: [] for place in places}
    for row in range(len(next(iter(examples.values())))):
        runner(
            **{name: examples[name][row : row + 1].astype(kind) for name, kind in wanted.items()}
        )
        for place in places:
            found[place].append(np.array(interpreter.get_tensor(place)).ravel())
    return {place: np.stack(values) for place, values in found.items()}


def _rounded(model: Any, floats: set[str]) -> Iterator[int]:
    """Inputs, and what operations compute, where an operation on whole numbers takes or gives it.

    Args:
        model: with one graph.
        floats: names of what operations on float32 give.
    """
    graph = model.subgraphs[0]
    taken = {
        int(place)
        for operator in graph.operators
        if not {graph.tensors[place].name.decode() for place in operator.outputs} & floats
        for place in operator.inputs
    }
    kind = _float32()
    for place in map(int, graph.inputs):
        if graph.tensors[place].type == kind and place in taken:
            yield place
    for place, name in _computed(model):
        if name not in floats or place in taken:
            yield place


def _computed(model: Any) -> Iterator[tuple[int, str]]:
    """Place and name of what operations compute in float32, but of what they pass on."""
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    graph = model.subgraphs[0]
    for operator in graph.operators:
        if names[model.operatorCodes[operator.opcodeIndex].builtinCode] in PASSING:
            continue
        for place in map(int, operator.outputs):
            if graph.tensors[place].type == _float32():
                yield place, graph.tensors[place].name.decode()


def _float32() -> int:
    from ai_edge_litert import schema_py_generated as schema

    kind: int = schema.TensorType.FLOAT32
    return kind
