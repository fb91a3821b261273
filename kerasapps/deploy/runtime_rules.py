"""What a `bundle.json` may say of the tensors of its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.deploy.checking import check_object, check_value
from kerasapps.deploy.rules import (
    HUGE,
    LIST,
    NAME,
    OBJECT,
    TEXT,
    Rule,
    is_number,
    number,
    one_of,
    or_null,
    whole_number,
)

_LARGEST_SIDE = 2**31 - 1


def is_shape(value: Any) -> bool:
    """Whether a value lists sides, of which -1 is one that may be any."""
    return isinstance(value, list) and all(
        isinstance(side, int) and is_number(side, -1, _LARGEST_SIDE) for side in value
    )


_SHAPE = Rule(is_shape, "a list of whole numbers of at least -1")
_RUNTIME: Mapping[str, Rule] = {
    "format": one_of("tflite", "saved_model", "onnx"),
    "min_runtime_version": or_null(TEXT),
    "signatures": LIST,
}
_SIGNATURE: Mapping[str, Rule] = {"name": TEXT, "inputs": LIST, "outputs": LIST}
_TENSOR: Mapping[str, Rule] = {
    "name": TEXT,
    "tensor": TEXT,
    "shape": or_null(_SHAPE),
    "dtype": NAME,
    "scale": or_null(number(-HUGE, HUGE)),
    "zero_point": or_null(whole_number(-(2**31), 2**31)),
}


def check_runtime(runtime: Any, where: str) -> None:
    """What an artifact says of its file's tensors, which older versions did not, is that.

    Raises:
        OffError: naming the first value that is off.
    """
    if runtime is None:
        return
    check_value(runtime, OBJECT, where)
    check_object(runtime, _RUNTIME, f"{where}.")
    for place, signature in enumerate(runtime["signatures"]):
        inner = f"{where}.signatures[{place}]"
        check_value(signature, OBJECT, inner)
        check_object(signature, _SIGNATURE, f"{inner}.")
        for part in ("inputs", "outputs"):
            for index, tensor in enumerate(signature[part]):
                check_value(tensor, OBJECT, f"{inner}.{part}[{index}]")
                check_object(tensor, _TENSOR, f"{inner}.{part}[{index}].")
