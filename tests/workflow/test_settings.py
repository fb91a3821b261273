"""What identifies a run: names, data, and what of a search counts."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import ExportConfig, ModelConfig, TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.settings import (
    ASKED,
    absolute,
    data_of,
    describe_run,
    describe_tuning,
    identity_of,
    is_named,
    length_of,
    run_name,
    source_of,
    without_length,
)

TWO = ("a.en", "a.de")
# Of a search: what decides neither its trials nor its length.
CREW = {
    "workers", "worker_cores", "role", "chief", "secret_file", "tls_certificate", "tls_key",
    "tls_ca", "patience_minutes", "trial_minutes", "trial_memory_mb",
}  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_paths_are_made_absolute_and_names_stay(here: Path) -> None:
    assert source_of("photos") == source_of(Path("photos")) == str(here / "photos")
    assert source_of("~/photos") == str(Path.home() / "photos") == absolute("~/photos")
    assert source_of("@list.txt") == f"@{here / 'list.txt'}"
    assert source_of("shards/train-*") == str(here / "shards" / "train-*")
    assert source_of("builtin:digits") == "builtin:digits"
    assert source_of("tfds:mnist") == "tfds:mnist"
    assert source_of(TWO) == [str(here / "a.en"), str(here / "a.de")]
    given = source_of({"train": "photos", "test": "others"})
    assert str(here / "photos") in given and str(here / "others") in given
    given = source_of({"train": TWO, "test": TWO})
    assert f"{here / 'a.en'} + {here / 'a.de'}" in given


def test_a_source_is_data_again(here: Path) -> None:
    assert data_of(source_of("photos")) == str(here / "photos")
    assert data_of(source_of(TWO)) == (str(here / "a.en"), str(here / "a.de"))


def test_names_of_data_and_of_runs() -> None:
    assert is_named("builtin:digits") and is_named("tfds:mnist") and not is_named("digits")
    cnn, preset = ModelConfig(model="cnn"), ModelConfig(model="preset:hf://a/bert_tiny")
    assert run_name("in/flowers", cnn) == "flowers-cnn"
    assert run_name("in/reviews.csv", cnn) == "reviews-cnn"
    assert run_name("tfds:mnist", preset) == "mnist-bert_tiny"
    assert run_name(TWO, cnn) == "a-cnn"
    assert run_name("in/*/flowers/train-*", cnn) == "flowers-cnn"
    assert run_name("@in/flowers.txt", cnn) == "flowers-cnn"
    assert run_name({"train": "in/flowers", "test": "in/others"}, cnn) == "flowers-cnn"


def test_a_run_is_its_name_its_data_and_every_option(here: Path) -> None:
    options = TEXT_CLASSIFICATION.defaults
    described = describe_run("reviews", options)
    own = ["unlabelled", "compress", "robust", "trust"]
    sections = ["model", "load", "text", "train", *own, "export"]
    assert list(described) == ["run", "data", *sections]
    assert described["run"] == "reviews-auto"
    assert described["data"] == str(here / "reviews")
    assert described["text"] == json.loads(json.dumps(dataclasses.asdict(options["text"])))
    tune = TuneConfig(trials=4)
    assert describe_run("reviews", options, tune=tune) == {
        **described,
        "tune": describe_tuning(tune),
    }


def test_what_of_a_search_is_told() -> None:
    def space(hp: Any) -> None: ...

    class Space:
        def __call__(self, hp: Any) -> None: ...

    names = {field.name for field in dataclasses.fields(TuneConfig)}
    described = describe_tuning(TuneConfig(trials=4, search_minutes=2, models=("cnn", "mlp")))
    assert set(described) == names - CREW
    assert described["models"] == ["cnn", "mlp"] and described["space"] is None
    assert describe_tuning(TuneConfig(space=space))["space"] == "space"
    assert describe_tuning(TuneConfig(space=Space()))["space"] == "Space"
    assert length_of({"tune": described}) == {"trials": 4, "search_minutes": 2}
    assert length_of({"tune": None}) == length_of({}) == {}
    assert length_of({"tune": {"trials": 3}}) == {"trials": 3}  # of an older version
    assert set(without_length(described)) == names - CREW - {"trials", "search_minutes"}


def test_a_space_is_what_its_file_says(here: Path) -> None:
    file = here / "space.yaml"
    file.write_text("width: [1, 2] # größer", encoding="utf-8")
    assert describe_tuning(TuneConfig(space="space.yaml"))["space"] == "width: [1, 2] # größer"
    file.write_bytes(b"\xff")
    for path in ("space.yaml", "gone.yaml", str(here)):
        with pytest.raises(
            ConfigError, match=rf"{path} cannot be read as a YAML file.*TuneConfig\.space"
        ):
            describe_tuning(TuneConfig(space=path))
    with pytest.raises(ConfigError, match="No such file"):
        describe_tuning(TuneConfig(space="gone.yaml"))


def test_a_run_is_told_from_others_by_what_was_asked() -> None:
    asked = {"run": "a", "fingerprint": "x", "tune": {"trials": 3, "algorithm": "grid"}}
    identity = {"run": "a", "tune": {"algorithm": "grid"}}
    assert identity_of(asked) == identity
    assert identity_of({"run": "b", "train": 1, ASKED: asked}) == identity
    assert asked["tune"] == {"trials": 3, "algorithm": "grid"}  # untouched
    assert identity_of({"run": "a", "fingerprint": "x"}) == {"run": "a"}


def test_what_an_older_version_did_not_ask_of_files_is_as_usual() -> None:
    usual = dataclasses.asdict(ExportConfig())
    older = {name: value for name, value in usual.items() if name != "examples"}
    assert identity_of({"export": older}) == identity_of({"export": usual})
    assert identity_of({"export": {**usual, "examples": False}}) != identity_of({"export": usual})
