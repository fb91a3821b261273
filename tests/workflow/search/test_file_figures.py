"""What an exported file is worth in the figures of a search."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config.metric import Answer
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.tuning.objective import Objective
from kerasapps.workflow.search.file_figures import file_figures
from tests.answers import ERRORS

JUDGED = {"metric": 0.25, "delta": 0.0, "agreement": 1.0, "reason": ""}


@pytest.fixture
def artifact(tmp_path: Path) -> Artifact:
    file = tmp_path / "model.tflite"
    file.write_bytes(bytes(1500))
    return Artifact.judged("int8", file, Measurement(3.0, 1.0, 1.0), **JUDGED)  # type: ignore[arg-type]


def figures(artifact: Artifact, times: list[float], answer: Answer, **limits: float) -> Any:
    """The figures, and the folders in which it was timed again."""
    left, folders = iter(times), []

    def time(path: Path, folder: Path) -> Measurement:
        assert path == artifact.path
        folders.append(folder.name)
        return Measurement(next(left), 1.0, 1.0)

    judging: Any = SimpleNamespace(time=time)
    objective = Objective("int8_size_mb", "min", mode="int8", **limits, answer=answer)
    measured = file_figures(artifact, judging, objective=objective, folder=Path("scratch"))
    return measured, folders


def test_a_latency_that_is_not_limited_is_measured_once(artifact: Artifact) -> None:
    measured, folders = figures(artifact, [], CLASSES, max_size_mb=2)
    assert measured == {"int8_accuracy": 0.25, "int8_size_mb": 0.0015, "int8_latency_ms": 3.0}
    assert folders == []


@pytest.mark.parametrize(("again", "worst"), [([9.0, 1.0], 9.0), ([1.0, 9.0], 9.0), ([1, 2], 3.0)])
def test_of_three_measurements_the_worst_counts(
    artifact: Artifact, again: list[float], worst: float
) -> None:
    measured, folders = figures(artifact, again, TRANSLATIONS, max_latency_ms=5)
    assert measured == {"int8_bleu": 25.0, "int8_size_mb": 0.0015, "int8_latency_ms": worst}
    assert folders == ["time-1", "time-2"]


def test_an_error_stays_as_it_is(artifact: Artifact) -> None:
    measured, _ = figures(artifact, [], ERRORS)
    assert measured["int8_rmse"] == 0.25
