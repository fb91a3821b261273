from __future__ import annotations

import os
import signal
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.errors import ExportError
from kerasapps.export import process, tflite
from kerasapps.export.network import scoring_model
from kerasapps.export.tflite import export_tflite

MODES = ("float32", "float16", "dynamic", "int8")


class Unconvertible(keras.layers.Layer):
    """Singular values, for which LiteRT has no kernel."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.linalg.svd(x, compute_uv=False)


def small_network() -> keras.Model:
    keras.utils.set_random_seed(0)
    inputs = x = keras.Input((8, 8, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = keras.layers.Conv2D(8, 3, activation="relu")(x)
    x = keras.layers.Flatten()(x)
    return keras.Model(inputs, keras.layers.Dense(3, name="logits")(x))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(10, 240, (200, 8, 8, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def files(
    pictures: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path | ExportError]:
    """The small network in every mode."""
    folder = tmp_path_factory.mktemp("files")
    model = scoring_model(small_network())
    return dict(export_tflite(model, folder=folder, modes=MODES, calibration=pictures))


def test_every_mode_gives_the_scores_of_keras(
    pictures: np.ndarray, files: dict[str, Path | ExportError]
) -> None:
    model = scoring_model(small_network())
    expected = model(pictures[:5].astype(np.float32)).numpy()
    for mode, tolerance in zip(MODES, (1e-5, 5e-3, 3e-2, 5e-2), strict=True):
        path = files[mode]
        assert isinstance(path, Path)
        runner = TFLiteModel(path)
        scores = np.stack([runner.scores(each) for each in pictures[:5]])
        np.testing.assert_allclose(scores, expected, atol=tolerance)


def test_int8_takes_the_bytes_of_a_picture_as_they_are(
    files: dict[str, Path | ExportError],
) -> None:
    runner = TFLiteModel(files["int8"])  # type: ignore[arg-type]
    assert runner.input_dtype == np.uint8
    # No calibration picture holds 0 or 255, and still the scale is 1 and the zero point 0.
    interpreter = Interpreter(str(files["int8"]))
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero = taken["quantization"]
    assert scale == pytest.approx(1.0, abs=1e-6) and zero == 0
    assert given["dtype"] == np.uint8


def test_a_foreign_operation_is_named_with_its_layer(tmp_path: Path) -> None:
    inputs = keras.Input((4, 4))
    x = keras.layers.Dense(4, name="before")(inputs)
    x = Unconvertible(name="singular_values")(x)
    model = keras.Model(inputs, keras.layers.Dense(2, name="after")(x))
    calibration = np.zeros((2, 4, 4), np.float32)
    found = export_tflite(model, folder=tmp_path, modes=("float32",), calibration=calibration)
    error = found["float32"]
    assert isinstance(error, ExportError)
    assert "Svd" in str(error) and "'singular_values'" in str(error)


def test_a_crash_of_the_converter_costs_one_mode_only(
    pictures: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = process.run_module
    calls: list[list[str]] = []

    def crash_at_float16(module: str, job: dict[str, object], job_file: Path) -> object:
        modes: list[str] = list(job["modes"])  # type: ignore[call-overload]
        calls.append(modes)
        if "float16" not in modes:
            return real(module, job, job_file)
        real(module, {**job, "modes": modes[: modes.index("float16")]}, job_file)
        job_file.with_name("die.py").write_text(
            f"import os; os.kill(os.getpid(), {signal.SIGSEGV})"
        )
        monkeypatch.setenv(
            "PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
        )
        return real("die", job, job_file)

    monkeypatch.setattr(tflite, "run_module", crash_at_float16)
    found = export_tflite(
        scoring_model(small_network()),
        folder=tmp_path,
        modes=("float32", "float16", "dynamic"),
        calibration=pictures,
    )
    assert isinstance(found["float32"], Path) and isinstance(found["dynamic"], Path)
    assert "SIGSEGV" in str(found["float16"])
    assert calls == [["float32", "float16", "dynamic"], ["dynamic"]]
