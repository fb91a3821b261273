"""The second half of every recipe: what is handed from one step to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ExportConfig, ModelConfig
from kerasapps.evaluation.robustness import KERAS, Robustness
from kerasapps.export.artifact import Artifact
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training.team import ALONE
from kerasapps.workflow import publish as module
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.order import Order
from kerasapps.workflow.publish import Trained, publish, train_and_judge, train_and_publish
from kerasapps.workflow.run import Run
from tests.values import kinds_of

EXPORT = ExportConfig(quantization=("int8",))
ARTIFACTS = (Artifact.failed("int8", "cannot be made"),)
SPLITS = SimpleNamespace(fingerprint="f", labels=("a", "b"), judged_on="validation")


TASK: Any = SimpleNamespace(name="t", compresses=frozenset())


class _Figures:
    def to_dict(self) -> dict[str, Any]:
        return {"accuracy": 0.75}


JUDGED = Judged("network", None, _Figures(), 0.75, "Test accuracy 75 %", ("Warning: few.",))  # type: ignore[arg-type]


ROBUSTNESS = Robustness(examples=8, plain={KERAS: 0.75}, corrupted={"noise": {KERAS: (0.5,) * 5}})
HEADLINE = "Test accuracy 75 %. Accuracy with noise 50.00\u202f% (as they are: 75.00\u202f%). "
HEADLINE += "Warning: few."


def trained_of(experiment: Any) -> Trained:
    runtime: Any = "runtime"
    history: Any = HISTORY
    network: Any = "fresh"
    return Trained(experiment, network, JUDGED, history, ARTIFACTS, runtime, ROBUSTNESS)


class Shipped:
    """Stands for the finished training whose network shipped."""

    network = None

    def through(self, network: Any, change: Any) -> tuple[Any, Any]:
        return network, change


HISTORY: Any = SimpleNamespace(rows=())


class Steps:
    """Every step of the recipe, planted: what it was given is kept under its name."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        for name, answer in {
            "start_network": ("fresh", "runtime"),
            "fit_network": HISTORY,
            "judge_network": JUDGED,
            "export_and_verify": ARTIFACTS,
            "judge_robustness": ROBUSTNESS,
            "finished_training": Shipped(),
            "tell_extension": None,
            "environment_of": "environment",
            "describe_bundle": "content",
            "write_bundle": ARTIFACTS,
        }.items():
            patch.setattr(module, name, self._planted(name, answer))

    def _planted(self, name: str, answer: Any) -> Any:
        def step(*given: Any, **options: Any) -> Any:
            self.calls[name] = given, options
            return answer

        return step


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    yield Steps(monkeypatch)


@pytest.fixture
def experiment() -> Any:
    plan = SimpleNamespace(
        train=SimpleNamespace(seed=5, time_budget=None), model=ModelConfig(model="m")
    )
    judging = SimpleNamespace(splits=SPLITS, answer=CLASSES)
    planted = SimpleNamespace(plan=plan, judging=judging, reopen="reopen")
    planted.taught_by = lambda rows, within: planted if within is planted else None
    return planted


def test_a_network_is_trained_judged_and_exported(
    steps: Steps, experiment: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = train_and_judge(
        experiment,
        export=EXPORT,
        settings={"run": "r"},
        work=tmp_path / "work",
        log_dir=tmp_path / "logs",
    )
    assert trained == trained_of(experiment)
    assert steps.calls["start_network"] == ((experiment, ALONE), {})
    assert steps.calls["fit_network"] == (
        ("fresh", experiment),
        {
            "runtime": "runtime",
            "settings": {"run": "r"},
            "folder": tmp_path / "work" / "training",
            "log_dir": tmp_path / "logs",
            "finished": None,
        },
    )
    assert steps.calls["judge_network"] == (("fresh", experiment), {})
    assert steps.calls["export_and_verify"] == (
        (JUDGED, experiment.judging),
        {
            "config": EXPORT,
            "seed": 5,
            "folder": tmp_path / "work" / "export",
            "fine_tuning": None,
            "model": experiment.plan.model,
        },
    )
    assert steps.calls["judge_robustness"] == (
        (JUDGED, experiment, ARTIFACTS),
        {"folder": tmp_path / "work" / "robustness"},
    )
    assert "tell_extension" not in steps.calls
    assert capsys.readouterr().err == "Test accuracy 75 %. Warning: few.\n"


def test_what_came_of_it_is_published_with_all_that_is_known(
    steps: Steps, experiment: Any, tmp_path: Path
) -> None:
    trained = trained_of(experiment)
    result = publish(
        TASK,
        trained,
        settings={"run": "r"},
        target=tmp_path,
        command="kerasapps train",
        choice="choice",
        search="search",
        folds="folds",
    )  # type: ignore[arg-type]
    assert steps.calls["describe_bundle"] == (
        (TASK, JUDGED, experiment.judging),
        {
            "history": HISTORY,
            "settings": {"run": "r"},
            "environment": "environment",
            "place": tmp_path,
            "examples": True,
            "choice": "choice",
            "search": "search",
            "folds": "folds",
            "robustness": ROBUSTNESS,
            "ensemble": None,
        },
    )
    assert steps.calls["environment_of"] == (
        ("runtime",),
        {"model": "m", "command": "kerasapps train"},
    )
    assert steps.calls["write_bundle"] == (("content", ARTIFACTS), {"target": tmp_path})
    assert result.model == "network" and result.history == HISTORY
    robustness = ROBUSTNESS.to_dict()
    assert result.metrics == {"accuracy": 0.75, "robustness": robustness}
    assert result.artifacts == ARTIFACTS
    assert (result.bundle_dir, result.labels) == (tmp_path, ("a", "b"))
    assert (result.task, result.headline) == ("t", HEADLINE)
    assert result.judged_on == "validation" and result.search is None
    assert (result.choice, result.folds) == ("choice", "folds")
    assert result.metric is CLASSES.metric


@pytest.mark.parametrize("begun", [True, False])
def test_only_a_run_that_was_not_interrupted_goes_on_from_a_finished_one(
    steps: Steps,
    experiment: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begun: bool,
) -> None:
    monkeypatch.setattr(Run, "begun", lambda run: {} if begun else None)
    run = Run(tmp_path)
    settings = {"run": "r"}
    order = Order(TASK, "data", {"export": EXPORT}, None, settings, command="kerasapps tune")
    result = train_and_publish(order, experiment, run=run)
    finished = None if begun else ("fresh", "reopen")
    assert steps.calls["fit_network"][1]["finished"] == finished
    assert ("tell_extension" in steps.calls) != begun
    if not begun:
        assert steps.calls["finished_training"] == (
            (run.bundle_dir, settings),
            {"fingerprint": "f"},
        )
    options = steps.calls["fit_network"][1]
    assert options["log_dir"] == run.logs and options["folder"] == run.work / "training"
    assert steps.calls["export_and_verify"][1]["config"] == EXPORT
    assert steps.calls["describe_bundle"][1]["settings"] == settings
    assert steps.calls["describe_bundle"][1]["search"] is None
    assert steps.calls["environment_of"][1]["command"] == "kerasapps tune"
    assert result.bundle_dir == run.bundle_dir and result.task == "t"


def test_kinds_of_values() -> None:
    assert kinds_of(module) == {"Trained": "frozen"}
