"""`kerasapps tune` and `--tune` as a user meets them."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

import kerasapps
from kerasapps.cli import app
from kerasapps.cli.options import in_options
from kerasapps.cli.tasks import NAMES, OTHER_NAMES, configs_of
from kerasapps.config import (
    ClusterConfig,
    ExportConfig,
    ImageConfig,
    ModelConfig,
    RepeatConfig,
    TuneConfig,
)
from kerasapps.workflow.task import Task
from tests.test_cli import run

SUBCOMMANDS = [*NAMES.items(), *OTHER_NAMES.items()]
CARRY = "kerasapps.workflow.carry.carry"


class Called(Exception):  # noqa: N818
    """A function was called, and with what."""

    def __init__(self, data: Any, options: dict[str, Any]) -> None:
        super().__init__(data, options)
        self.data, self.options = data, options


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Parses a command line; what the function that it ends in was given."""

    def caught(function: str, *arguments: str) -> Called:
        def called(*data: Any, load_tensorflow: Any = None, **options: Any) -> None:
            raise Called(data, options)

        monkeypatch.setattr(function, called, raising=False)
        monkeypatch.setenv("KERASAPPS_DEBUG", "1")  # lets what is unexpected through
        with pytest.raises(Called) as raised:
            app([*arguments], standalone_mode=False)
        return raised.value

    return caught


def parameters(group: str, name: str) -> dict[str, Any]:
    every: Any = typer.main.get_command(app)
    return {parameter.name: parameter for parameter in every.commands[group].commands[name].params}


@pytest.mark.parametrize(("name", "task"), SUBCOMMANDS)
def test_tune_takes_what_train_takes_and_every_option_of_a_search(name: str, task: Task) -> None:
    train, search = parameters("train", name), parameters("tune", name)
    tuned = {field.name for field in dataclasses.fields(TuneConfig)}
    alone = {
        each.name for kind in (ClusterConfig, RepeatConfig) for each in dataclasses.fields(kind)
    }
    limits = {each.name for each in dataclasses.fields(ExportConfig)} & tuned
    assert alone <= set(train) and tuned <= set(search)
    assert not tuned & (set(train) - alone) - limits, "a search has machines of its own"
    assert set(train) - {"tune"} - alone - limits == set(search) - tuned
    assert {"output_dir", "json", *task.parts} <= set(search)
    fields = [field.name for config in configs_of(task) for field in dataclasses.fields(config)]
    assert len({*fields, *tuned}) == len(fields) + len(tuned - limits), "two options of one name"
    assert search["model"].default == train["model"].default == task.model


@pytest.mark.parametrize(("name", "task"), SUBCOMMANDS)
def test_options_reach_the_task(call: Any, name: str, task: Task) -> None:
    near, other = task.architectures.names[:2]
    called = call(
        CARRY, "tune", name, "data", "--trials", "7", "--algorithm", "bayesian",
        "--objective", "val_loss", "--max-size-mb", "2", "--models", near, "--models", other,
        "--no-prune", "--space", "space.yaml", "--workers", "2", "--epochs", "3",
        "--output-dir", "run",
    )  # fmt: skip
    assert called.data == (task, "data")
    assert called.options["tune"] == TuneConfig(
        trials=7,
        algorithm="bayesian",
        objective="val_loss",
        max_size_mb=2.0,
        models=(near, other),
        prune=False,
        space="space.yaml",
        workers=2,
    )
    assert called.options["train"].epochs == 3 and called.options["output_dir"] == Path("run")
    usual = call(CARRY, "train", name, "data").options
    nothing = {"tune": None, "output_dir": None, "track": None}
    assert usual == {
        **task.defaults,
        **nothing,
        "cluster": ClusterConfig(),
        "repeat": RepeatConfig(),
    }


def test_train_searches_only_if_it_is_told_to(call: Any) -> None:
    (name, _), *_ = SUBCOMMANDS
    assert call(CARRY, "train", name, "data", "--tune", "5").options["tune"] == TuneConfig(trials=5)
    plain = call(CARRY, "train", name, "data", "--width", "0.5", "--channels", "1").options
    assert plain["tune"] is None
    assert plain["model"] == ModelConfig(width=0.5) and plain["image"] == ImageConfig(channels=1)


def test_two_files_are_data_too(call: Any) -> None:
    options = ("translation", "--source", "a.en", "--target", "a.de")
    for command in ("train", "tune"):
        assert call(CARRY, command, *options).data == (NAMES["translation"], ("a.en", "a.de"))


@pytest.mark.parametrize(("name", "task"), SUBCOMMANDS)
def test_a_worker_joins_the_search_of_its_chief(call: Any, name: str, task: Task) -> None:
    address = ("--role", "worker", "--chief", "10.0.0.1:9000")
    called = call("kerasapps.join_search", "tune", name, "data", *address, "--width", "2")
    assert called.data == (task.name, "data")
    assert called.options["tune"] == TuneConfig(role="worker", chief="10.0.0.1:9000")
    assert called.options["model"].width == 2 and called.options["work_dir"] is None
    chief = call(CARRY, "tune", name, "data", "--role", "chief", "--chief", "0.0.0.0:9000")
    assert chief.options["tune"].role == "chief"


def test_a_worker_tells_how_many_trials_it_did(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kerasapps, "join_search", lambda *_, **__: 4, raising=False)
    command = ["tune", "sentiment", "data", "--role", "worker", "--chief", "chief:9000"]
    for more, expected in (([], "4"), (["--json"], '{"trials": 4}')):
        # Typer answers the exit status instead of raising it.
        assert app([*command, *more], standalone_mode=False) == 0
        assert expected in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--trials", "0"], ["--trials must be a whole number"]),
        (["--algorithm", "bayes"], ["--algorithm 'bayes'", "Did you mean 'bayesian'"]),
        (["--role", "worker"], ["--chief is missing", "HOST:PORT"]),
        (["--chief", "localhost"], ["--chief must be HOST:PORT"]),
        (["--max-latency-ms", "-1"], ["--max-latency-ms must be"]),
    ],
)
def test_a_mistake_is_told_in_options(
    arguments: list[str], words: list[str], run_here: Callable[..., Any]
) -> None:
    ended = run_here("tune", "image-classification", "builtin:digits", *arguments, "--json")
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert all(word in json.loads(ended.stdout)["error"] for word in words)


def test_messages_of_the_search_name_options() -> None:
    assert in_options("TuneConfig.workers is 9; set worker_cores") == (
        "--workers is 9; set --worker-cores"
    )
    assert in_options("tune.space was 'a.yaml'") == "--space was 'a.yaml'"


@pytest.mark.slow  # tests/workflow/search/test_tune.py searches by the same function
def test_a_search_ends_in_a_bundle_a_leaderboard_and_a_report(shapes: Path, tmp_path: Path) -> None:
    space = tmp_path / "space.yaml"
    space.write_text("learning_rate: {min: 1e-4, max: 1e-2, sampling: log}\n")
    folder = tmp_path / "run"
    command = [
        "tune", "image-classification", shapes, "--output-dir", folder, "--model", "mlp",
        "--width", "0.25", "--image-size", "16", "--epochs", "1", "--augment", "none",
        "--quantization", "float32", "--no-saved-model", "--tolerance", "100",
        "--trials", "2", "--space", space,
    ]  # fmt: skip
    ended = run(*command, "--json")
    assert ended.returncode == 0, ended.stderr
    printed = json.loads(ended.stdout)
    search = printed["search"]
    assert search["objective"] == "val_accuracy" and search["direction"] == "max"
    assert sorted(each["number"] for each in search["trials"]) == [0, 1]
    assert {each["state"] for each in search["trials"]} == {"done"}
    assert search["trials"][0]["number"] == search["best"]
    accuracies = [each["figures"]["val_accuracy"] for each in search["trials"]]
    assert accuracies == sorted(accuracies, reverse=True)
    with (folder / "leaderboard.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert {"trial", "learning_rate", "val_accuracy", "reason"} <= set(rows[0])
    report = (folder / "bundle" / "report.html").read_text()
    assert 'id="search"' in report and "learning_rate" in report
    # Standard error has the space first, then a line for each trial.
    assert ended.stderr.index("0.0001 to 0.01 (log)") < ended.stderr.index("\ntrial 0  val_acc")
    assert "\ntrial 1  val_accuracy" in ended.stderr
    assert f"Leaderboard: {folder / 'leaderboard.csv'}" in ended.stderr


@pytest.mark.parametrize(("name", "task"), SUBCOMMANDS)
def test_an_unknown_architecture_is_refused_before_tensorflow_is_imported(
    name: str, task: Task, run_here: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kerasapps.workflow.carry.start_tensorflow", lambda *_, **__: pytest.fail("too late")
    )
    near = task.architectures.names[0]
    for option in ("--model", "--models"):
        ended = run_here("tune", name, "nowhere", option, f"{near}x", "--json")
        assert ended.returncode == 2
        error = json.loads(ended.stdout)["error"]
        assert f"{option} '{near}x' is not known. Did you mean '{near}'" in error
