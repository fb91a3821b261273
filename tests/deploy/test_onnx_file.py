"""ONNX files answer as TFLite files do; what cannot be run is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.config import export
from kerasapps.deploy import measure_tflite
from kerasapps.deploy.formats import format_of
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.networks import import_runtime, open_network
from kerasapps.deploy.onnx_file import OnnxModel, describe_onnx
from kerasapps.deploy.runtime_rules import check_runtime
from kerasapps.errors import BundleError, DependencyError
from kerasapps.export.runtimes import describe_file
from tests.deploy.test_measure_tflite import write_job
from tests.onnx_files import FLOAT, INT, write_onnx

FIRST = Path(__file__).parent / "first_bundle" / "model_int8.tflite"
WEIGHTS = np.array([[1, 0, 2], [0, 1, 3]], np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_onnx(
        tmp_path / "model.onnx",
        [("MatMul", ["input", "weights"], ["output"])],
        takes={"input": (FLOAT, ["batch", 2])},
        gives={"output": (FLOAT, ["batch", 3])},
        constants={"weights": WEIGHTS},
    )


def test_scores_of_one_example_of_any_type(file: Path) -> None:
    model = open_network(file, threads=2)
    assert isinstance(model, OnnxModel) and model.classes == 3
    assert model.input_shapes == {"input": (2,)} and model.input_dtypes == {"input": np.float32}
    assert model.score_dtype == np.float32
    np.testing.assert_array_equal(model.scores(np.array([5, 7], np.uint8)), [5, 7, 31])


def test_a_file_of_several_inputs_is_given_each_by_name(tmp_path: Path) -> None:
    shape = ["batch", 2]
    file = write_onnx(
        tmp_path / "model.onnx",
        [("Sub", ["a", "b"], ["output"])],
        takes={"a": (INT, shape), "b": (INT, shape)},
        gives={"output": (INT, shape)},
    )
    model = OnnxModel(file)
    values = {"b": np.array([1, 1]), "a": np.array([5, 6])}
    np.testing.assert_array_equal(model.scores(values), [4, 5])
    with pytest.raises(BundleError, match="has the inputs a, b, and is given a"):
        model.scores({"a": values["a"]})


def test_what_onnxruntime_cannot_load_or_run_is_named(file: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"model\.onnx fails on an input .*invalid dimensions"):
        OnnxModel(file).scores(np.zeros(3, np.float32))
    (tmp_path / "other.onnx").write_bytes(b"nothing")
    with pytest.raises(BundleError, match=r"other\.onnx cannot be loaded by this onnxruntime"):
        OnnxModel(tmp_path / "other.onnx")
    with pytest.raises(BundleError, match=r"gone\.onnx cannot be read"):
        OnnxModel(tmp_path / "gone.onnx")


def test_what_is_missing_is_named_with_its_extra(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    for use in (open_network, import_runtime):
        with pytest.raises(DependencyError, match=r"need onnxruntime: .*'kerasapps\[onnx\]'"):
            use(file)
    assert isinstance(open_network(FIRST), TFLiteModel) and describe_onnx(file) is None


def test_a_file_tells_its_tensors(file: Path) -> None:
    more = {"dtype": "float32", "scale": None, "zero_point": None}
    sides = {
        "inputs": [{"name": "input", "tensor": "input", "shape": [-1, 2], **more}],
        "outputs": [{"name": "output", "tensor": "output", "shape": [-1, 3], **more}],
    }
    described = describe_file(file)
    assert described is not None and described["signatures"] == [{"name": "model", **sides}]
    assert described["format"] == "onnx" and describe_file(file.parent) == described
    check_runtime(described, "artifacts[0].runtime")


def test_several_answers_are_one_row_in_the_order_of_their_names(tmp_path: Path) -> None:
    tensors = {name: (FLOAT, ["batch", 2]) for name in "ba"}
    nodes = [("Neg", ["x"], ["a"]), ("Abs", ["x"], ["b"])]
    takes = {"x": tensors["a"]}
    model = OnnxModel(write_onnx(tmp_path / "two.onnx", nodes, takes=takes, gives=tensors))
    assert (model.outputs, model.classes) == ({"a": 2, "b": 2}, 4)
    assert [*model.outputs] == ["a", "b"]
    np.testing.assert_array_equal(model.scores(np.float32([1, -2])), [-1, 2, 1, 2])


def test_formats(file: Path, tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    paths = (file, tmp_path, tmp_path / "graph", FIRST, tmp_path / "report.html")
    formats = ["onnx", "onnx", "saved_model", "tflite", "saved_model"]
    assert [format_of(path) for path in paths] == formats


def test_it_is_measured_as_a_tflite_file_is(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = np.array([[1, 2], [3, 4]], np.float32)
    job = write_job(tmp_path, model=str(file), scores=str(tmp_path / "scores.npy"))
    np.save(tmp_path / "inputs.npy", examples)
    monkeypatch.setattr("sys.argv", ["measure", str(job)])
    measure_tflite.main()
    np.testing.assert_array_equal(np.load(tmp_path / "scores.npy"), examples @ WEIGHTS)
