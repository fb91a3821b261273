"""Finds what no stock interpreter runs: Flex and custom operations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

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


def scan_tflite(path: Path) -> tuple[ForeignOp, ...]:
    """Every Flex or custom operation in a TFLite file, each with its Keras layer.

    Examples:
        >>> file = Path("files/model_float32.tflite")  # as the example of export_tflite made it
        >>> kerasapps.export.scan_tflite(file)
        ()
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model(str(path))
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
