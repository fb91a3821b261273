"""The files that are run where nobody says which."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import export
from kerasapps.errors import DependencyError
from kerasapps.process import training_stack
from kerasapps.workflow.runnable import runnable_files


@pytest.fixture
def manifest(tmp_path: Path) -> Any:
    """Of a bundle with a TFLite file, a SavedModel and a file that was withheld."""
    (tmp_path / "saved_model").mkdir()
    paths = {"int8": "model_int8.tflite", "saved_model": "saved_model", "float16": None}
    artifacts = [{"name": name, "path": path} for name, path in paths.items()]
    find = {each["name"]: each for each in artifacts}.__getitem__
    return SimpleNamespace(folder=tmp_path, artifacts=artifacts, artifact=find)


def test_all_that_is_published_is_run(manifest: Any) -> None:
    files = runnable_files(manifest)
    assert [*files] == ["int8", "saved_model"]
    assert files["int8"] == manifest.folder / "model_int8.tflite"
    assert [*runnable_files(manifest, ["saved_model"])] == ["saved_model"]


def test_a_light_installation_leaves_the_saved_model_out_and_refuses_it_by_name(
    manifest: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training_stack, "is_light", lambda: True)
    assert [*runnable_files(manifest)] == ["int8"]
    told = capsys.readouterr().err
    assert told.startswith("note: saved_model is left out") and "kerasapps[train]" in told
    assert [*runnable_files(manifest, ["int8"])] == ["int8"]
    with pytest.raises(DependencyError, match="Running a SavedModel needs tensorflow"):
        runnable_files(manifest, ["int8", "saved_model"])


def test_an_onnx_file_is_left_out_without_onnxruntime_and_refused_by_name(
    manifest: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest.artifacts.append({"name": "onnx", "path": "model.onnx"})
    manifest.artifact = {each["name"]: each for each in manifest.artifacts}.__getitem__
    assert [*runnable_files(manifest)] == ["int8", "saved_model", "onnx"]
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    assert [*runnable_files(manifest)] == ["int8", "saved_model"]
    assert "onnx is left out: ONNX files need onnxruntime" in capsys.readouterr().err
    with pytest.raises(DependencyError, match="ONNX files need onnxruntime"):
        runnable_files(manifest, ["onnx"])
