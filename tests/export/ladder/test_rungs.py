"""The quantizer in its process: what it makes, what it cannot, and when it dies."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import ExportError
from kerasapps.export.integer import ROW_CALLS
from kerasapps.export.ladder import rungs, worker
from kerasapps.export.ladder.engine import Call
from kerasapps.export.ladder.rungs import Shelf, Wanted
from tests.conftest import work_here


@pytest.fixture
def shelf(
    small: bytes, calls: list[Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    """A converter's folder; the quantizer runs in this process."""
    (tmp_path / "model_float32.tflite").write_bytes(small)
    np.save(tmp_path / "calibration.npy", np.concatenate([each["input"] for _, each in calls]))
    job = {
        "inputs": {"input": "int32"},
        "calibration": str(tmp_path / "calibration.npy"),
        "calls": ROW_CALLS,
    }
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    work_here(worker, rungs, monkeypatch)
    return Shelf.of({"float32": tmp_path / "model_float32.tflite"}, tmp_path)


def test_layers_are_ranked_by_what_they_do_to_the_answers(shelf: Shelf) -> None:
    ranked = shelf.suffering()
    noises = [noise for _, noise in ranked]
    assert noises == sorted(noises, reverse=True) and noises[0] > 0
    (made,) = shelf.make([Wanted("int8_mixed", "int8", (ranked[0][0],))]).values()
    assert isinstance(made, Path) and made.name == "model_int8_mixed.tflite"


def test_what_the_quantizer_cannot_do_is_said(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(content: bytes, recipe: Any, ranges: Any) -> bytes:
        raise ValueError("no kernel\nfor this")

    monkeypatch.setattr(worker, "quantized", refuse)
    (error,) = shelf.make([Wanted("int4", "int4")]).values()
    assert isinstance(error, ExportError) and "ai-edge-quantizer: no kernel for this" in str(error)


def test_a_crash_costs_one_file(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    run = rungs.run_module

    def crash(module: str, job: Any, job_file: Path) -> subprocess.CompletedProcess[str]:
        if job["wanted"][0]["name"] == "int4":
            return subprocess.CompletedProcess([], -11, "", "")
        return run(module, job, job_file)

    monkeypatch.setattr(rungs, "run_module", crash)
    made = shelf.make([Wanted("int4", "int4"), Wanted("int8_weights", "int8_weights")])
    assert "SIGSEGV" in str(made["int4"])
    assert isinstance(made["int8_weights"], Path)


def test_without_a_float32_file_there_is_nothing(tmp_path: Path) -> None:
    shelf = Shelf.of({"float32": ExportError("no such layer")}, tmp_path)
    assert str(shelf.make([Wanted("int4", "int4")])["int4"]) == "no such layer"
    with pytest.raises(ExportError, match="no such layer"):
        shelf.suffering()
