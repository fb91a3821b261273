"""A machine that helps with the search of another."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import ModelConfig, TextConfig, TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.tuning import search
from tests.data.text_samples import rows, write_csv
from tests.tuning.trusted import SECRET_FILE

WORKER = TuneConfig(role="worker", chief="127.0.0.1:9", secret_file=SECRET_FILE)


def test_join_search_is_for_workers_and_knows_its_options(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="join_search"):
        kerasapps.join_search("sentiment", tmp_path, tune=TuneConfig())
    tune = TuneConfig(role="worker", chief="127.0.0.1:9", secret_file=SECRET_FILE)
    with pytest.raises(ConfigError, match="Did you mean 'text'"):
        kerasapps.join_search("sentiment", tmp_path, tune=tune, texts=1)
    with pytest.raises(ConfigError, match="image_classification"):
        kerasapps.join_search("images", tmp_path, tune=tune)


def test_what_a_worker_works_on_is_set_up_as_the_chief_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: list[dict[str, Any]] = []
    monkeypatch.setattr(search, "run_workers", lambda **more: options.append(more) or 3)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = write_csv(tmp_path / "a.csv", rows(40))
    text = TextConfig(max_length=8)
    call: dict[str, Any] = {"tune": WORKER, "text": text}
    for work_dir in (None, str(tmp_path / "work")):
        model = ModelConfig(model="bag_of_embeddings")
        done = kerasapps.join_search("sentiment", data, model=model, work_dir=work_dir, **call)
        assert done == 3
    # Where the model is open, chief and worker find the same ones that suit.
    assert kerasapps.join_search("sentiment", data, **call) == 3
    among = options.pop()
    assert among["tune"].models == TEXT_CLASSIFICATION.architectures.auto
    assert among["settings"]["tune"]["models"] == [*among["tune"].models]
    scratch, kept = (each["folder"] for each in options)
    assert kept == tmp_path / "work" / "search" and (kept / "splits.pickle").exists()
    assert not scratch.exists() and scratch.parent.parent == tmp_path  # a temporary folder
    first, second = (each["settings"] for each in options)
    assert first == second and first["text"]["max_length"] == 8
    assert first["train"]["epochs"] == TEXT_CLASSIFICATION.defaults["train"].epochs
    assert (
        options[0]["tune"] is WORKER
        and options[0]["source"].job["package"] == TEXT_CLASSIFICATION.package
    )
