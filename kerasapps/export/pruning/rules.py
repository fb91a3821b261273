"""Which channels come out of a layer, of those that go in, and where their weights lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import keras
import numpy as np

from kerasapps.export.pruning.unfold import Step
from kerasapps.export.pruning.units import Channels, Part, Units
from kerasapps.layers import FusedBatchNorm, Gelu
from kerasapps.layers.embedding import TokenEmbedding
from kerasapps.layers.pooling import MaskedPooling
from kerasapps.layers.spec_augment import SpecAugment

Rule: TypeAlias = Callable[[Step, Sequence[Channels], Units], Channels]
"""A step, the channels of its inputs, and all units → the channels of its one output."""

_L: Final = keras.layers


def follow(step: Step, given: Sequence[Channels], units: Units) -> list[Channels]:
    """The channels of each output of a step; what is not known lets none of its channels go.

    Args:
        step: of a network.
        given: the channels of each of its inputs.
        units: learn what goes with what.
    """
    rule = _rule_of(step.operation)
    if (
        rule is None
        or len(step.outputs) != 1
        or (all(each is None for each in given) and (rule not in _MAKERS))
    ):
        for each in given:
            units.fix(each)
        return [None] * len(step.outputs)
    return [rule(step, given, units)]


def is_known(operation: Any) -> bool:
    """Whether there is a rule for an operation or a layer."""
    return _rule_of(operation) is not None


def _rule_of(operation: Any) -> Rule | None:
    rule = _RULES.get(type(operation))
    if rule is None and type(operation).__module__.startswith("keras.src.ops."):
        rule = _OPERATIONS.get(type(operation).__name__)
    is_last = getattr(operation, "data_format", None) in (None, "channels_last")
    return rule if is_last else None


def _dense(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """Each output is a sum over all channels, with a kernel `(…, inputs, outputs)`."""
    layer = step.operation
    if getattr(layer, "groups", 1) != 1 or getattr(layer, "lora_enabled", False):
        return _nothing(step, given, units)
    kernel = layer.kernel
    rank = len(kernel.shape)
    _reads(kernel, rank - 2, given[0], units)
    return _makes(kernel, rank - 1, layer, units, activation=layer.activation)


def _separable(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """A kernel for each channel, then a sum over what these give."""
    layer, channels = step.operation, given[0]
    depthwise, pointwise = layer.depthwise_kernel, layer.pointwise_kernel
    rank = len(pointwise.shape)
    if channels is not None:
        units.lies(Part(depthwise, rank - 2, channels, "follows"))
        _reads(pointwise, rank - 2, np.repeat(channels, layer.depth_multiplier), units)
    return _makes(pointwise, rank - 1, layer, units, activation=layer.activation)


def _depthwise(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """One kernel for each channel, `(…, channels, 1)`."""
    layer, channels = step.operation, given[0]
    if layer.depth_multiplier != 1 or channels is None or not _is_alone(layer.activation):
        return _nothing(step, given, units)
    units.lies(Part(layer.kernel, len(layer.kernel.shape) - 2, channels, "follows"))
    if layer.use_bias:
        units.lies(Part(layer.bias, 0, channels, "follows"))
    return channels


def _embedding(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """A row of the table for each number; the numbers are no channels."""
    layer = step.operation
    layer = layer.table if isinstance(layer, TokenEmbedding) else layer
    if getattr(layer, "lora_enabled", False):
        return _nothing(step, given, units)
    channels = units.new(int(layer.embeddings.shape[1]))
    units.lies(Part(layer.embeddings, 1, channels, "makes"))
    return channels


def _norm(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """Each channel has moments of its own."""
    layer, channels = step.operation, given[0]
    if channels is None or layer.axis not in (-1, len(step.inputs[0].shape) - 1):
        return _nothing(step, given, units)
    for variable in layer.weights:
        units.lies(Part(variable, 0, channels, "follows"))
    return channels


def _same(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """Each channel is changed alone; what else goes in, such as a mask, has no channels."""
    for each in given[1:]:
        units.fix(each)
    return given[0]


def _activation(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    return given[0] if _is_alone(step.operation.activation) else _nothing(step, given, units)


def _rescaling(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    plain = all(np.ndim(each) == 0 for each in (step.operation.scale, step.operation.offset))
    return given[0] if plain else _nothing(step, given, units)


def _together(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """Channels at the same place become one, or a single one is set against all others."""
    sizes = [each.shape[-1] for each in step.inputs]
    most = max(size or 0 for size in sizes)
    others = [
        each
        for each in keras.tree.flatten((step.arguments, dict(step.options)))
        if not isinstance(each, keras.KerasTensor) and np.ndim(each) and np.shape(each)[-1] != 1
    ]
    wide = [each for each, size in zip(given, sizes, strict=True) if size == most]
    for each, size in zip(given, sizes, strict=True):
        if size != most:
            units.fix(each)
    if (
        others
        or any(each is None for each in wide)
        or any(
            len(each.shape) != len(step.outputs[0].shape)
            for each in step.inputs
            if each.shape[-1] not in (1, most)
        )
    ):
        return _nothing(step, given, units)
    known = [each for each in wide if each is not None]
    for each in known[1:]:
        units.join(known[0], each)
    return known[0]


def _joined(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """Channels of several tensors, one behind the other; along another axis they become one."""
    if step.operation.axis not in (-1, len(step.outputs[0].shape) - 1):
        return _together(step, given, units)
    parts = []
    for tensor, channels in zip(step.inputs, given, strict=True):
        parts.append(units.new(int(tensor.shape[-1])) if channels is None else channels)
        if channels is None:
            units.fix(parts[-1])
    return np.concatenate(parts)


def _flattened(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """Where each channel comes to lie, if it lies so at all places of the other axes."""
    before, after = step.inputs[0].shape[1:], step.outputs[0].shape[1:]
    channels = given[0]
    if channels is None or None in before or None in after:
        return _nothing(step, given, units)
    rows = np.broadcast_to(channels, before).reshape(-1, after[-1])
    return rows[0] if (rows == rows[0]).all() else _nothing(step, given, units)


def _reduced(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """A mean, say, over other axes than that of the channels."""
    rank = len(step.inputs[0].shape)
    axes = step.operation.axis
    axes = range(rank) if axes is None else np.atleast_1d(axes)
    is_alone = all(axis % rank != rank - 1 for axis in axes)
    return given[0] if is_alone else _nothing(step, given, units)


def _expanded(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    rank = len(step.outputs[0].shape)
    axes = np.atleast_1d(step.operation.axis)
    is_before = all(axis % rank != rank - 1 for axis in axes)
    return given[0] if is_before else _nothing(step, given, units)


def _nothing(step: Step, given: Sequence[Channels], units: Units) -> Channels:
    """No channel that goes in can go."""
    for each in given:
        units.fix(each)
    return None


def _reads(variable: Any, axis: int, channels: Channels, units: Units) -> None:
    if channels is not None:
        units.lies(Part(variable, axis, channels, "reads"))


def _makes(variable: Any, axis: int, layer: Any, units: Units, *, activation: Any) -> Channels:
    channels = units.new(int(variable.shape[axis]))
    units.lies(Part(variable, axis, channels, "makes"))
    if layer.use_bias:
        units.lies(Part(layer.bias, 0, channels, "follows"))
    if not _is_alone(activation):
        units.fix(channels)
    return channels


def _is_alone(activation: Any) -> bool:
    """Whether an activation looks at one channel at a time."""
    across = {"softmax", "log_softmax", "glu", "sparsemax"}
    return getattr(activation, "__name__", "") not in across


_MAKERS: Final = frozenset({_dense, _separable, _embedding})
"""Rules of what makes channels of whatever goes in."""

_RULES: Final[Mapping[type, Rule]] = {
    **dict.fromkeys((_L.Dense, _L.Conv1D, _L.Conv2D, _L.Conv3D), _dense),
    **dict.fromkeys((_L.SeparableConv1D, _L.SeparableConv2D), _separable),
    **dict.fromkeys((_L.DepthwiseConv1D, _L.DepthwiseConv2D), _depthwise),
    **dict.fromkeys((_L.BatchNormalization, FusedBatchNorm), _norm),
    **dict.fromkeys(
        (
            *(_L.Dropout, _L.SpatialDropout1D, _L.SpatialDropout2D, _L.GaussianNoise),
            *(_L.GaussianDropout, _L.AlphaDropout, _L.Identity, _L.ActivityRegularization),
            *(_L.ReLU, _L.LeakyReLU, _L.ELU, Gelu, MaskedPooling, SpecAugment),
            *(_L.MaxPooling1D, _L.MaxPooling2D, _L.AveragePooling1D, _L.AveragePooling2D),
            *(_L.GlobalMaxPooling1D, _L.GlobalMaxPooling2D),
            *(_L.GlobalAveragePooling1D, _L.GlobalAveragePooling2D),
            *(_L.ZeroPadding1D, _L.ZeroPadding2D, _L.Cropping1D, _L.Cropping2D),
            *(_L.UpSampling1D, _L.UpSampling2D),
        ),
        _same,
    ),
    **dict.fromkeys(
        (_L.Add, _L.Subtract, _L.Multiply, _L.Average, _L.Maximum, _L.Minimum), _together
    ),
    _L.Activation: _activation,
    _L.Rescaling: _rescaling,
    **dict.fromkeys((_L.Embedding, TokenEmbedding), _embedding),
    _L.Concatenate: _joined,
    _L.Flatten: _flattened,
}

_OPERATIONS: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(
        ("Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum"), _together
    ),
    **dict.fromkeys(
        (
            *("Absolute", "Cast", "Clip", "Exp", "Log", "Negative", "Sqrt", "Square", "Tanh"),
            *("Elu", "Gelu", "HardSigmoid", "HardSilu", "LeakyRelu", "Relu", "Relu6", "Selu"),
            *("Sigmoid", "Silu", "Softplus"),
        ),
        _same,
    ),
    **dict.fromkeys(("Mean", "Max", "Min", "Sum"), _reduced),
    "ExpandDims": _expanded,
    "Concatenate": _joined,
}
