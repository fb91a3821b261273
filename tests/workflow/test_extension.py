"""A finished run that is asked for more training goes on from its model; no other does."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

import kerasapps
from kerasapps.config import TrainConfig, TuneConfig
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.export.network import mirror_averaged
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.training import EpochRow, History
from kerasapps.workflow import extension
from kerasapps.workflow.extension import finished_training, goes_on
from kerasapps.workflow.run import open_run
from kerasapps.workflow.settings import ASKED, describe_run


def settings(*, tune: TuneConfig | None = None, **train: Any) -> dict[str, Any]:
    options = {**IMAGE_CLASSIFICATION.defaults, "train": TrainConfig(**train)}
    return describe_run("photos", options, tune=tune)


def finished_run(**train: Any) -> Manifest:
    """The manifest of a run that had five epochs in a minute."""
    values: dict[str, Any] = {
        field.name: {} for field in dataclasses.fields(Manifest) if field.name != "folder"
    }
    history = {"rows": [{}] * 5, "seconds": 60.0}
    described = json.loads(json.dumps(settings(**train)))
    return Manifest(**{**values, "folder": Path(), "settings": described, "history": history})


@pytest.mark.parametrize(
    ("before", "now", "longer"),
    [
        ({"epochs": 5}, {"epochs": 6}, True),
        ({"epochs": 5}, {"epochs": 5}, False),
        ({"epochs": 5}, {"epochs": 4}, False),
        ({"epochs": 5}, {}, False),
        ({}, {"epochs": 6}, True),
        ({}, {"epochs": 5}, False),
        ({}, {"epochs": 6, "schedule": "linear", "early_stopping": 0}, True),
        ({}, {"epochs": 6, "seed": 1}, False),
        ({"epochs": 5}, {"epochs": 6, "schedule": "linear"}, False),
        ({}, {"time_budget": 2.0}, True),
        ({}, {"time_budget": 0.5}, False),
        ({}, {"schedule": "linear"}, False),
        ({"epochs": 50}, {"epochs": 6}, True),  # it had stopped early
        ({"epochs": 5}, {"epochs": 6, "seed": 1}, False),
        ({"time_budget": 1.0}, {"time_budget": 2.0}, True),
        ({"time_budget": 2.0}, {"time_budget": 1.5}, False),
        ({"time_budget": 1.0}, {}, False),
        ({"time_budget": 1.0}, {"epochs": 9}, False),
        ({"epochs": 5}, {"epochs": 6, "time_budget": 9.0}, False),
        ({"epochs": 9, "time_budget": 1.0}, {"epochs": 9, "time_budget": 2.0}, True),
        ({"epochs": 5, "time_budget": 1.0}, {"epochs": 5, "time_budget": 2.0}, False),
        ({"epochs": 5, "time_budget": 1.0}, {"epochs": 9, "time_budget": 1.0}, False),
        ({"epochs": 5, "time_budget": 2.0}, {"epochs": 9, "time_budget": 2.0}, True),
    ],
)
def test_only_more_epochs_or_more_time_make_a_longer_training(
    before: dict[str, Any], now: dict[str, Any], longer: bool
) -> None:
    assert goes_on(finished_run(**before), settings(**now)) is longer


def test_a_search_and_its_winner_do_not_go_on() -> None:
    manifest = finished_run(epochs=5)
    assert goes_on(manifest, settings(epochs=9))
    assert not goes_on(manifest, settings(epochs=9, tune=TuneConfig()))
    asked = settings(epochs=5, tune=TuneConfig())
    winner = dataclasses.replace(manifest, settings={**manifest.settings, ASKED: asked})
    assert not goes_on(winner, settings(epochs=9))


def test_a_run_whose_model_was_chosen_goes_on() -> None:
    manifest = finished_run(epochs=5)
    own = {**manifest.settings, "model": {**manifest.settings["model"], "model": "mobile_cnn"}}
    chosen = dataclasses.replace(manifest, settings={**own, ASKED: manifest.settings})
    assert goes_on(chosen, settings(epochs=9)) and not goes_on(chosen, settings(epochs=5))
    named = {**settings(epochs=9), "model": own["model"]}
    assert not goes_on(chosen, named)


@pytest.mark.parametrize("name", ["epochs", "time_budget"])
def test_a_manifest_may_lack_an_option_that_may_grow(name: str) -> None:
    train = dict(finished_run(epochs=5).settings["train"])
    train.pop(name)
    before = {**finished_run(epochs=5).settings, "train": train}
    manifest = dataclasses.replace(finished_run(), settings=before)
    assert goes_on(manifest, settings(epochs=9))


def test_an_option_that_older_manifests_lack_is_one_that_nobody_set() -> None:
    manifest, now = finished_run(epochs=5), settings(epochs=9)
    manifest.settings["image"].pop("jpeg")
    assert goes_on(manifest, now)
    asked = {**now, "image": {**now["image"], "jpeg": 80}}
    assert not goes_on(manifest, asked)


def test_a_finished_run_is_trained_longer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def train(**options: Any) -> kerasapps.RecipeResult:
        return kerasapps.train_image_classifier(
            "builtin:digits",
            output_dir=tmp_path / "digits",
            model=kerasapps.ModelConfig(model="mlp", width=0.25),
            train=TrainConfig(monitor="macro_f1", **options),
            export=kerasapps.ExportConfig(quantization=(), saved_model=False),
        )

    short = train(epochs=1)
    with pytest.raises(kerasapps.TrainingError, match=r"seed was 0, is 1.* goes on with more"):
        train(epochs=2, seed=1)
    capfd.readouterr()
    result = train(epochs=3)
    said = capfd.readouterr().err
    assert "is finished; it is trained longer and replaced at the end" in said
    assert "its best epoch was 1 of 1" in said and "epoch 2/3" in said and "macro-F1" in said
    assert result.history.rows[:1] == short.history.rows
    assert len(result.history.rows) == 3 and result.history.extended == (1,)
    assert result.history.best.val_metric == max(row.val_metric for row in result.history.rows)
    manifest = read_manifest(result.bundle_dir)
    assert manifest.history["extended"] == [1] and manifest.settings["train"]["epochs"] == 3
    assert not (tmp_path / "digits" / "work").exists()


def test_the_finished_model_gives_its_weights_and_history(
    trained: kerasapps.RecipeResult,
) -> None:
    manifest = read_manifest(trained.bundle_dir)
    longer = json.loads(json.dumps(manifest.settings))
    longer["train"]["epochs"] += 1
    fingerprint = manifest.data["fingerprint"]
    finished = finished_training(trained.bundle_dir, longer, fingerprint=fingerprint)
    assert finished is not None and finished.history == trained.history
    assert all(map(np.array_equal, finished.weights, trained.model.get_weights()))
    with pytest.raises(kerasapps.TrainingError, match="data changed since"):
        finished_training(trained.bundle_dir, longer, fingerprint="other")
    same = finished_training(trained.bundle_dir, manifest.settings, fingerprint=fingerprint)
    assert same is None
    gone = finished_training(trained.bundle_dir / "gone", longer, fingerprint=fingerprint)
    assert gone is None


def test_a_head_that_was_solved_is_solved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have learnt from validation examples, by which a longer training is judged."""
    network: Any = SimpleNamespace(get_weights=lambda: ["weights"])
    monkeypatch.setattr(extension, "finished_network", lambda manifest: network)

    def finished_after(*phases: tuple[str, float]) -> Any:
        rows = [
            EpochRow(epoch, phase, rate, 1.0, 0.5, 0.5, 0.5, 0.5)
            for epoch, (phase, rate) in enumerate(phases, 1)
        ]
        history = History(tuple(rows), 1, "epochs", 60.0, quality="accuracy").as_dict()
        manifest = dataclasses.replace(
            finished_run(), history=history, data={"fingerprint": "of the data"}
        )
        monkeypatch.setattr(extension, "read_manifest", lambda folder: manifest)
        return finished_training(tmp_path, settings(epochs=9), fingerprint="of the data")

    assert finished_after(("head", 0.0)) is None
    for phases in ([("head", 0.1)], [("head", 0.0), ("fine-tune", 0.1)], [("train", 0.0)]):
        assert finished_after(*phases).weights == ["weights"]


def test_a_network_that_ships_with_its_mirror_image_has_the_weights_in_their_order() -> None:
    given = keras.Input((4, 4, 3), dtype="uint8")
    x = keras.layers.Rescaling(1 / 255)(given)
    x = keras.layers.BatchNormalization()(keras.layers.Conv2D(2, 3)(x))
    network = keras.Model(given, keras.layers.Dense(2)(keras.layers.Flatten()(x)))
    network.set_weights([np.random.default_rng(0).normal(size=w.shape) for w in network.weights])
    shipped = mirror_averaged(network)
    assert all(map(np.array_equal, shipped.get_weights(), network.get_weights()))


def test_by_default_the_finished_run_with_less_training_goes_on_in_its_folder(
    trained: kerasapps.RecipeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "saved_models" / "r" / "n"
    folder.mkdir(parents=True)
    (folder / "bundle").symlink_to(trained.bundle_dir)
    stored = read_manifest(trained.bundle_dir).settings

    def place(**train: Any) -> Path:
        changed = {**stored, "train": {**stored["train"], **train}}
        with open_run(None, task="r", name="n", settings=changed) as run:
            return run.folder.name

    assert place() == "n"
    assert place(epochs=7) == "n"
    assert place(epochs=7, seed=1) == "n-2"
    assert place(epochs=5) == "n-2"
