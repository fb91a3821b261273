"""Recipes that tune: the search, its winners' bundles, limits and resume."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, ModelConfig, TrainConfig, TuneConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError, ExportError, TrainingError
from kerasapps.recipes import train_image_classifier
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION as TASK
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.options import read_options
from kerasapps.workflow.order import Order
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.run import Run
from kerasapps.workflow.search import winners
from kerasapps.workflow.search.setup import SearchSetup, set_up
from kerasapps.workflow.settings import describe_run
from tests.check_bundle import check_bundle

LABELS = ("blue", "green", "red")
TUNE = TuneConfig(trials=2, search_seed=3)
CALL: dict[str, Any] = {
    "model": "mlp",
    "image": ImageConfig(image_size=16, augment="none"),
    "train": TrainConfig(epochs=1, batch_size=16),
    "export": ExportConfig(quantization=("int8",), saved_model=False, keep_failed=True),
}


@pytest.fixture(scope="module")
def tuned(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of a whole recipe with a search of two trials.

    It was killed when the search was over; the second time no worker can be started.
    """
    folder = tmp_path_factory.mktemp("run") / "tuned"

    def killed(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(winners, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            train_image_classifier(shapes, output_dir=folder, tune=TUNE, **CALL)
    assert json.loads((folder / "work" / "search" / "search.json").read_text())["state"]
    assert not (folder / "bundle").exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kerasapps.tuning.search.Crew", killed)
        return train_image_classifier(shapes, output_dir=folder, tune=TUNE, **CALL)


def test_a_search_ends_in_a_verified_bundle(tuned: kerasapps.RecipeResult) -> None:
    assert tuned.search is not None and tuned.search.best is not None
    assert [record.number for record in tuned.search.records] == [0, 1]
    assert all(record.state == "done" for record in tuned.search.records)
    check_bundle(tuned.bundle_dir, labels=LABELS, artifacts={"int8"})
    assert {path.name for path in tuned.bundle_dir.parent.iterdir()} == {
        "bundle",
        "leaderboard.csv",
        "search.json",
    }


def test_the_first_trial_is_the_options_as_they_are_and_fixed_ones_stay(
    tuned: kerasapps.RecipeResult,
) -> None:
    assert tuned.search is not None
    default = tuned.search.default
    assert default is not None and default.values["width"] == 1.0
    assert default.values["learning_rate"] == 1e-3
    # Set by hand: the same in every trial.
    assert not {"batch_size", "augment", "epochs"} & set(default.values)


def test_the_winner_is_what_was_trained(tuned: kerasapps.RecipeResult) -> None:
    assert tuned.search is not None and tuned.search.best is not None
    best, history = tuned.search.best, tuned.history
    assert history.best.val_figure == pytest.approx(best.figures["val_accuracy"], abs=0.06)
    assert tuned.model.count_params() == best.figures["parameters"]
    options = read_options(TASK, read_manifest(tuned.bundle_dir).settings)
    for name, value in best.values.items():
        (result,) = (getattr(each, name) for each in options.values() if hasattr(each, name))
        assert result == value


def test_the_manifest_holds_the_winner_and_what_was_asked(tuned: kerasapps.RecipeResult) -> None:
    assert tuned.search is not None and tuned.search.best is not None
    settings = read_manifest(tuned.bundle_dir).settings
    assert settings["search"]["trial"] == tuned.search.best.number
    assert settings["asked"]["tune"]["trials"] == 2
    assert settings["asked"]["train"]["learning_rate"] is None
    page = (tuned.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert 'id="search"' in page and "2 trials" in page


def test_the_leaderboard_stays_as_a_table(tuned: kerasapps.RecipeResult) -> None:
    with (tuned.bundle_dir.parent / "leaderboard.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == ["1", "2"]
    scores = [float(row["val_accuracy"]) for row in rows]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.slow  # tests/workflow/test_bundle_export.py adds files to a bundle
def test_a_tuned_bundle_takes_more_files(tuned: kerasapps.RecipeResult) -> None:
    new = kerasapps.export_bundle(
        tuned.bundle_dir, export=ExportConfig(quantization=("dynamic",), saved_model=False)
    )
    assert [artifact.name for artifact in new] == ["dynamic"] and new[0].passed


def test_another_search_in_the_same_folder_is_refused(
    tuned: kerasapps.RecipeResult, shapes: Path
) -> None:
    for tune, change in (
        (dataclasses.replace(TUNE, search_seed=4), r"tune\.search_seed was 3, is 4"),
        (None, r"it was a search, is a training"),
    ):
        with pytest.raises(TrainingError, match=change):
            train_image_classifier(shapes, output_dir=tuned.bundle_dir.parent, tune=tune, **CALL)


@pytest.fixture
def again(tuned: kerasapps.RecipeResult, tmp_path: Path) -> Path:
    """A copy of the finished run, to be searched further."""
    return Path(shutil.copytree(tuned.bundle_dir.parent, tmp_path / "again"))


def begin(folder: Path, data: Path, tune: TuneConfig, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a search knows when its first worker would start; None: nothing, so nothing is left."""

    def killed(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kerasapps.tuning.search.Crew", killed)
    with pytest.raises(KeyboardInterrupt):
        train_image_classifier(data, output_dir=folder, tune=tune, **CALL)
    search = folder / "work" / "search"
    if not search.exists():
        return None
    asked = json.loads((search / "asked.json").read_text())
    assert asked["tune"]["trials"] == tune.trials
    return json.loads((search / "search.json").read_text())["state"]["trials"]


@pytest.mark.parametrize("longer", [{"trials": 4}, {"trials": 4, "search_minutes": 60}])
def test_a_finished_search_can_be_made_longer(
    again: Path,
    shapes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    longer: dict[str, Any],
) -> None:
    tune = dataclasses.replace(TUNE, **longer)
    trials = begin(again, shapes, tune, monkeypatch)
    assert [each["record"]["state"] for each in trials] == ["done", "done"]
    told = capsys.readouterr().err
    assert f"The search goes on from {again / 'search.json'}." in told
    assert "Going on: 2 of 4 trials" in told
    # Interrupted at that, another length goes on as well.
    assert begin(again, shapes, dataclasses.replace(tune, trials=7), monkeypatch) == trials
    assert (again / "bundle/bundle.json").exists()


def test_the_same_search_again_begins_anew(
    again: Path, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert begin(again, shapes, TUNE, monkeypatch) is None


def test_a_finished_search_of_other_data_begins_anew(
    again: Path, shapes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = json.loads((again / "search.json").read_text())
    kept["settings"]["fingerprint"] = "another"
    (again / "search.json").write_text(json.dumps(kept))
    assert begin(again, shapes, dataclasses.replace(TUNE, trials=4), monkeypatch) is None
    words = f"{again / 'search.json'} is of another search: fingerprint is another there"
    assert words in capsys.readouterr().err


@pytest.mark.slow
def test_a_finished_search_can_be_made_shorter(again: Path, shapes: Path) -> None:
    result = train_image_classifier(
        shapes, output_dir=again, tune=dataclasses.replace(TUNE, trials=1), **CALL
    )
    assert result.search is not None and len(result.search.ranked) == 2
    assert result.search.ending == "2 trials have ended, and 1 were asked for"
    settings = read_manifest(result.bundle_dir).settings
    assert settings["asked"]["tune"]["trials"] == 1


@pytest.mark.slow  # the others stop where the first worker would start
def test_a_longer_search_has_the_trials_of_one_that_was_longer_from_the_start(
    again: Path, shapes: Path, tmp_path: Path
) -> None:
    tune = dataclasses.replace(TUNE, trials=3)
    longer = train_image_classifier(shapes, output_dir=again, tune=tune, **CALL).search
    reference = train_image_classifier(
        shapes, output_dir=tmp_path / "whole", tune=tune, **CALL
    ).search
    assert longer is not None and reference is not None
    assert [each.values for each in longer.records] == [each.values for each in reference.records]


class Scene:
    """A search that is over, with figures of our choice, before its winners are trained."""

    def __init__(self, data: Path, folder: Path, **tune: Any) -> None:
        self.data = data
        self.options = {**TASK.defaults, **CALL, "model": ModelConfig(model="mlp")}
        self.tune = TuneConfig(**tune)
        self.run = Run(folder)
        self.splits = read_splits(TASK, data, self.options, self.run.work)
        self.settings = describe_run(data, self.options, tune=self.tune)

    def setup(self) -> SearchSetup:
        return set_up(TASK, self.splits, self.options, tune=self.tune, folder=self.run.search)

    def publish(self, *records: TrialRecord) -> kerasapps.RecipeResult:
        setup = self.setup()
        leaderboard = Leaderboard(setup.objective, records)
        order = Order(TASK, self.data, self.options, self.tune, self.settings)
        return winners.publish_winners(
            winners.EndedSearch(order, self.splits, self.tune, setup, leaderboard, self.run)
        )


def record(number: int, width: float, **figures: float) -> TrialRecord:
    return TrialRecord(number, {"width": width}, "done", {"val_accuracy": 0.5, **figures})


@pytest.mark.parametrize("top", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_best_that_keep_the_limit_become_bundles_in_their_order(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], top: int
) -> None:
    # Trial 1 was measured as small enough, but the file made of it is not.
    scene = Scene(shapes, tmp_path / "run", top=top, max_size_mb=0.15)
    claimed = {"int8_size_mb": 0.1, "int8_latency_ms": 1.0}
    result = scene.publish(
        record(0, 0.125, int8_accuracy=0.5, **claimed),
        record(1, 1.0, int8_accuracy=0.9, **claimed),
        record(2, 0.25, int8_accuracy=0.7, **claimed),
    )
    assert result.bundle_dir == tmp_path / "run" / "bundle"
    assert "Trial 1 is passed over: int8 file" in capsys.readouterr().err
    expected = [("bundle", 2, 0.25), ("top-2/bundle", 0, 0.125)][:top]
    assert (tmp_path / "run" / "top-2").exists() == (top == 2)
    for folder, trial, width in expected:
        settings = read_manifest(tmp_path / "run" / folder).settings
        assert settings["search"]["trial"] == trial and settings["model"]["width"] == width
    assert result.artifacts[0].size_bytes < 0.15e6  # type: ignore[operator]
    measured = kerasapps.benchmark_bundle(result.bundle_dir, artifacts=["int8"], quick=True)
    assert measured["int8"].latency_ms > 0


def test_nothing_within_the_limits_names_the_nearest(shapes: Path, tmp_path: Path) -> None:
    scene = Scene(shapes, tmp_path / "run", max_size_mb=0.001)
    with pytest.raises(ExportError, match=r"nearest is trial 1: int8 file 0\.15 MB.*14900% too"):
        scene.publish(
            record(0, 1.0, int8_accuracy=0.9, int8_size_mb=0.4),
            record(1, 0.25, int8_accuracy=0.5, int8_size_mb=0.15),
        )
    with pytest.raises(TrainingError, match="None of the 1 trials came to an end: it broke"):
        scene.publish(TrialRecord(0, {}, "failed", reason="it broke"))


def test_a_finished_search_is_not_repeated_when_the_final_training_was_killed(
    tuned: kerasapps.RecipeResult,
) -> None:
    # `tuned` was; what its search found was read again.
    assert tuned.search is not None and len(tuned.search.records) == 2
    assert len(tuned.history.rows) == 1


def test_several_models_start_from_their_own_options(shapes: Path, tmp_path: Path) -> None:
    scene = Scene(shapes, tmp_path / "run", models=("mlp", "cnn"))
    rows = {row["name"]: row for row in scene.setup().settings["space"]}
    assert rows["model"]["values"] == ["mlp", "cnn"] and rows["model"]["default"] == "mlp"
    assert rows["mlp/learning_rate"]["default"] == 1e-3
    assert rows["cnn/learning_rate"]["default"] == 2e-3
    assert rows["cnn/kernel"]["when"] == {"model": ["cnn"]} and "mlp/kernel" not in rows


def test_a_space_of_ones_own_starts_from_the_options_as_they_are(
    shapes: Path, tmp_path: Path
) -> None:
    file = tmp_path / "space.yaml"
    file.write_text("learning_rate: {min: 1e-4, max: 1e-1, sampling: log}\nbatch_size: [8, 32]\n")
    by_file = Scene(shapes, tmp_path / "run", space=str(file)).setup().settings["space"]
    assert [(row["name"], row["default"]) for row in by_file] == [
        ("learning_rate", 1e-3),
        ("batch_size", 16),
    ]
    scene = Scene(shapes, tmp_path / "run", space=lambda hp: hp.Float("dropout", 0.0, 0.9))
    (row,) = scene.setup().settings["space"]
    assert (row["name"], row["max"]) == ("dropout", 0.9)


def test_a_model_that_the_task_has_not_is_refused_with_the_file(
    shapes: Path, tmp_path: Path
) -> None:
    file = tmp_path / "space.yaml"
    file.write_text("model: [mlp, cnnn]\n")
    with pytest.raises(ConfigError, match=r"space\.yaml: model: 'cnnn' is not known.*'cnn'"):
        Scene(shapes, tmp_path / "run", space=str(file)).setup()


def test_the_settings_of_a_search_do_not_depend_on_the_machine(
    shapes: Path, tmp_path: Path
) -> None:
    first = Scene(shapes, tmp_path / "one", role="chief", chief="host:1").setup()
    other = Scene(shapes, tmp_path / "other", role="worker", chief="host:1", workers=4).setup()
    assert first.settings == other.settings and json.dumps(first.settings)
    assert first.source.job["folder"] != other.source.job["folder"]
    assert first.seed == TrainConfig().seed and first.epochs is None  # only hyperband divides them
