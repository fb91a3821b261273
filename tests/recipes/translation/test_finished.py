"""Timing a finished translator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.export import verify_translations
from kerasapps.export.artifact import Measurement
from kerasapps.recipes.translation import finished as translation_bundles
from kerasapps.recipes.translation.finished import ROUNDS, SENTENCES, TRANSLATORS, timing


def test_threads_reach_the_process_that_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[tuple[str, Mapping[str, Any], Path]] = []
    measured = Measurement(1.0, 2.0, 3.0)

    def run(module: str, job: Mapping[str, Any], stem: Path) -> Measurement:
        jobs.append((module, job, stem))
        Path(job["translations"]).write_text("[]")
        return measured

    spec = SimpleNamespace(to_dict=lambda: {"size": 3})
    tokenizer = SimpleNamespace(spec=spec, save=lambda folder: (folder / "words").touch())
    monkeypatch.setattr(verify_translations, "run_measurement", run)
    monkeypatch.setattr(translation_bundles, "bundle_tokenizer", lambda manifest: tokenizer)
    (tmp_path / "saved_model").mkdir()
    for name in ("model_int8.tflite", "saved_model"):
        manifest: Any = None
        found = timing(manifest, tmp_path / name, threads=3, folder=tmp_path / "scratch")
        assert found is measured
    assert [module for module, _, _ in jobs] == [TRANSLATORS.tflite, TRANSLATORS.saved_model]
    for name, (_, job, stem) in zip(("model_int8.tflite", "saved_model"), jobs, strict=True):
        folder = tmp_path / "scratch" / name
        assert job["model"] == str(tmp_path / name) and job["threads"] == 3
        assert job["spec"] == {"size": 3} and job["tokenizer"] == str(folder)
        assert (folder / "words").exists() and stem == folder / "measure"
        assert json.loads(Path(job["sources"]).read_text()) == list(SENTENCES) * ROUNDS
