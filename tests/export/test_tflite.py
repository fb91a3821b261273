from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from ai_edge_litert.tools import flatbuffer_utils
from PIL import Image

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.errors import ExportError
from kerasapps.export import tflite
from kerasapps.export.integer_pictures import PICTURES as INT8_PICTURES
from kerasapps.export.network import colours_taken, scoring_model
from kerasapps.export.tflite import convert_network
from kerasapps.model_inputs import each_of
from kerasapps.outputs.classes.integer import SCORES

MODES = ("float32", "float16", "dynamic", "int8")
FILE = Path(__file__).parents[1] / "deploy" / "first_bundle" / "model_int8.tflite"


class Unconvertible(keras.layers.Layer):
    """Singular values, for which LiteRT has no kernel."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.linalg.svd(x, compute_uv=False)


def small_network() -> keras.Model:
    """Of grey pictures, but taking colours."""
    keras.utils.set_random_seed(0)
    inputs = x = keras.Input((8, 8, 1))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = keras.layers.Conv2D(8, 3, activation="relu")(x)
    x = keras.layers.Flatten()(x)
    return colours_taken(keras.Model(inputs, keras.layers.Dense(3, name="logits")(x)))


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
    return dict(
        convert_network(
            model, folder=folder, modes=MODES, calibration=pictures, integer=INT8_PICTURES
        )
    )


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
    assert runner.input_dtypes == {"input": np.uint8}
    # No calibration picture holds 0 or 255, and still the scale is 1 and the zero point 0.
    interpreter = Interpreter(str(files["int8"]))
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero = taken["quantization"]
    assert scale == pytest.approx(1.0, abs=1e-6) and zero == 0
    assert given["dtype"] == np.uint8


@pytest.mark.parametrize("mode", MODES)
def test_a_grey_picture_keeps_its_levels(files: dict[str, Path | ExportError], mode: str) -> None:
    """Whatever the mode; colours come out as Pillow makes them grey, but for a level."""
    interpreter = Interpreter(
        str(files[mode]),
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    (taken,) = interpreter.get_input_details()
    (grey,) = (
        each
        for each in interpreter.get_tensor_details()
        if "grey" in each["name"] and each["shape"].tolist() == [1, 8, 8, 1]
    )

    def levels(pixels: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(taken["index"], pixels[None].astype(taken["dtype"]))
        interpreter.invoke()
        scale, zero = grey["quantization"]
        found = interpreter.get_tensor(grey["index"])[0].astype(np.float64)
        return (found - zero) * (scale or 1.0)

    for first in range(0, 256, 64):
        ramp = np.arange(first, first + 64, dtype=np.uint8).reshape(8, 8, 1)
        np.testing.assert_allclose(levels(np.repeat(ramp, 3, -1)), ramp, rtol=1e-6, atol=0)
    colours = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    expected = np.asarray(Image.fromarray(colours).convert("L"), np.float64)
    assert np.abs(levels(colours)[..., 0] - expected).max() <= 1


@pytest.mark.usefixtures("convert_here")
def test_a_foreign_operation_is_named_with_its_layer(tmp_path: Path) -> None:
    inputs = keras.Input((4, 4))
    x = keras.layers.Dense(4, name="before")(inputs)
    x = Unconvertible(name="singular_values")(x)
    model = keras.Model(inputs, keras.layers.Dense(2, name="after")(x))
    calibration = np.zeros((2, 4, 4), np.float32)
    found = convert_network(
        model, folder=tmp_path, modes=("float32",), calibration=calibration, integer=""
    )
    error = found["float32"]
    assert isinstance(error, ExportError)
    assert "Svd" in str(error) and "'singular_values'" in str(error)


Act = Callable[[Path, str], None]


def give(folder: Path, mode: str) -> None:
    shutil.copyfile(FILE, folder / f"model_{mode}.tflite")


def fail(folder: Path, mode: str) -> None:
    (folder / f"{mode}.error").write_text("\n\n first line \nsecond\n", encoding="utf-8")


def say_nothing(folder: Path, mode: str) -> None:
    (folder / f"{mode}.error").write_text(" \n", encoding="utf-8")


def give_foreign(folder: Path, mode: str) -> None:
    """A file with an operation that no stock interpreter runs."""
    model = flatbuffer_utils.read_model(str(FILE))
    model.operatorCodes[0].builtinCode = schema.BuiltinOperator.CUSTOM
    model.operatorCodes[0].customCode = b"Svd"
    flatbuffer_utils.write_model(model, str(folder / f"model_{mode}.tflite"))


def name_foreign(folder: Path, mode: str) -> None:
    """The converter's words for it."""
    scope = "scoring_1/singular_values_1/Svd@__inference_serve_1"
    message = f'loc(fused["Svd:", "{scope}"]): error: \'tf.Svd\' op is neither a custom op'
    (folder / f"{mode}.error").write_text(message, encoding="utf-8")


def convert_as(
    acts: dict[str, Act], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Mapping[str, Path | ExportError], list[list[str]]]:
    """What comes of modes where the converter acts so, and the modes of each of its processes.

    At a mode without an act its process dies.
    """
    calls: list[list[str]] = []

    def run(module: str, job: dict[str, Any], job_file: Path) -> subprocess.CompletedProcess[str]:
        assert module == "kerasapps.export.convert_worker" and job_file == folder / "job.json"
        assert job["saved_model"] == "there"
        calls.append(job["modes"])
        for mode in job["modes"]:
            if mode not in acts:
                return subprocess.CompletedProcess([], -signal.SIGSEGV, "", "")
            acts[mode](folder, mode)
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(tflite, "run_module", run)
    return tflite.convert_modes({"saved_model": "there"}, modes=MODES, folder=folder), calls


@pytest.mark.parametrize(
    "dead", [("float32",), ("float16",), ("int8",), ("float32", "dynamic"), MODES]
)
def test_a_crash_of_the_converter_costs_one_mode_only(
    dead: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = {mode: give for mode in MODES if mode not in dead}
    found, calls = convert_as(acts, tmp_path, monkeypatch)
    assert list(found) == list(MODES)
    for mode in MODES:
        if mode in dead:
            assert str(found[mode]) == "its process was ended by SIGSEGV"
        else:
            assert found[mode] == tmp_path / f"model_{mode}.tflite"
    # Nothing is made twice: each process begins behind the mode that the last one died of.
    starts = [0, *(MODES.index(mode) + 1 for mode in dead)]
    assert calls == [list(MODES[start:]) for start in starts if start < len(MODES)]


@pytest.mark.parametrize("mode", MODES)
def test_every_file_is_scanned_before_it_is_given_out(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = {**dict.fromkeys(MODES, give), mode: give_foreign}
    found, _ = convert_as(acts, tmp_path, monkeypatch)
    assert isinstance(found[mode], ExportError)
    assert f"{mode}: no stock LiteRT interpreter runs Svd (layer" in str(found[mode])
    assert all(isinstance(found[other], Path) for other in MODES if other != mode)


def test_a_mode_that_failed_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acts = {"float32": fail, "float16": say_nothing, "dynamic": name_foreign, "int8": give}
    found, calls = convert_as(acts, tmp_path, monkeypatch)
    assert str(found["float32"]) == "first line "
    assert str(found["float16"]) == "the converter gave no message"
    said = "dynamic: no stock LiteRT interpreter runs Svd (layer 'singular_values')"
    assert str(found["dynamic"]).startswith(said)
    assert isinstance(found["int8"], Path) and calls == [list(MODES)]


def test_the_converter_is_told_of_inputs_calibration_and_classes(
    pictures: np.ndarray,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    jobs: list[dict[str, Any]] = []

    def convert_nothing(job: dict[str, Any], **options: Any) -> dict[str, Path]:
        jobs.append(job | options)
        return {}

    monkeypatch.setattr(tflite, "convert_modes", convert_nothing)
    one = scoring_model(small_network())
    two_inputs = [keras.Input((4,), dtype="int32", name=name) for name in ("ids", "mask")]
    two = keras.Model(two_inputs, keras.layers.Dense(5)(two_inputs[0] * two_inputs[1]))
    for name, model in (("one", one), ("two", two)):
        (tmp_path / name).mkdir()
        options: dict[str, Any] = {"modes": ("int8",), "calibration": pictures, "integer": "a:b"}
        assert convert_network(model, folder=tmp_path / name, **options) == {}
        saved = tf.saved_model.load(str(tmp_path / name / "static_batch"))
        taken = saved.signatures["serving_default"].structured_input_signature[1]
        inputs = jobs[-1]["inputs"]
        assert [taken[each].shape[0] for each in inputs] == [1] * len(inputs) == [1] * len(taken)
    assert capsys.readouterr().out == ""
    assert [list(job["inputs"].items()) for job in jobs] == [
        [("input", "float32")], [("ids", "int32"), ("mask", "int32")],
    ]  # fmt: skip
    assert [job["outputs"] for job in jobs] == [3, 5] and {job["integer"] for job in jobs} == {
        "a:b"
    }
    assert {tuple(job["modes"]) for job in jobs} == {("int8",)}
    for name, job in zip(("one", "two"), jobs, strict=True):
        assert Path(job["folder"]) == tmp_path / name
        assert job["saved_model"] == str(tmp_path / name / "static_batch")
        np.testing.assert_array_equal(np.load(job["calibration"]), pictures)


def test_an_input_without_a_fixed_size_is_refused_by_name(tmp_path: Path) -> None:
    inputs = keras.Input((None, 4), name="words")
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    with pytest.raises(ExportError, match=r"'input' has the shape \(1, None, 4\)"):
        tflite.write_static_batch(model, tmp_path)


@pytest.mark.usefixtures("convert_here")
def test_a_network_of_named_inputs_takes_them_by_name_in_every_mode(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    dice = np.random.default_rng(0)
    rows = {
        "numbers": dice.normal(size=(150, 3)).astype(np.float32),
        "categories": dice.integers(0, 5, (150, 2), dtype=np.int32),
    }
    inputs = {
        name: keras.Input(values.shape[1:], dtype=values.dtype, name=name)
        for name, values in rows.items()
    }
    looked_up = keras.layers.Flatten()(keras.layers.Embedding(5, 8)(inputs["categories"]))
    x = keras.layers.Concatenate()([inputs["numbers"], looked_up])
    x = keras.layers.Dense(64, activation="relu")(x)
    model = scoring_model(keras.Model(inputs, 5.0 * keras.layers.Dense(3)(x)))
    modes = ("float32", "int8")
    files = convert_network(model, folder=tmp_path, modes=modes, calibration=rows, integer=SCORES)
    expected = model(rows).numpy()
    assert np.ptp(expected[:, 0]) > 0.3
    for mode, tolerance in (("float32", 1e-5), ("int8", 0.05)):
        path = files[mode]
        assert isinstance(path, Path), path
        runner = TFLiteModel(path)
        assert runner.input_shapes == {"numbers": (3,), "categories": (2,)}
        assert runner.input_dtypes == {"numbers": np.float32, "categories": np.int32}
        scores = np.stack([runner.scores(each) for each in each_of(rows)])
        np.testing.assert_allclose(scores, expected, atol=tolerance)
    assert files["int8"].read_bytes() != files["float32"].read_bytes()  # type: ignore[union-attr]
