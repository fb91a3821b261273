"""How long a file takes for one example."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.deploy.manifest import read_manifest
from kerasapps.deploy.readers import PictureReader
from kerasapps.export.artifact import Measurement
from kerasapps.export.verify import SCORERS
from kerasapps.outputs import timing
from kerasapps.outputs.timing import time_file

FIRST_BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"


def test_a_file_is_timed_on_an_example_and_a_folder_on_a_raw_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[tuple[Any, dict[str, Any], Path]] = []
    measured = Measurement(size_bytes=1, latency_ms=2.0, latency_p95_ms=3.0, peak_memory_mb=4.0)

    def watch(runner: Any, job: dict[str, Any], folder: Path) -> Measurement:
        jobs.append((runner, job, folder))
        return measured

    monkeypatch.setattr(timing, "run_measurement", watch)
    manifest = read_manifest(FIRST_BUNDLE)
    file, folder = FIRST_BUNDLE / "model_int8.tflite", tmp_path / "saved_model"
    folder.mkdir()
    for model in (file, folder):
        assert (
            time_file(model, reader=PictureReader(manifest), threads=3, folder=tmp_path) is measured
        )
    (tflite, saved_model) = jobs
    assert tflite[0] == SCORERS.tflite
    assert saved_model[0] == SCORERS.saved_model
    assert [each[2].name for each in jobs] == ["model_int8.tflite", "saved_model"]
    assert [(each[1]["model"], each[1]["threads"]) for each in jobs] == [
        (str(file), 3),
        (str(folder), 3),
    ]
    inputs = np.load(tflite[1]["inputs"])
    assert inputs.shape == (1, 8, 8, 1) and inputs.dtype == np.uint8 and (inputs == 127).all()
    lines = Path(saved_model[1]["inputs"]).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 and json.loads(lines[0])


def test_the_interpreter_times_a_file_with_as_many_threads(tmp_path: Path) -> None:
    manifest = read_manifest(shutil.copytree(FIRST_BUNDLE, tmp_path / "bundle"))
    model = manifest.folder / "model_int8.tflite"
    measured = time_file(model, reader=PictureReader(manifest), threads=2, folder=tmp_path)
    assert 0 < measured.latency_ms <= measured.latency_p95_ms < 1000
