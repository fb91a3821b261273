"""A run whose model the data decide: what it is called, what it keeps, and how it goes on."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import kerasapps
from kerasapps.config import CompressConfig, ExportConfig, ImageConfig, LoadConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import TrainingError
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.workflow import publish
from kerasapps.workflow.carry import carry
from kerasapps.workflow.choose import choose_model, chosen_before
from kerasapps.workflow.order import Order, take_order
from kerasapps.workflow.result import Choice
from kerasapps.workflow.run import Run
from kerasapps.workflow.task import Task
from tests.fake_team import FakeTeam
from tests.workflow.test_suitable import task_with

ONE = task_with("mlp")


def train(
    data: Path, *, task: Task = ONE, model: str = "auto", epochs: int = 1, **options: Any
) -> kerasapps.RecipeResult:
    return carry(
        task,
        data,
        model=model,
        load=LoadConfig(),
        image=ImageConfig(image_size=16, augment="none"),
        train=TrainConfig(epochs=epochs, batch_size=64),
        compress=CompressConfig(),
        export=ExportConfig(quantization=("float32",), saved_model=False, keep_failed=True),
        **options,
    )


@pytest.fixture(scope="module")
def chosen(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        result = train(shapes)
        return dataclasses.replace(result, bundle_dir=result.bundle_dir.absolute())


def test_the_bundle_says_what_was_chosen_and_that_it_was(chosen: kerasapps.RecipeResult) -> None:
    assert chosen.bundle_dir.parent.name == "shapes-auto"
    assert chosen.choice is not None and chosen.choice.model == "mlp"
    assert chosen.to_dict()["choice"] == chosen.choice.to_dict()
    settings = read_manifest(chosen.bundle_dir).settings
    assert settings["model"]["model"] == "mlp" and settings["run"] == "shapes-mlp"
    assert settings["chosen"] == chosen.choice.to_dict()
    assert settings["asked"]["model"]["model"] == "auto"
    assert settings["asked"]["run"] == "shapes-auto"


def test_a_worker_takes_the_model_that_the_chief_has_chosen(tmp_path: Path) -> None:
    options = {**ONE.defaults, "train": TrainConfig(time_budget=5)}
    order = take_order(
        ONE, "photos", validation_data=None, test_data=None, tune=None, **options
    )  # fmt: skip
    splits: Any = SimpleNamespace(target=SimpleNamespace(kind="class"))
    told = json.dumps([{"model": "mlp", "reason": "it is small."}, 3.75]).encode()
    chosen = choose_model(order, splits, run=Run(tmp_path, FakeTeam(index=1, heard=[told])))
    assert chosen.choice == Choice("mlp", "it is small.")
    assert chosen.options["model"].model == "mlp" and chosen.budget == 3.75


def test_a_named_model_is_no_choice_and_another_run(
    chosen: kerasapps.RecipeResult, shapes: Path
) -> None:
    with pytest.raises(TrainingError, match=r"model\.model was 'auto', is 'mlp'"):
        train(shapes, model="mlp", output_dir=chosen.bundle_dir.parent)


@pytest.mark.slow
def test_a_longer_training_keeps_the_model_through_a_kill(
    chosen: kerasapps.RecipeResult,
    shapes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = chosen.bundle_dir.parent
    task = task_with("cnn", "mlp")  # by the rule it would be another now

    def killed(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "judge_network", killed)
        with pytest.raises(KeyboardInterrupt):
            train(shapes, task=task, epochs=2, output_dir=folder)
    longer = train(shapes, task=task, epochs=2, output_dir=folder)
    assert longer.choice == chosen.choice and longer.history.extended == (1,)
    assert [row.epoch for row in longer.history.rows] == [1, 2]
    told = capsys.readouterr().err
    assert told.count("Model mlp: ") == 2 and "with ModelConfig.model." in told
    assert read_manifest(longer.bundle_dir).settings["asked"]["train"]["epochs"] == 2


def test_an_interrupted_run_keeps_its_own_reason_beside_a_finished_bundle(
    chosen: kerasapps.RecipeResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its checkpoint has that reason; the finished run's may be of data as they were before."""
    run, order = Run(chosen.bundle_dir.parent), cast(Order, None)
    finished = read_manifest(chosen.bundle_dir).settings["chosen"]
    for reason, before in (
        (finished["reason"], chosen.choice),
        ("as the data are now.", Choice("mlp", "as the data are now.")),
    ):
        begun = {"chosen": {"model": "mlp", "reason": reason}}
        monkeypatch.setattr(Run, "begun", lambda run, begun=begun: begun)
        assert chosen_before(order, run) == before


def test_untouched_pictures_are_trained_from_scratch_where_they_are_tiny() -> None:
    assert "mobile_cnn" in IMAGE_CLASSIFICATION.architectures.auto
