"""A float32 TFLite file in the form that ai-edge-quantizer does most for, and back.

It takes operations by the names of what they give, which here are unique: two signatures may hold
tensors of one name. And it quantizes tables that `EMBEDDING_LOOKUP` reads, not those of `GATHER`,
which the converter writes; both give the same rows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_FEWEST = 4096  # values of a table that is worth it
_TAG = re.compile(r"^t\d+_\d+\|")
_MOST_LAYERS = 32  # that are measured each by itself


def tagged(content: bytes) -> bytes:
    """The file with lookups for gathers of tables, inner outputs apart, and unique names."""
    model = _read(content)
    for graph in model.subgraphs:
        operators = [_lookup(model, graph, each) for each in graph.operators]
        graph.operators = [each for group in operators for each in group]
        _set_outputs_apart(model, graph)
    for number, graph in enumerate(model.subgraphs):
        for place, tensor in enumerate(graph.tensors):
            tensor.name = f"{_tag(number, place)}|{_text(tensor.name)}".encode()
    return _written(model)


def _set_outputs_apart(model: Any, graph: Any) -> None:
    """What is given out and read within becomes two tensors.

    The quantizer takes an output back to float32, and operations within would read that.
    """
    read = {int(place) for each in graph.operators for place in each.inputs}
    for place in sorted({int(place) for place in graph.outputs} & read):
        tensor = graph.tensors[place]
        if _has_values(model, tensor) or place in {int(each) for each in graph.inputs}:
            continue
        inner = _added(graph, _text(tensor.name) + "/inner", tensor.type, [*_shape(tensor)])
        for operator in graph.operators:
            operator.inputs = [inner if each == place else int(each) for each in operator.inputs]
            operator.outputs = [inner if each == place else int(each) for each in operator.outputs]
        graph.operators.append(_reshape(model, graph, inner, place))


def untagged(content: bytes) -> bytes:
    """A file of the quantizer with names as they were, and its buffers inside."""
    model = _read(content)
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.name = _TAG.sub("", _text(tensor.name)).encode()
    return _written(model)


def layers(content: bytes) -> dict[str, list[str]]:
    """Layer → tags of its operations, in the order in which they run; 32 layers at most.

    A layer is what the names of an operation's outputs say before their last part; those that share
    weights are one, and neighbours are put together where there are more.

    Args:
        content: a tagged file.
    """
    found: dict[str, list[str]] = {}
    users: dict[int, str] = {}  # buffer of weights -> the first layer that reads it
    for model, graph, operator in _operators(_read(content)):
        tag, _, name = _text(graph.tensors[operator.outputs[0]].name).partition("|")
        first = name.partition(";")[0]
        layer = first.rpartition("/")[0] or first
        for place in operator.inputs:
            tensor = graph.tensors[place]
            if place >= 0 and len(_shape(tensor)) > 1 and _has_values(model, tensor):
                layer = users.setdefault(tensor.buffer, layer)
        found.setdefault(layer, []).append(tag)
    names = list(found)
    size = math.ceil(len(names) / _MOST_LAYERS) or 1
    groups = [names[start : start + size] for start in range(0, len(names), size)]
    return {", ".join(group): [tag for name in group for tag in found[name]] for group in groups}


def products(content: bytes, *, block: int) -> list[str]:
    """Tags of the operations whose weights can be cut into blocks of so many along a row.

    Args:
        content: a tagged file.
        block: values that share a scale.
    """
    from ai_edge_litert import schema_py_generated as schema

    kinds = schema.BuiltinOperator
    tags = []
    for model, graph, operator in _operators(_read(content)):
        if _code(model, operator) not in (kinds.FULLY_CONNECTED, kinds.EMBEDDING_LOOKUP):
            continue
        weights = graph.tensors[operator.inputs[1]]
        if int(weights.shape[-1]) % block == 0:
            tags.append(_text(graph.tensors[operator.outputs[0]].name).partition("|")[0])
    return tags


def floats(content: bytes) -> Mapping[str, tuple[int, list[tuple[int, str]]]]:
    """Signature → its graph, and places and names of the float32 tensors that are computed there.

    Args:
        content: a tagged file.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = _read(content)

    def computed(number: int) -> list[tuple[int, str]]:
        graph = model.subgraphs[number]
        return [
            (place, _text(tensor.name))
            for place, tensor in enumerate(graph.tensors)
            if tensor.type == schema.TensorType.FLOAT32
            and not _has_values(model, tensor)
            and all(tensor.shape if tensor.shape is not None else ())
        ]

    return {
        _text(each.signatureKey): (each.subgraphIndex, computed(each.subgraphIndex))
        for each in model.signatureDefs
    }


def _operators(model: Any) -> Iterator[tuple[Any, Any, Any]]:
    for graph in model.subgraphs:
        for operator in graph.operators:
            if len(operator.outputs):
                yield model, graph, operator


def _lookup(model: Any, graph: Any, operator: Any) -> list[Any]:
    """A gather of rows of a table as a lookup of flat ids; any other operation as it is."""
    from ai_edge_litert import schema_py_generated as schema

    if not _reads_rows(model, graph, operator):
        return [operator]
    table, ids = (int(place) for place in operator.inputs[:2])
    count = math.prod(map(int, _shape(graph.tensors[ids])))
    width = int(graph.tensors[table].shape[1])
    given = int(operator.outputs[0])
    kinds, types = schema.BuiltinOperator, schema.TensorType
    flat = _added(graph, _text(graph.tensors[ids].name) + "/flat", types.INT32, [count])
    rows = _added(graph, _text(graph.tensors[given].name) + "/rows", types.FLOAT32, [count, width])
    lookup = schema.OperatorT()
    lookup.opcodeIndex = _opcode(model, kinds.EMBEDDING_LOOKUP)
    lookup.inputs, lookup.outputs = [flat, table], [rows]
    return [
        _reshape(model, graph, ids, flat),
        lookup,
        _reshape(model, graph, rows, given),
    ]


def _reads_rows(model: Any, graph: Any, operator: Any) -> bool:
    from ai_edge_litert import schema_py_generated as schema

    if _code(model, operator) != schema.BuiltinOperator.GATHER:
        return False
    table, ids = (graph.tensors[place] for place in operator.inputs[:2])
    options = operator.builtinOptions
    return (
        (options is None or (options.axis == 0 and options.batchDims == 0))
        and table.type == schema.TensorType.FLOAT32
        and ids.type == schema.TensorType.INT32
        and len(_shape(table)) == 2
        and math.prod(_shape(table)) >= _FEWEST
        and _has_values(model, table)
        and min(_shape(ids), default=1) > 0
    )


def _reshape(model: Any, graph: Any, source: int, target: int) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    shape = [*map(int, _shape(graph.tensors[target]))]
    name = _text(graph.tensors[target].name) + "/shape"
    sizes = _added(graph, name, schema.TensorType.INT32, [len(shape)])
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(np.asarray(shape, np.int32).tobytes(), np.uint8)
    model.buffers.append(buffer)
    graph.tensors[sizes].buffer = len(model.buffers) - 1
    reshape = schema.OperatorT()
    reshape.opcodeIndex = _opcode(model, schema.BuiltinOperator.RESHAPE)
    reshape.inputs, reshape.outputs = [source, sizes], [target]
    reshape.builtinOptionsType = schema.BuiltinOptions.ReshapeOptions
    reshape.builtinOptions = schema.ReshapeOptionsT()
    reshape.builtinOptions.newShape = shape
    return reshape


def _added(graph: Any, name: str, kind: int, shape: list[int]) -> int:
    """The place of one more tensor."""
    from ai_edge_litert import schema_py_generated as schema

    tensor = schema.TensorT()
    tensor.name, tensor.type, tensor.shape, tensor.buffer = name.encode(), kind, shape, 0
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1


def _opcode(model: Any, kind: int) -> int:
    """The place of an operation's code, which is added where there is none."""
    from ai_edge_litert import schema_py_generated as schema

    for place, code in enumerate(model.operatorCodes):
        if code.builtinCode == kind:
            return place
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = kind
    code.version = 1
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1


def _code(model: Any, operator: Any) -> int:
    return int(model.operatorCodes[operator.opcodeIndex].builtinCode)


def _shape(tensor: Any) -> tuple[int, ...]:
    return () if tensor.shape is None else tuple(map(int, tensor.shape))


def _has_values(model: Any, tensor: Any) -> bool:
    data = model.buffers[tensor.buffer].data
    return data is not None and len(data) > 0


def _tag(graph: int, place: int) -> str:
    return f"t{graph}_{place}"


def _text(name: bytes | str | None) -> str:
    return name.decode() if isinstance(name, bytes) else str(name or "")


def _read(content: bytes) -> Any:
    from ai_edge_litert.tools import flatbuffer_utils

    return flatbuffer_utils.read_model_from_bytearray(bytearray(content))


def _written(model: Any) -> bytes:
    from ai_edge_litert.tools import flatbuffer_utils

    for buffer in model.buffers:
        if buffer.data is not None and not isinstance(buffer.data, np.ndarray):
            # Anything else is written byte by byte, which takes seconds a megabyte.
            buffer.data = np.frombuffer(bytes(buffer.data), np.uint8)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))
