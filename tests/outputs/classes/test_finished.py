"""Judging and timing a finished classifier."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from kerasapps.deploy.readers import PictureReader
from kerasapps.export.artifact import Measurement
from kerasapps.export.verify import SCORERS
from kerasapps.outputs import timing
from kerasapps.outputs.classes.finished import evaluate_classes, time_classes
from kerasapps.outputs.classes.labelled import Labelled
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.workflow import held_out

FIRST_BUNDLE = Path(__file__).parents[2] / "deploy" / "first_bundle"


def test_figures_are_of_the_files_own_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, digits = kerasapps.load_bundle(FIRST_BUNDLE), load_digits()
    pictures = [(digits.images[row] * (255 / 16)).astype(np.uint8) for row in range(40)]
    truth = [str(number) for number in digits.target[:40]]
    truth[3] = "0" if truth[3] != "0" else "1"
    asked: dict[str, Any] = {}

    def usable(task: Any, manifest: Any, data: Any, **options: Any) -> Labelled:
        asked.update(options, task=task, manifest=manifest, data=data)
        labels = [*truth, "eleven"]
        return Labelled([*pictures, pictures[0]], labels, np.zeros(41, np.uint64))

    monkeypatch.setattr(held_out, "usable_examples", usable)

    options = {"label_column": "kind", "unknown_classes": "skip"}
    found = evaluate_classes(
        IMAGE_CLASSIFICATION, bundle, "some data", options=options, max_broken=0.3, scratch=tmp_path
    )
    assert asked == {
        "options": {"label_column": "kind"},
        "max_broken": 0.3,
        "scratch": tmp_path,
        "task": IMAGE_CLASSIFICATION,
        "manifest": bundle.manifest,
        "data": "some data",
    }
    answers = [bundle.predict(picture, top_k=1)[0].label for picture in pictures]
    right = sum(answer == label for answer, label in zip(answers, truth, strict=True))
    assert found.examples == 40 and found.accuracy == right / 40 < 1
    scores = np.stack([bundle.scores(picture) for picture in pictures])
    assert not np.allclose(scores.sum(1), 1, atol=1e-6)  # of 256ths, they need not sum to one
    places = np.array([bundle.labels.index(label) for label in truth])
    shares = scores / scores.sum(1, keepdims=True)
    assert found == classification_metrics(places, shares, names=bundle.labels)
    with pytest.raises(kerasapps.DataError, match="'eleven'"):
        evaluate_classes(
            IMAGE_CLASSIFICATION, bundle, "", options={}, max_broken=0, scratch=tmp_path
        )


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
            time_classes(
                manifest, model, reader=PictureReader(manifest), threads=3, folder=tmp_path
            )
            is measured
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
    measured = time_classes(
        manifest, model, reader=PictureReader(manifest), threads=2, folder=tmp_path
    )
    assert 0 < measured.latency_ms <= measured.latency_p95_ms < 1000
