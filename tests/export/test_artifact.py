"""What is known of a file that ran, and of one that did not."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from kerasapps.export.artifact import Artifact, ElsewhereFigures, Measurement

MEASURED = Measurement(1.5, 2.5, 3.5, token_ms=0.5, scores="uint8")


def judged(path: Path, reason: str = "") -> Artifact:
    return Artifact.judged(
        "int8", path, MEASURED, metric=0.9, delta=-0.5, agreement=0.98, reason=reason
    )


def test_a_file_that_ran_has_all_figures_and_passes_without_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "model_int8.tflite"
    path.write_bytes(b"12345")
    found = judged(path)
    assert found.to_dict() == {
        "name": "int8",
        "path": str(path),
        "size_bytes": 5,
        "metric": 0.9,
        "delta": -0.5,
        "agreement": 0.98,
        "latency_ms": 1.5,
        "latency_p95_ms": 2.5,
        "peak_memory_mb": 3.5,
        "passed": True,
        "reason": "",
        "token_ms": 0.5,
        "scores": "uint8",
        "note": "",
        "elsewhere": None,
    }
    against = judged(path, "loses 2 points")
    assert not against.passed and against.reason == "loses 2 points"
    assert dataclasses.replace(against, passed=True, reason="") == found


def test_an_artifact_is_read_as_it_was_written_and_as_older_versions_wrote_it(
    tmp_path: Path,
) -> None:
    figures = ElsewhereFigures("on a phone", 40, 0.88, -2.0, 0.95)
    found = dataclasses.replace(judged(tmp_path), elsewhere=figures)
    values = json.loads(json.dumps(found.to_dict()))
    assert Artifact.from_dict(values) == found
    withheld = found.moved(None)
    assert Artifact.from_dict(withheld.to_dict()) == withheld
    del values["elsewhere"]
    assert Artifact.from_dict(values) == dataclasses.replace(found, elsewhere=None)
    for unknown in ({"more": 1}, {"elsewhere": {"name": "x"}}):
        with pytest.raises(TypeError):
            Artifact.from_dict({**values, **unknown})


def test_what_could_not_be_made_has_a_reason_alone() -> None:
    values = Artifact.failed("int8", "why").to_dict()
    said = {"name": "int8", "reason": "why", "passed": False, "note": ""}
    assert values == dict.fromkeys(values) | said


def test_a_file_moves_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    found = judged(tmp_path)
    for place in (Path("elsewhere"), None):
        moved = found.moved(place)
        assert moved.path == place and moved.moved(tmp_path) == found
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.passed = True  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        MEASURED.latency_ms = 0  # type: ignore[misc]
