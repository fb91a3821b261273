"""Steps that all recipes share: what is said of the data, and what a model suggests."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from kerasapps.config import TrainConfig
from kerasapps.data.audit import Audit, Finding, Listed
from kerasapps.data.splits import Target
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import EpochRow, Hooks, checkpoint
from kerasapps.training.head import Head
from kerasapps.training.hooks import NO_HOOKS
from kerasapps.training.length import Length
from kerasapps.training.state import TrainingState
from kerasapps.workflow import fit as steps
from kerasapps.workflow.fit import fit_network, learnt_from, start_network
from kerasapps.workflow.plan import with_suggestions
from kerasapps.workflow.reading import tell_conflicts, tell_findings
from tests.fake_team import FakeTeam


def test_a_loss_of_the_users_is_spoken_of_where_devices_share_a_batch(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = SimpleNamespace(train=TrainConfig(learning_rate=0.1))
    hooks = Hooks(loss=lambda truth, answers: truth - answers)
    batches = SimpleNamespace(sizes={"batch_size": 8})
    experiment: Any = SimpleNamespace(
        plan=plan, hooks=hooks, batches=batches, lessons=None, attack=None
    )
    steps._tell_devices(experiment, FakeTeam())
    said = capsys.readouterr().err
    assert "batch_size 8 is of all together" in said and said.count("each device's part") == 1


@pytest.mark.parametrize("broken", [("a", "b"), Listed(2, ())])
def test_guesses_warnings_and_broken_examples_are_told(
    broken: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = (Finding(key="broken", value=broken),)
    audit = Audit("x", findings=findings, guesses=("a guess",), warnings=("a warning",))
    splits: Any = SimpleNamespace(audit=audit)
    tell_findings(splits, "rows")
    assert capsys.readouterr().err.splitlines() == [
        "a guess",
        "a warning",
        "2 broken rows are left out; the report lists them",
    ]


@pytest.mark.parametrize(
    ("conflicts", "said"),
    [
        (("a, b: 1.png, 2.png",), "the same picture has different labels: a, b: 1.png, 2.png"),
        (Listed(2, ("first", "second")), "2 pictures have different labels each, and the report"),
    ],
)
def test_the_first_example_of_different_labels_is_told(
    conflicts: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    audit = Audit("x", findings=(Finding(key="conflicts", value=conflicts),))
    splits: Any = SimpleNamespace(audit=audit, target=Target("class"))
    tell_conflicts(splits, "pictures")
    told = capsys.readouterr().err
    assert told.startswith(f"Warning: {said}") and told.count("\n") == 1
    for quiet in ((), (Finding(key="conflicts", value=()),)):
        tell_conflicts(SimpleNamespace(audit=Audit("x", findings=quiet)), "pairs")  # type: ignore[arg-type]
    assert capsys.readouterr().err == ""


def test_nothing_is_told_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    for broken in ((), Listed(0, ())):
        findings = (Finding(key="broken", value=broken),)
        splits: Any = SimpleNamespace(audit=Audit("x", findings=findings))
        tell_findings(splits, "rows")
    assert capsys.readouterr().err == ""


def test_suggestions_fill_what_was_left_open() -> None:
    train = TrainConfig(epochs=3, warmup=0.0)
    found = with_suggestions(train, epochs=9, warmup=0.5, learning_rate=0.1, schedule=None)
    assert found == TrainConfig(epochs=3, warmup=0.0, learning_rate=0.1, optimizer="adamw")


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [(None, 0.1), ("adam", 0.1), ("adamw", 0.1), ("sgd", None), ("muon", None)],
)
def test_a_suggested_rate_is_for_adam(optimizer: Any, rate: float | None) -> None:
    found = with_suggestions(TrainConfig(optimizer=optimizer), learning_rate=0.1, epochs=4)
    assert (found.learning_rate, found.epochs) == (rate, 4)


@pytest.mark.parametrize(
    ("optimizer", "rate"), [(None, 0.1), ("muon", 0.1), ("adam", None), ("adamw", None)]
)
def test_a_rate_beside_an_optimizer_is_for_that_one(optimizer: Any, rate: float | None) -> None:
    found = with_suggestions(TrainConfig(optimizer=optimizer), optimizer="muon", learning_rate=0.1)
    assert (found.optimizer, found.learning_rate) == (optimizer or "muon", rate)


def experiment_of(train: TrainConfig, started: list[Any]) -> Any:
    """One whose network is a layer of two weights."""

    def build() -> keras.Model:
        return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])

    plan = SimpleNamespace(
        train=train, family="dense", model=SimpleNamespace(model="some_net"), minutes=4, passes=1.0
    )
    judging = SimpleNamespace(
        start=started.append,
        summary="two numbers",
        splits=SimpleNamespace(fingerprint="of the data", pseudo=None),
        answer=CLASSES,
        fit_options=lambda network: {"judge": network},
    )
    batches = SimpleNamespace(
        training="batches",
        validation="some more",
        unchanged="as they are",
        unmixed="one by one",
        steps_per_epoch=7,
    )
    return SimpleNamespace(
        plan=plan,
        judging=judging,
        batches=batches,
        build=build,
        hooks=NO_HOOKS,
        lessons=None,
        attack=None,
    )


def test_a_network_starts_from_the_seed_and_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    started: list[Any] = []
    weights = []
    for seed in (1, 1, 2):
        network, runtime = start_network(experiment_of(TrainConfig(seed=seed), started))
        assert started[-1] is network
        weights.append(network.get_weights()[0].tolist())
    assert weights[0] == weights[1] != weights[2]
    told = capsys.readouterr().err.splitlines()[-2:]
    assert told == ["some_net, two numbers, 2 parameters", str(runtime)]


def test_what_is_fitted_is_what_was_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def fit(network: Any, **options: Any) -> str:
        given.update(options, network=network)
        return "the history"

    monkeypatch.setattr(steps, "fit_in_phases", fit)
    train = TrainConfig(epochs=3)
    places: dict[str, Any] = {"folder": Path("a"), "log_dir": Path("b")}
    told: dict[str, Any] = {"runtime": "fast", "pause": "a pause", "finished": "the shorter one"}
    settings = {"run": "r"}
    found = fit_network("net", experiment_of(train, []), settings=settings, **places, **told)  # type: ignore[arg-type]
    assert found == "the history"
    assert given == {
        **places,
        **told,
        "network": "net",
        "judge": "net",
        "batches": "batches",
        "validation": "some more",
        "unchanged": "as they are",
        "unmixed": "one by one",
        "steps_per_epoch": 7,
        "config": train,
        "length": Length(usual=87, most=348, patience=36, minutes=4),
        "settings": {"run": "r", "fingerprint": "of the data"},
        "answer": CLASSES,
        "hooks": NO_HOOKS,
    }
    assert settings == {"run": "r"}


def test_another_teacher_or_other_labels_make_another_training() -> None:
    experiment = experiment_of(TrainConfig(), [])
    assert learnt_from(experiment) == {"fingerprint": "of the data"}
    experiment.judging.splits.pseudo = SimpleNamespace(digest="of the labels")
    experiment.lessons = SimpleNamespace(digest="of the teacher")
    assert learnt_from(experiment) == {
        "fingerprint": "of the data",
        "labels": "of the labels",
        "teacher": "of the teacher",
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "until validation has not gained for 36 epochs"),
        ({"schedule": "linear"}, "takes at most 87 epochs"),
        ({"epochs": 3}, ""),
        ({"time_budget": 3}, ""),
    ],
)
def test_how_long_is_said_where_nobody_asked_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: Any, words: str
) -> None:
    monkeypatch.setattr(steps, "fit_in_phases", lambda network, **options: options["length"])
    experiment = experiment_of(TrainConfig(**options), [])
    fit_network("net", experiment, runtime="", settings={}, folder=Path(), log_dir=Path())  # type: ignore[arg-type]
    told = capsys.readouterr().err
    assert words in told and bool(words) is ("4 minutes" in told) is ("TrainConfig.epochs" in told)


def test_what_is_said_of_a_network_whose_head_is_solved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "fit_in_phases", lambda network, **options: options["head"])
    cases: list[tuple[int, dict[str, Any], str]] = [
        (14, {}, "the backbone stays as it is"),
        (15, {}, "Fine-tuning goes on until"),  # the head takes an epoch of its own
        (15, {"schedule": "cosine"}, "Fine-tuning takes at most 87 epochs or 4 minutes, as suits"),
        (15, {"head_epochs": 0}, "Training goes on until"),
        (15, {"fine_tune_rate": 0.0}, ""),
        (15, {"fine_tune_rate": 0.0, "head_epochs": 0}, "Training goes on until"),
        (14, {"loss": keras.losses.CategoricalHinge()}, "Training goes on until"),
    ]
    for validated, options, words in cases:
        hooks = Hooks(loss=options.pop("loss", None))
        experiment = experiment_of(TrainConfig(**options), [])
        experiment.hooks = hooks
        head = Head(None, 100, validated, True)  # type: ignore[arg-type]
        experiment.judging.fit_options = lambda network, head=head: {"head": head}
        fit_network("net", experiment, runtime="", settings={}, folder=Path(), log_dir=Path())  # type: ignore[arg-type]
        told = capsys.readouterr().err
        assert words in told and told.count("\n") == bool(words)


def test_what_metrics_of_the_users_are_measured_on_the_head_does_not_learn_from(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "fit_in_phases", lambda network, **options: options["head"])
    for metrics, pools in (((), True), ((keras.metrics.Recall(),), False)):
        experiment = experiment_of(TrainConfig(), [])
        experiment.hooks = Hooks(metrics=metrics)
        head = Head(None, 100, 14, True)  # type: ignore[arg-type]
        experiment.judging.fit_options = lambda network, head=head: {"head": head}
        used: Any = fit_network(
            "net",  # type: ignore[arg-type]
            experiment,
            runtime="",  # type: ignore[arg-type]
            settings={},
            folder=Path(),
            log_dir=Path(),
        )
        assert used.may_pool is pools
        assert ("all training and validation examples" in capsys.readouterr().err) is pools


def test_nothing_is_said_of_the_length_of_a_training_that_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "fit_in_phases", lambda network, **options: None)
    row = EpochRow(1, "train", 0.01, 1.0, loss=1.0, figure=0.5, val_loss=1.0, val_figure=0.5)
    for stopped, words in ((None, "goes on until|the backbone stays"), ("epochs", "")):
        state = TrainingState(stopped=stopped, rows=[row]).as_dict("accuracy")
        checkpoint.write_checkpoint(tmp_path, checkpoint.Checkpoint({}, state, {}))
        for head in (None, Head(None, 100, 14, True)):  # type: ignore[arg-type]
            experiment = experiment_of(TrainConfig(), [])
            experiment.judging.fit_options = lambda network, head=head: {"head": head}
            fit_network("net", experiment, runtime="", settings={}, folder=tmp_path, log_dir=Path())  # type: ignore[arg-type]
            told = capsys.readouterr().err
            assert re.search(words, told) if words else not told
