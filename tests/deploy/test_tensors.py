"""What a TFLite file is said to take and give is what the interpreter finds in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from kerasapps.deploy.tensors import describe_tflite
from tests.tiny_translator import TinyTranslator

PICTURES = Path(__file__).parent / "first_bundle" / "model_int8.tflite"


def described(path: Path) -> dict[str, Any]:
    runtime = describe_tflite(path)
    assert runtime is not None and runtime["format"] == "tflite"
    return runtime


def as_interpreted(name: str, details: dict[str, Any]) -> dict[str, Any]:
    scale, zero_point = details["quantization"]
    return {
        "name": name,
        "tensor": details["name"],
        "shape": details["shape"].tolist(),
        "dtype": np.dtype(details["dtype"]).name,
        "scale": scale or None,
        "zero_point": zero_point if scale else None,
    }


def check(path: Path) -> None:
    interpreter = Interpreter(str(path))
    runtime = described(path)
    assert {each["name"] for each in runtime["signatures"]} == set(interpreter.get_signature_list())
    for signature in runtime["signatures"]:
        runner = interpreter.get_signature_runner(signature["name"])
        for part, found in (
            ("inputs", runner.get_input_details()),
            ("outputs", runner.get_output_details()),
        ):
            known = {each["name"]: each for each in signature[part]}
            assert known == {name: as_interpreted(name, each) for name, each in found.items()}


def test_a_quantized_picture_file_says_how_bytes_go_in_and_scores_come_out() -> None:
    runtime = described(PICTURES)
    (signature,) = runtime["signatures"]
    (taken,), (given,) = signature["inputs"], signature["outputs"]
    assert (taken["dtype"], taken["scale"], taken["zero_point"]) == ("uint8", 1.0, 0)
    assert (given["dtype"], given["scale"], given["zero_point"]) == ("uint8", 1 / 256, 0)
    assert runtime["min_runtime_version"].split(".")[0] in ("1", "2")
    check(PICTURES)


def test_every_signature_of_a_translator_is_told(translator: TinyTranslator) -> None:
    for mode in translator.files:
        check(translator.file(mode))


def test_a_file_of_another_kind_has_no_tensors(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_text("int8")
    assert describe_tflite(tmp_path / "model.tflite") is None


@pytest.mark.parametrize("size", [0, 5, 8])
def test_a_stump_has_none_either(tmp_path: Path, size: int) -> None:
    (tmp_path / "model.tflite").write_bytes(b"x" * size)
    assert describe_tflite(tmp_path / "model.tflite") is None
