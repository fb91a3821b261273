"""The tasks as commands: their names and options, what they call and what they print of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

import kerasapps
from kerasapps.cli.tasks import (
    NAMES,
    OTHER_NAMES,
    configs_of,
    defaults_of,
    listed,
    models_of,
    named_task,
    train,
)
from kerasapps.cli.train import train_app
from kerasapps.cli.tune import tune_app
from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    LoadConfig,
    ModelConfig,
    RobustConfig,
    TrainConfig,
    TrustConfig,
    TuneConfig,
    UnlabelledConfig,
)
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Artifact
from kerasapps.process.lean import import_tensorflow
from kerasapps.recipes.registry import ALIASES, TASKS
from kerasapps.terminal.streams import flush_lines
from kerasapps.workflow.result import Choice
from kerasapps.workflow.task import Task

EVERY = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
ARTIFACT = Artifact("int8", Path("m"), 10, 0.5, 0.0, 1.0, 1.0, 2.0, 3.0, True)


def result_of(task: Task, **changes: Any) -> kerasapps.RecipeResult:
    metric = task.answers[0].metric
    values: dict[str, Any] = {
        "model": None,
        "history": None,
        "metrics": {metric.key: 0.75 * (metric.perfect or 1)},
        "artifacts": (ARTIFACT,),
        "bundle_dir": Path("run/bundle"),
        "labels": ("a", "b"),
        "task": task.name,
        "headline": "So good.",
        "metric": metric,
    }
    return kerasapps.RecipeResult(**{**values, **changes})


def carried(task: Task, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Any:
    monkeypatch.setattr(
        "kerasapps.workflow.carry.carry", lambda *_, **__: result_of(task, **changes)
    )
    return train(task, "data", model=ModelConfig(model=task.architectures.names[0]))


@EVERY
def test_data_is_carried_and_tensorflow_loaded_quickly(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Any] = []

    def carry(*arguments: Any, **options: Any) -> Any:
        handed.extend([arguments, options])
        return result_of(task)

    monkeypatch.setattr("kerasapps.workflow.carry.carry", carry)
    model = ModelConfig(model=task.architectures.names[0])
    tune = TuneConfig(models=task.architectures.names[:2])
    train(task, "data", model=model, tune=tune, extra=3)
    quick = {"load_tensorflow": import_tensorflow, "track": None}
    assert handed == [(task, "data"), {"model": model, "tune": tune, "extra": 3, **quick}]


@EVERY
def test_what_is_printed(
    task: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    values, show, status = carried(task, monkeypatch)
    show()
    flush_lines()
    lines = capsys.readouterr().out.splitlines()
    assert status == 0 and values["bundle_dir"] == "run/bundle"
    assert lines[0].startswith("Verified on the test split")
    keras = next(line for line in lines if "Keras" in line)
    metric = task.answers[0].metric
    assert metric.text(0.75 * (metric.perfect or 1)).removesuffix(metric.unit) in keras
    file = f"m (0.00 MB, {metric.name} {metric.text(0.5 * (metric.perfect or 1))})"
    assert lines[-5:] == [
        "So good.", f"For a phone or a browser use {file}", f"For a server use {file}",
        "Bundle: run/bundle", "Report: run/bundle/report.html",
    ]  # fmt: skip
    assert not any(line.startswith("Model: ") for line in lines) and "choice" not in values


@EVERY
def test_a_model_that_was_chosen_is_named(
    task: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = Choice("net", "as it suits.", ({"model": "net"},))
    values, show, _ = carried(task, monkeypatch, choice=choice)
    show()
    flush_lines()
    assert capsys.readouterr().out.splitlines()[-6:-4] == [
        "Model: net, chosen by the data", "So good.",
    ]  # fmt: skip
    assert values["choice"] == {
        "model": "net", "reason": "as it suits.", "tried": [{"model": "net"}],
    }  # fmt: skip


@EVERY
def test_a_search_has_a_leaderboard_and_a_failed_file_a_status(
    task: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = dataclasses.replace(ARTIFACT, passed=False, reason="too bad")
    search = SimpleNamespace(to_dict=lambda: {})
    _, show, status = carried(
        task, monkeypatch, artifacts=(failed,), search=search, judged_on="validation"
    )
    show()
    flush_lines()
    lines = capsys.readouterr().out.splitlines()
    assert status == 1 and lines[0].startswith("Verified on the validation split")
    assert lines[-1] == "Leaderboard: run/leaderboard.csv" and "int8: too bad" in lines


@EVERY
def test_unknown_architectures_start_nothing(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.workflow.carry.carry", lambda *_, **__: pytest.fail("begun"))
    with pytest.raises(ConfigError, match="model 'x' is not known"):
        train(task, "data", model=ModelConfig(model="x"))
    known = ModelConfig(model=task.architectures.names[0])
    with pytest.raises(ConfigError, match="models 'x' is not known"):
        train(task, "data", model=known, tune=TuneConfig(models=("x",)))


@EVERY
def test_options_and_their_defaults(task: Task) -> None:
    unlabelled = [UnlabelledConfig] if task.learns_unlabelled else []
    compress = [CompressConfig] if task.compresses else []
    robust = [RobustConfig] if task.robust else []
    trust = [TrustConfig] if task.trusts else []
    assert configs_of(task) == [
        LoadConfig, task.options, ModelConfig, TrainConfig, *unlabelled, *compress, *robust, *trust,
        ExportConfig,
    ]  # fmt: skip
    defaults = defaults_of(task)
    fields = {field.name for config in configs_of(task) for field in dataclasses.fields(config)}
    assert set(defaults) == fields and defaults["model"] == task.model
    assert defaults["epochs"] == TrainConfig().epochs
    assert models_of(task) == f"Models: {', '.join(task.architectures.choices)}."


@EVERY
@pytest.mark.parametrize("app", [train_app, tune_app], ids=["train", "tune"])
def test_the_help_of_a_model_offers_what_the_task_has(app: typer.Typer, task: Task) -> None:
    (name,) = [name for name, each in NAMES.items() if each is task]
    command = typer.main.get_group(app).commands[name]
    (option,) = [each for each in command.params if each.name == "model"]
    assert option.help == task.architectures.help
    assert ("preset:" in option.help) is (task.architectures.preset is not None)
    assert ("auto" in option.help) is bool(task.architectures.auto)


def test_names() -> None:
    assert list(NAMES) == [name.replace("_", "-") for name in TASKS]
    assert list(NAMES.values()) == list(TASKS.values())
    assert {"sentiment": ALIASES["sentiment"]} == OTHER_NAMES
    for name, task in {**NAMES, **OTHER_NAMES}.items():
        assert named_task(name, what="--task") is task
    known = ", ".join([*NAMES, *OTHER_NAMES])
    near = "Did you mean 'sentiment'\\?"
    with pytest.raises(ConfigError, match=rf"^--task 'sentimental' is .* {near} Known: {known}\.$"):
        named_task("sentimental", what="--task")


def test_lists_of_words() -> None:
    assert listed(["a"]) == listed(["a", "a"]) == "a"
    assert listed(["a", "b", "a"]) == "a or b"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed(["a", "b", "c"], before_last=", or ") == "a, b, or c"


@EVERY
def test_what_is_said_of_a_task(task: Task) -> None:
    phrases = task.phrases
    assert bool(phrases.explains) is bool(phrases.shows)
    assert all((phrases.data, phrases.form, phrases.inputs, phrases.gives, *phrases.does))
