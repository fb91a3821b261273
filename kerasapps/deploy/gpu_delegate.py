"""Whether a phone's GPU could take all of a TFLite file, told from the file alone.

The GPU delegate (OpenCL, OpenGL, Metal) takes a graph operation by operation; what it lacks runs on
the CPU, and each change between them copies tensors, so that one operation in the midst may cost
more than the GPU gains. The names and conditions below are those by which the delegate itself
decides, as of commit 03a5e4e1 of github.com/tensorflow/tensorflow: which operations, and of what
form, in `tensorflow/lite/tools/versioning/gpu_compatibility.cc`; which types may pass between them
in `tensorflow/lite/delegates/gpu/common/model_builder.cc`. The list of the manual
(https://ai.google.dev/edge/litert/performance/gpu) names fewer. Telling it takes no GPU: whether
one has the memory, and is quicker, only a phone tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ONE_INPUT = _names(
    "ABS CEIL COS ELU EXP FLOOR GELU HARD_SWISH LEAKY_RELU LOG LOGISTIC NEG PRELU RELU RELU6 "
    "RELU_N1_TO_1 RSQRT SIGN SIN SQRT SQUARE TANH"
)
COMPARISONS = _names("EQUAL GREATER GREATER_EQUAL LESS LESS_EQUAL NOT_EQUAL")
TWO_INPUTS = COMPARISONS | _names(
    "ADD ATAN2 DIV FLOOR_DIV FLOOR_MOD LOGICAL_AND MAXIMUM MINIMUM MUL POW SQUARED_DIFFERENCE SUB"
)
REDUCTIONS = _names("MEAN REDUCE_MAX REDUCE_MIN REDUCE_PROD SUM")
SLICES = frozenset({"SLICE", "STRIDED_SLICE"})
SELECTS = frozenset({"SELECT", "SELECT_V2"})
PADS = frozenset({"MIRROR_PAD", "PAD", "PADV2"})
OPERATIONS = (
    ONE_INPUT
    | TWO_INPUTS
    | REDUCTIONS
    | SLICES
    | SELECTS
    | PADS
    | _names(
        "ADD_N AVERAGE_POOL_2D BATCH_MATMUL CAST CONCATENATION CONV_2D CUMSUM DENSIFY "
        "DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE DYNAMIC_UPDATE_SLICE EMBEDDING_LOOKUP "
        "FULLY_CONNECTED GATHER LSTM MAX_POOL_2D ONE_HOT PACK QUANTIZE RESHAPE RESIZE_BILINEAR "
        "RESIZE_NEAREST_NEIGHBOR SOFTMAX SPACE_TO_DEPTH SPLIT SPLIT_V TILE TRANSPOSE "
        "TRANSPOSE_CONV"
    )
)
"""Names of builtin operations that the delegate has."""

WHOLE = frozenset({"CAST", "DYNAMIC_UPDATE_SLICE", "EMBEDDING_LOOKUP", "GATHER", "ONE_HOT"})
"""Operations that take int32 from others; no other does."""
LOGICAL = COMPARISONS | SELECTS | {"CAST", "LOGICAL_AND"}
"""Operations between which truth values may pass."""
_NUMBERS = frozenset({"FLOAT32", "FLOAT16", "INT8", "UINT8"})
_MOST_AXES = 4
_MOST_NAMED = 3


@dataclass(frozen=True)
class GpuFigures:
    """What a GPU delegate would take of a TFLite file.

    Attributes:
        operations: how many there are, of all its signatures.
        stopped_by: why it does not take some: name, reason and how often; empty: it takes all.
        hint: what its numbers become there; empty for floats.
    """

    operations: int
    stopped_by: tuple[str, ...] = ()
    hint: str = ""

    @property
    def told(self) -> str:
        """The same in words."""
        if not self.stopped_by:
            return f"takes all {self.operations} operations{self.hint and f'; {self.hint}'}"
        more = len(self.stopped_by) - _MOST_NAMED
        named = ", ".join(self.stopped_by[:_MOST_NAMED])
        return f"stops at {named}{f' and {more} more' if more > 0 else ''}"


@dataclass(frozen=True)
class _Tensor:
    """Attributes: type, such as FLOAT32; shape; and whether the file holds its values."""

    kind: str
    shape: tuple[int, ...]
    is_constant: bool


@dataclass(frozen=True)
class _Operation:
    name: str
    inputs: tuple[_Tensor, ...]
    outputs: tuple[_Tensor, ...]
    options: Any


def gpu_figures(path: Path) -> GpuFigures:
    """Reads a TFLite file; no interpreter is made.

    Args:
        path: a file that one can load.
    """
    operations = list(_operations(path))
    reasons = Counter(
        f"{each.name} ({reason})" if reason else each.name
        for each in operations
        if (reason := _objection(each)) is not None
    )
    stopped = tuple(
        f"{count}× {reason}" if count > 1 else reason for reason, count in reasons.most_common()
    )
    return GpuFigures(len(operations), stopped, _hint(operations))


def _hint(operations: Sequence[_Operation]) -> str:
    kinds = {
        tensor.kind
        for each in operations
        for tensor in (*each.inputs, *each.outputs)
        if not tensor.is_constant
    }
    weights = {tensor.kind for each in operations for tensor in each.inputs if tensor.is_constant}
    if kinds & {"INT8", "UINT8"}:
        return "it computes whole numbers in 16-bit floats, so no faster than float16"
    return "it unpacks the 8-bit weights to floats" if "INT8" in weights else ""


def _objection(operation: _Operation) -> str | None:
    """Why the delegate does not take it: "" where it lacks it at all; None where it takes it."""
    name = operation.name
    if name not in OPERATIONS:
        return ""
    for tensor in (*operation.inputs, *operation.outputs):
        if tensor.is_constant:
            continue
        allowed = tensor.kind in _NUMBERS
        allowed |= tensor.kind == "INT32" and name in WHOLE
        allowed |= tensor.kind == "BOOL" and name in LOGICAL
        if not allowed:
            return f"of {tensor.kind.lower()}"
        if len(tensor.shape) > _MOST_AXES:
            return f"{len(tensor.shape)} axes"
    check = _CHECKS.get(name)
    return check(operation) if check is not None else None


def _gather(operation: _Operation) -> str | None:
    values, places = operation.inputs[:2]
    if values.kind == "INT32":
        return "of int32"
    return None if len(places.shape) == 1 else f"places in {len(places.shape)} axes, not 1"


def _slice(operation: _Operation) -> str | None:
    axes = len(operation.inputs[0].shape)
    if axes not in (3, 4):
        return f"of {axes} axes, not 3 or 4"
    masks = ("ellipsisMask", "newAxisMask", "shrinkAxisMask")
    is_masked = any(getattr(operation.options, mask, 0) for mask in masks)
    return "with an axis left out" if is_masked else None


def _pad(operation: _Operation) -> str | None:
    return None if operation.inputs[1].shape in ((3, 2), (4, 2)) else "not of 3 or 4 axes"


def _select(operation: _Operation) -> str | None:
    _, first, second = operation.inputs
    answer = operation.outputs[0].shape
    if not {first.kind, second.kind} <= {"FLOAT32", "FLOAT16"}:
        return "between whole numbers"
    fits = [not each.shape or each.shape in ((1,), answer) for each in (first, second)]
    return None if all(fits) else "of other shapes"


def _constant_axes(operation: _Operation) -> str | None:
    axes = operation.inputs[1]
    return None if axes.is_constant and axes.kind == "INT32" else "along axes found at each call"


def _computed(operation: _Operation) -> str | None:
    return "of a constant" if operation.inputs[0].is_constant else None


_CHECKS: Mapping[str, Callable[[_Operation], str | None]] = {
    "FULLY_CONNECTED": _computed,
    "GATHER": _gather,
    **dict.fromkeys(SLICES, _slice),
    **dict.fromkeys(PADS, _pad),
    **dict.fromkeys(SELECTS, _select),
    **dict.fromkeys(REDUCTIONS, _constant_axes),
}


def _operations(path: Path) -> Iterator[_Operation]:
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(path.read_bytes(), 0))
    kinds = {number: name for name, number in vars(schema.TensorType).items() if name.isupper()}
    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}

    def tensor(graph: Any, place: int) -> _Tensor:
        each = graph.tensors[place]
        shape = () if each.shape is None else tuple(int(side) for side in each.shape)
        buffer = model.buffers[each.buffer]
        # Values may lie behind the tables: what ai-edge-quantizer writes has them there.
        is_constant = buffer.data is not None or bool(buffer.offset)
        return _Tensor(kinds[each.type], shape, is_constant)

    for graph in model.subgraphs:
        for each in graph.operators:
            code = model.operatorCodes[each.opcodeIndex]
            builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
            yield _Operation(
                names[builtin],
                tuple(tensor(graph, place) for place in each.inputs if place >= 0),
                tuple(tensor(graph, place) for place in each.outputs),
                each.builtinOptions,
            )
