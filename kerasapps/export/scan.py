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
    """An operation outside the LiteRT builtins, and the Keras layer that it came from."""

    op: str
    layer: str

    def __str__(self) -> str:
        return f"{self.op} (layer {self.layer!r})"


def scan_tflite(path: Path) -> tuple[ForeignOp, ...]:
    """Every Flex or custom operation in a TFLite file, each with its Keras layer."""
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model(str(path))
    found = []
    for graph in model.subgraphs:
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            if code.builtinCode == schema.BuiltinOperator.CUSTOM:
                scope = _text(graph.tensors[operator.outputs[0]].name)
                found.append(ForeignOp(_text(code.customCode), layer_of(scope)))
    return tuple(dict.fromkeys(found))


def foreign_ops_in(message: str) -> tuple[ForeignOp, ...]:
    """The operations that the converter names as unsupported in its error message."""
    matches = _LOCATION.finditer(message)
    found = [ForeignOp(match["op"], layer_of(match["scope"])) for match in matches]
    return tuple(dict.fromkeys(found))


def layer_of(scope: str) -> str:
    """The layer in a scope such as `functional_1/attention_1/Softmax`.

    Tracing wraps a layer's name in its model's (`scoring_1/functional_1/…`) and numbers it.
    """
    parts = [re.sub(r"_\d+$", "", part) for part in scope.split(";")[0].split("/")[:-1]]
    named = [part for part in parts if part not in {"functional", "scoring", "StatefulPartitionedCall"}]
    return "/".join(named) or scope


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
