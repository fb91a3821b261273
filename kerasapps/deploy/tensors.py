"""What a TFLite file takes and gives, read from the file itself: no interpreter is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

_IDENTIFIER = b"TFL3"
_VERSION = "min_runtime_version"


def describe_tflite(path: Path) -> dict[str, Any] | None:
    """The `runtime` of a TFLite file in a `bundle.json`; see `docs/bundles.md`.

    Args:
        path: the file as it ships.

    Returns:
        The oldest runtime that takes the file, and of each signature the tensors, in the file's
        order. None of a file of another kind.
    """
    from ai_edge_litert import schema_py_generated as schema

    data = path.read_bytes()
    if data[4:8] != _IDENTIFIER:
        return None
    model = schema.Model.GetRootAs(data, 0)
    types = {number: name for name, number in vars(schema.TensorType).items() if name.isupper()}

    def tensors(signature: Any, count: int, part: Any) -> list[dict[str, Any]]:
        graph = model.Subgraphs(signature.SubgraphIndex())
        places = (part(number) for number in range(count))
        return [
            {"name": _text(place.Name()), **_tensor(graph.Tensors(place.TensorIndex()), types)}
            for place in places
        ]

    signatures = (model.SignatureDefs(number) for number in range(model.SignatureDefsLength()))
    return {
        "format": "tflite",
        "min_runtime_version": _oldest_runtime(model),
        "signatures": [
            {
                "name": _text(each.SignatureKey()),
                "inputs": tensors(each, each.InputsLength(), each.Inputs),
                "outputs": tensors(each, each.OutputsLength(), each.Outputs),
            }
            for each in signatures
        ],
    }


@dataclass(frozen=True)
class FileTensor:
    """An input or output of a file.

    Attributes:
        name: in the signature, or where none shows it the tensor's own.
        shape: with the batch.
    """

    name: str
    shape: tuple[int, ...]


def graph_tensors(content: bytes) -> tuple[tuple[FileTensor, ...], tuple[FileTensor, ...]]:
    """Inputs and outputs of a TFLite file's first graph, in its own order."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    signatures = [model.SignatureDefs(number) for number in range(model.SignatureDefsLength())]
    shown = [each for each in signatures if each.SubgraphIndex() == 0]

    def described(count: int, place_of: Any, count_in: str, part: str) -> tuple[FileTensor, ...]:
        named = {
            entry.TensorIndex(): _text(entry.Name())
            for each in shown
            for number in range(getattr(each, count_in)())
            for entry in [getattr(each, part)(number)]
        }
        places = [int(place_of(number)) for number in range(count)]
        tensors = [graph.Tensors(place) for place in places]
        return tuple(
            FileTensor(
                named.get(place, _text(tensor.Name())),
                tuple(int(tensor.Shape(axis)) for axis in range(tensor.ShapeLength())),
            )
            for place, tensor in zip(places, tensors, strict=True)
        )

    return (
        described(graph.InputsLength(), graph.Inputs, "InputsLength", "Inputs"),
        described(graph.OutputsLength(), graph.Outputs, "OutputsLength", "Outputs"),
    )


def _tensor(tensor: Any, types: dict[int, str]) -> dict[str, Any]:
    scale, zero_point = None, None
    quantization = tensor.Quantization()
    # A scale a channel is of weights, which no signature shows.
    if quantization is not None and quantization.ScaleLength() == 1:
        scale = float(quantization.Scale(0))
        zero_point = int(quantization.ZeroPoint(0)) if quantization.ZeroPointLength() else 0
    return {
        "tensor": _text(tensor.Name()),
        "shape": [int(tensor.Shape(axis)) for axis in range(tensor.ShapeLength())],
        "dtype": types[tensor.Type()].lower(),
        "scale": scale,
        "zero_point": zero_point,
    }


def _oldest_runtime(model: Any) -> str | None:
    """Such as "2.3.0": the converter writes it, padded with zeros."""
    for number in range(model.MetadataLength()):
        entry = model.Metadata(number)
        if _text(entry.Name()) == _VERSION:
            content = model.Buffers(entry.Buffer()).DataAsNumpy().tobytes()
            return str(content.rstrip(b"\0").decode("ascii", "replace")) or None
    return None


def _text(name: bytes | None) -> str:
    return "" if name is None else name.decode("utf-8", "replace")
