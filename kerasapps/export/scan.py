"""Finds what no stock interpreter runs: Flex and custom operations."""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from kerasapps.errors import DataError
from kerasapps.files.named import open_regular
from kerasapps.files.paths import user_path

_IDENTIFIER = b"TFL3"

_LOCATION = re.compile(
    r'fused\["\w+:", "(?P<scope>[^"@]+)@[^\n]*?: \'tf\.(?P<op>\w+)\' op is neither'
)


@dataclass(frozen=True)
class ForeignOp:
    """An operation outside the LiteRT builtins, and the Keras layer that it came from.

    Examples:
        >>> str(kerasapps.export.ForeignOp("Einsum", "attention"))
        "Einsum (layer 'attention')"
    """

    op: str
    layer: str

    def __str__(self) -> str:
        return f"{self.op} (layer {self.layer!r})"


def require_tflite(path: str | os.PathLike[str]) -> Path:
    """The path of a TFLite file.

    Raises:
        DataError: if there is none, or it is a file of another kind.
    """
    file = user_path(path, what="file", error=DataError)
    try:
        with open_regular(file) as stream:
            head = stream.read(8)
    except OSError as problem:
        raise DataError(f"{file} cannot be read: {problem.strerror}. Name a TFLite file.") from None
    if head[4:] != _IDENTIFIER:
        raise DataError(f"{file} is no TFLite file: name one, such as export_tflite writes.")
    return file


def scan_tflite(path: str | os.PathLike[str]) -> tuple[ForeignOp, ...]:
    """Every Flex or custom operation in a TFLite file, each with its Keras layer.

    Raises:
        DataError: if there is no file, or it is damaged or of another kind.

    Examples:
        >>> file = Path("files/model_float32.tflite")  # as the example of export_tflite made it
        >>> kerasapps.export.scan_tflite(file)
        ()
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    file = require_tflite(path)
    try:
        model = flatbuffer_utils.read_model(str(file))
    except (IndexError, MemoryError, TypeError, ValueError, struct.error) as error:
        raise DataError(f"{file} is damaged: {error}. Write or fetch it again.") from error
    foreign = []
    for graph in model.subgraphs:
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            if code.builtinCode == schema.BuiltinOperator.CUSTOM:
                # A tensor that is the model's output has lost its scope; the inputs have theirs.
                tensors = [graph.tensors[index] for index in (*operator.outputs, *operator.inputs)]
                scopes = [_text(tensor.name) for tensor in tensors]
                scope = next((scope for scope in scopes if "/" in scope), scopes[0])
                foreign.append(ForeignOp(_text(code.customCode), layer_of(scope)))
    return tuple(dict.fromkeys(foreign))


def foreign_ops_in(message: str) -> tuple[ForeignOp, ...]:
    """The operations that the converter names as unsupported in its error message."""
    matches = _LOCATION.finditer(message)
    foreign = [ForeignOp(match["op"], layer_of(match["scope"])) for match in matches]
    return tuple(dict.fromkeys(foreign))


def layer_of(scope: str) -> str:
    """The layer in a scope such as `scoring_1/attention_1/Softmax`.

    The first part is the model, the last the operation; tracing numbers the names between.
    """
    parts = scope.partition(";")[0].split("/")
    layers = [re.sub(r"_\d+$", "", part) for part in parts[1:-1]]
    return "/".join(layers) or scope


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
