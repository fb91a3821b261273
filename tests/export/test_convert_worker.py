"""What the converting process makes of its job, called in this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.export import convert_worker
from kerasapps.export.convert_worker import convert, main
from kerasapps.export.integer_pictures import PICTURES as UINT8
from kerasapps.export.integer_pictures import examples
from kerasapps.export.network import scoring_model
from kerasapps.export.tflite import write_static_batch

SIDE = 8
PICTURES = np.random.default_rng(0).integers(10, 240, (40, SIDE, SIDE, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A network of one dense layer with more weights than are left alone."""
    folder = tmp_path_factory.mktemp("job")
    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Flatten()(inputs / 255.0)
    x = keras.layers.Dense(32, activation="relu")(x)
    model = scoring_model(keras.Model(inputs, keras.layers.Dense(3)(x)))
    write_static_batch(model, folder / "saved")
    np.save(folder / "calibration.npy", PICTURES)
    return {
        "folder": str(folder),
        "saved_model": str(folder / "saved"),
        "inputs": {"input": "float32"},
        "calibration": str(folder / "calibration.npy"),
        "integer": UINT8,
        "outputs": 3,
    }


def large_constants(content: bytes) -> set[str]:
    """Types of the constants with more than 1,000 numbers."""
    names = {number: name for name, number in vars(schema.TensorType).items()}
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return {
        names[tensor.type]
        for tensor in model.subgraphs[0].tensors
        if model.buffers[tensor.buffer].data is not None and np.prod(tensor.shape) > 1000
    }


@pytest.mark.parametrize(
    ("mode", "weights", "given", "answer"),
    [
        ("float32", "FLOAT32", np.float32, np.float32),
        ("float16", "FLOAT16", np.float32, np.float32),
        ("dynamic", "INT8", np.float32, np.float32),
        ("int8", "INT8", np.uint8, np.uint8),
    ],
)
def test_each_mode_has_weights_and_a_scale_of_its_own(
    job: dict[str, Any], mode: str, weights: str, given: type, answer: type
) -> None:
    content = convert(job, mode)
    assert large_constants(content) == {weights}
    interpreter = Interpreter(model_content=content)
    (taken,), (said,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert taken["shape"].tolist() == [1, SIDE, SIDE, 3] and taken["dtype"] == given
    assert said["shape"].tolist() == [1, 3] and said["dtype"] == answer
    if mode == "int8":
        # No calibration picture holds 0 or 255, and still the scale is 1 and the zero point 0.
        assert taken["quantization"] == (1, 0) and said["quantization"] == (1 / 256, 0)


def test_scores_of_many_classes_are_float32(job: dict[str, Any]) -> None:
    content = convert(job | {"outputs": 26}, "int8")
    (said,) = Interpreter(model_content=content).get_output_details()
    assert said["dtype"] == np.float32


def test_pictures_calibrate_as_numbers_the_first_with_both_ends_of_the_range() -> None:
    (first,), (second,) = (np.asarray(each) for each in list(examples(PICTURES))[:2])
    assert first.dtype == second.dtype == np.float32
    assert first.shape == second.shape == (1, SIDE, SIDE, 3)
    assert first.flat[:2].tolist() == [0, 255]
    np.testing.assert_array_equal(first.flat[2:], PICTURES[0].flat[2:])
    np.testing.assert_array_equal(second[0], PICTURES[1])
    assert PICTURES.min() >= 10  # what was given is left alone


def test_the_job_names_what_makes_the_int8_file(
    job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
def make(converter, job):
    one, two = converter(), converter()
    assert one is not two and not one.optimizations and one.target_spec.supported_ops
    return f"{type(one).__name__} {job['mine']}".encode()
"""
    (tmp_path / "integer_of_a_task.py").write_text(program, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    named = job | {"integer": "integer_of_a_task:make", "mine": 7}
    assert convert(named, "int8") == b"TFLiteSavedModelConverterV2 7"
    assert large_constants(convert(named, "dynamic")) == {"INT8"}


def test_each_mode_leaves_a_whole_file_or_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def made(job: Mapping[str, Any], mode: str) -> bytes:
        done.append(mode)
        if mode == "float16":
            raise RuntimeError("no kernel für Svd")
        return mode.encode()

    job = {"folder": str(tmp_path), "modes": ["float32", "float16", "int8"]}
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    monkeypatch.setattr(convert_worker, "convert", made)
    monkeypatch.setattr(convert_worker, "import_tensorflow", lambda: done.append("tensorflow"))
    monkeypatch.setattr(sys, "argv", ["worker", str(tmp_path / "job.json"), "another"])
    main()
    assert done == ["tensorflow", "float32", "float16", "int8"]
    content = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    del content["job.json"]
    assert content == {
        "model_float32.tflite": "float32",
        "float16.error": "no kernel für Svd",
        "model_int8.tflite": "int8",
    }


def test_what_onnx_files_are_called_the_job_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"saved_model": "there", "files": {"encode": "onnx/a.onnx", "step": "onnx/b.onnx"}}
    job = {"folder": str(tmp_path), "modes": ["onnx"], "onnx": asked}
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    monkeypatch.setattr(convert_worker, "import_tensorflow", lambda: None)
    monkeypatch.setattr(
        convert_worker,
        "onnx_files",
        lambda folder, names: {file: f"{folder} {name}".encode() for name, file in names.items()},
    )
    monkeypatch.setattr(sys, "argv", ["worker", str(tmp_path / "job.json")])
    main()
    assert {path.name for path in tmp_path.iterdir()} == {"job.json", "onnx"}
    content = {
        each.name: each.read_text(encoding="utf-8") for each in (tmp_path / "onnx").iterdir()
    }
    assert content == {"a.onnx": "there encode", "b.onnx": "there step"}
