"""What each file of a bundle takes and gives, for whoever runs it without kerasapps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kerasapps.deploy.formats import format_of
from kerasapps.deploy.onnx_file import describe_onnx
from kerasapps.deploy.tensors import describe_tflite

_FOLDER_FILE = "saved_model.pb"
_HIDDEN = "__"  # of a SavedModel's signatures, those that only TensorFlow itself calls


def describe_file(path: Path) -> dict[str, Any] | None:
    """The `runtime` of an artifact: of a TFLite or ONNX file, or of a SavedModel's folder.

    Returns:
        Plain values, as `docs/bundles.md` has them; None of anything else.
    """
    if format_of(path) == "onnx":
        return describe_onnx(path)
    if path.is_dir():
        file = path / _FOLDER_FILE
        return _describe_saved_model(file) if file.is_file() else None
    return describe_tflite(path)


def with_state(
    answer: Mapping[str, Any], runtimes: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """How an answer is made, with what its files hand from one step to the next.

    A state that the files of a bundle do not all get from `encode` begins as zeros in all of them:
    that is what `encode` of the others says of it.

    Args:
        answer: of a manifest; one that is not made step by step stays as it is.
        runtimes: of the TFLite files.
    """
    if "step" not in answer:
        return answer
    taken: dict[str, bool] = {}
    for runtime in runtimes:
        signatures = {each["name"]: each for each in runtime["signatures"]}
        if not {answer["encode"], answer["step"]} <= set(signatures):
            continue
        given = {each["name"] for each in signatures[answer["encode"]]["outputs"]}
        for each in signatures[answer["step"]]["inputs"]:
            name = each["name"]
            if name not in (answer["token"], answer["position"]):
                taken[name] = taken.get(name, True) and name in given
    state = {
        "from_encode": sorted(name for name, is_given in taken.items() if is_given),
        "zeros": sorted(name for name, is_given in taken.items() if not is_given),
    }
    return {**answer, "state": state}


def _describe_saved_model(file: Path) -> dict[str, Any]:
    from tensorflow import dtypes
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    signatures = saved.meta_graphs[0].signature_def

    def tensors(infos: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "tensor": infos[name].name,
                "shape": _shape(infos[name].tensor_shape),
                "dtype": dtypes.as_dtype(infos[name].dtype).name,
                "scale": None,
                "zero_point": None,
            }
            for name in sorted(infos)
        ]

    return {
        "format": "saved_model",
        "min_runtime_version": None,
        "signatures": [
            {
                "name": name,
                "inputs": tensors(signatures[name].inputs),
                "outputs": tensors(signatures[name].outputs),
            }
            for name in sorted(signatures)
            if not name.startswith(_HIDDEN)
        ],
    }


def _shape(shape: Any) -> list[int] | None:
    """-1 for a side that is not fixed; None where not even their number is."""
    return None if shape.unknown_rank else [int(side.size) for side in shape.dim]
