"""Ranges of activations for int8 files: as wide as costs least, not as wide as the widest value.

The converter's calibration takes the smallest and the largest value that an activation had. One
value far from all others then makes the 255 steps between them coarse for everyone. Whitened
pictures are such a case: with values up to 61 and a deviation of 1, five of 100 pictures got
another label than from the float network, and one of 100 with the ranges found here.

Reference: Nagel et al. 2021, "A White Paper on Neural Network Quantization" (arXiv 2106.08295),
section 3.1 (range setting by the mean squared error).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

Range: TypeAlias = tuple[float, float]

_EXAMPLES = 100
_BINS = 2048
_SHARES = np.geomspace(0.02, 1.0, 41)  # of the way from zero to either end
_MOST_VALUES = 100_000  # of an activation that are counted of each example
_STEPS = 255

# What these give are values that they were given, in the range in which they were given. Where one
# of them is a constant, such as a token put before others, no range is known but that of all.
PASSING = frozenset(
    {
        "BROADCAST_TO", "CONCATENATION", "EXPAND_DIMS", "GATHER", "MAX_POOL_2D", "MIRROR_PAD",
        "PACK", "PAD", "PADV2", "REDUCE_MAX", "REDUCE_MIN", "RESHAPE", "REVERSE_V2", "SLICE",
        "SPLIT", "SPLIT_V", "SQUEEZE", "STRIDED_SLICE", "TILE", "TRANSPOSE", "UNPACK",
    }
)  # fmt: skip


def narrow_ranges(
    calibrated: bytes,
    examples: Iterable[list[np.ndarray]],
    *,
    known: Mapping[int, Range] = MappingProxyType({}),
) -> bytes:
    """The same calibrated file, with the ranges that int8 rounds least in.

    Of each activation that an operation computes, both ends move towards zero until the mean
    squared error of rounding and clipping together is least on the examples.

    Args:
        calibrated: a float TFLite file with one input, with the range of every activation.
        examples: inputs, each a list of one float32 array, `(1, …)`; at most 100 are run.
        known: place of an activation → the range that it has learnt, which stays.

    Returns:
        A TFLite file for `integer.quantize`.
    """
    from ai_edge_litert.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model_from_bytearray(bytearray(calibrated))
    if len(model.subgraphs) > 1:
        return calibrated  # loops and branches, whose inner values no interpreter shows
    ranges = dict(_calibrated_ranges(model.subgraphs[0]))
    steps = list(_operations(model, ranges))
    computed = [place for step in steps if not step.passes for place in step.outputs]
    counts = _histograms(calibrated, examples, {p: ranges[p] for p in computed if p in ranges})
    for place, histogram in counts.items():
        ranges[place] = best_range(histogram, ranges[place])
    _set_ranges(model, steps, ranges | {**known})
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def with_ranges(calibrated: bytes, known: Mapping[int, Range]) -> bytes:
    """The same calibrated file, with other ranges of some activations.

    Args:
        calibrated: a float TFLite file with the range of every activation.
        known: place of an activation → its range.
    """
    from ai_edge_litert.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model_from_bytearray(bytearray(calibrated))
    ranges = dict(_calibrated_ranges(model.subgraphs[0])) | {**known}
    _set_ranges(model, list(_operations(model, ranges)), ranges)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _set_ranges(model: Any, steps: Iterable[_Operation], ranges: dict[int, Range]) -> None:
    """Writes ranges into a file; what passes values on has those of what it is given."""
    for step in steps:
        given = [ranges[place] for place in step.inputs if place in ranges]
        if step.passes and given:
            joint = min(low for low, _ in given), max(high for _, high in given)
            ranges |= {place: joint for place in step.outputs if place in ranges}
    for place, (low, high) in ranges.items():
        found = model.subgraphs[0].tensors[place].quantization
        found.min, found.max = np.array([low], np.float32), np.array([high], np.float32)


def best_range(histogram: np.ndarray, full: Range) -> Range:
    """The range with the least mean squared error of 255 steps between its ends.

    Args:
        histogram: counts of values in bins of one width, int or float `(bins,)`.
        full: lower end of the first bin, at most 0, and upper end of the last.
    """
    low, high = full
    width = (high - low) / len(histogram)
    centres = low + (np.arange(len(histogram)) + 0.5) * width
    lows = low * _SHARES if low < 0 else np.array([low])
    highs = high * _SHARES if high > 0 else np.array([high])
    below = _squares_beyond(histogram, centres, lows)
    above = _squares_beyond(histogram[::-1], -centres[::-1], -highs)
    steps = (highs[None, :] - lows[:, None]) / _STEPS
    error = below[:, None] + above[None, :] + histogram.sum() * steps**2 / 12
    row, column = np.unravel_index(np.argmin(error), error.shape)
    return float(lows[row]), float(highs[column])


def _squares_beyond(histogram: np.ndarray, centres: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """For each end the sum of squared distances of all values below it."""
    short = np.maximum(ends[:, None] - centres[None, :], 0.0)
    return (short**2) @ histogram


def _calibrated_ranges(graph: Any) -> Iterator[tuple[int, Range]]:
    """Places of float activations and their ranges, zero in them as int8 wants it."""
    for place, tensor in enumerate(graph.tensors):
        found = tensor.quantization
        if found is not None and found.min is not None and len(found.min) == 1:
            low, high = min(0.0, float(found.min[0])), max(0.0, float(found.max[0]))
            if low < high:
                yield place, (low, high)


@dataclass(frozen=True)
class _Operation:
    """What an operation reads and gives, as places of tensors, and whether it passes values on."""

    passes: bool
    inputs: Sequence[int]
    outputs: Sequence[int]


def _operations(model: Any, ranges: Mapping[int, Range]) -> Iterator[_Operation]:
    """In the order in which they run.

    Those pass values on that are given activations alone, and those that average them.
    """
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    tensors, float32 = model.subgraphs[0].tensors, schema.TensorType.FLOAT32
    for operator in model.subgraphs[0].operators:
        name = names[model.operatorCodes[operator.opcodeIndex].builtinCode]
        inputs = [int(place) for place in operator.inputs if place >= 0]  # -1: none is given
        floats = (place for place in inputs if tensors[place].type == float32)
        passes = name in PASSING and all(place in ranges for place in floats)
        passes = passes or (name == "CONV_2D" and _is_mean(model, operator))
        yield _Operation(passes, inputs, [int(place) for place in operator.outputs])


def _is_mean(model: Any, convolution: Any) -> bool:
    """Whether all that comes out is a weighted mean of what goes in, so lies in its range.

    A range of its own would have other steps: a grey level would not stay what it is.
    """
    weights, *biases = (_constant(model, place) for place in convolution.inputs[1:] if place >= 0)
    if not weights.size or weights.min() < 0 or any(map(np.any, biases)):
        return False
    filters = int(model.subgraphs[0].tensors[convolution.inputs[1]].shape[0])
    return bool(np.allclose(weights.reshape(filters, -1).sum(axis=1), 1, atol=1e-6))


def _constant(model: Any, place: int) -> np.ndarray:
    """The float32 values of a constant, flat; none where it is no constant."""
    data = model.buffers[model.subgraphs[0].tensors[place].buffer].data
    return np.frombuffer(bytes([] if data is None else data), np.float32)


def _histograms(
    content: bytes, examples: Iterable[list[np.ndarray]], ranges: Mapping[int, Range]
) -> dict[int, np.ndarray]:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # A delegate would keep the values between its operations to itself.
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(
        model_content=content,
        experimental_op_resolver_type=plain,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    (taken,) = interpreter.get_input_details()
    counts = {place: np.zeros(_BINS) for place in ranges}
    for _, (example,) in zip(range(_EXAMPLES), examples, strict=False):
        interpreter.set_tensor(taken["index"], example)
        interpreter.invoke()
        for place, full in ranges.items():
            counts[place] += _counted(interpreter.get_tensor(place), full)
    return counts


def _counted(values: np.ndarray, full: Range) -> np.ndarray:
    """How many of the values, or of evenly chosen ones of many, lie in each bin."""
    # An odd stride meets every channel: their number is nearly always even.
    stride = max(1, values.size // _MOST_VALUES) | 1
    low, high = full
    bins = (values.ravel()[::stride] - low) * (_BINS / (high - low))
    return np.bincount(np.clip(bins, 0, _BINS - 1).astype(np.int64), minlength=_BINS)
