"""What a tracker is told of a run, before and after a kill, and when it fails."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import kerasapps
from kerasapps.errors import ConfigError, DependencyError, TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import EpochRow
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.run import Run
from kerasapps.workflow.tracking import choice
from kerasapps.workflow.tracking import tracker as module
from kerasapps.workflow.tracking.choice import TRACKERS, check_tracker
from kerasapps.workflow.tracking.store import ToldTrial
from kerasapps.workflow.tracking.tracker import flat, tracked


class Heard:
    """A store that keeps what it is told; whatever is named in `fails` fails."""

    def __init__(self, key: str | None = None, fails: tuple[str, ...] = ()) -> None:
        self.key, self.fails = key or "new", fails
        self.place = "at home"
        self.told: list[tuple[Any, ...]] = []

    def put_parameters(self, values: Any) -> None:
        self._hear("parameters", values)

    def put_figures(self, values: Any, *, epoch: int | None = None) -> None:
        self._hear("figures", epoch, values)

    def put_files(self, bundle: Path) -> None:
        self._hear("files", bundle)

    def put_trial(self, trial: ToldTrial) -> None:
        self._hear("trial", trial)

    def close(self, ending: str) -> None:
        self._hear("close", ending)

    def _hear(self, *what: Any) -> None:
        if what[0] in self.fails:
            raise OSError("the server\nis gone")
        self.told.append(what)


ORDER: Any = SimpleNamespace(
    name="a run",
    task=SimpleNamespace(name="t"),
    tune=None,
    published={"run": "r", "train": {"epochs": 3, "l1": None}, "labels": ["a", "b"]},
)


OBJECTIVE = Objective("val_accuracy", "max", answer=CLASSES)


def row(epoch: int, **changes: Any) -> EpochRow:
    plain = EpochRow(epoch, "train", 0.1, 2.0, 0.5, 0.6, 0.7, 0.8)
    return dataclasses.replace(plain, **changes)


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[Heard]:
    opened: list[Heard] = []

    def open_store(name: str, title: str, **options: Any) -> Heard:
        opened.append(Heard(options["key"]))
        return opened[-1]

    monkeypatch.setattr(module, "_opened", open_store)
    return opened


def test_a_killed_run_goes_on_where_it_was_told_of(tmp_path: Path, stores: list[Heard]) -> None:
    run = Run(tmp_path)
    run.training.mkdir(parents=True)
    with pytest.raises(KeyboardInterrupt), tracked("mlflow", ORDER, run=run, answer=CLASSES) as one:
        assert one is not None
        one.epoch(row(1, metrics={"own": None, "val_own": 0.25}), best=True)
        raise KeyboardInterrupt
    assert json.loads((run.training / "mlflow.json").read_text()) == {
        "key": "new", "epochs": 1, "trials": [],
    }  # fmt: skip
    with tracked("mlflow", ORDER, run=run, answer=CLASSES) as two:
        assert two is not None
        for epoch in (1, 2):
            two.epoch(row(epoch), best=False)
        history: Any = SimpleNamespace(rows=[row(1), row(2), row(3)])
        two.end(history)
    first, second = stores
    parameters = {"run": "r", "train.epochs": 3, "train.l1": None, "labels": "['a', 'b']"}
    figures = {
        "loss": 0.5,
        "accuracy": 0.6,
        "val_loss": 0.7,
        "val_accuracy": 0.8,
        "learning_rate": 0.1,
        "seconds": 2.0,
    }
    assert first.told == [
        ("parameters", parameters),
        ("figures", 1, {**figures, "val_own": 0.25}),
        ("close", "killed"),
    ]
    assert second.key == "new" and second.told == [
        ("parameters", parameters),
        ("figures", 2, figures),
        ("figures", 3, figures),
        ("close", "finished"),
    ]


def test_all_that_came_of_a_run_is_told(
    trained: kerasapps.RecipeResult, tmp_path: Path, stores: list[Heard]
) -> None:
    order = SimpleNamespace(**{**vars(ORDER), "tune": "a search"})
    with tracked("wandb", order, run=Run(tmp_path), answer=CLASSES) as tracker:  # type: ignore[arg-type]
        assert tracker is not None
        tracker.publish(dataclasses.replace(trained, search=Leaderboard(OBJECTIVE)))  # type: ignore[arg-type]
    (store,) = stores
    epochs = [told[1] for told in store.told if told[0] == "figures"]
    assert epochs == [*(each.epoch for each in trained.history.rows), None]
    figures = store.told[-3][2]
    assert figures["test.accuracy"] == trained.metrics["accuracy"]
    artifact = next(each for each in trained.artifacts if each.name == "int8")
    assert figures["int8.accuracy"] == artifact.metric and figures["int8.passed"] == 1.0
    assert figures["int8.size_mb"] == artifact.size_bytes / 1e6  # type: ignore[operator]
    assert store.told[-2:] == [("files", trained.bundle_dir), ("close", "finished")]
    # Of a search, what won it is told once that is known.
    (parameters,) = [told[1] for told in store.told if told[0] == "parameters"]
    assert parameters["train.epochs"] == 6 and parameters["model.model"] == "cnn"


def test_each_trial_is_told_once_when_it_has_ended(tmp_path: Path, stores: list[Heard]) -> None:
    done = TrialRecord(0, {"width": 0.5}, "done", {"val_accuracy": 0.5}, ((1, 0.25),), 2.0)
    failed = TrialRecord(2, {"width": 2.0}, "failed", reason="no room")
    search = Leaderboard(OBJECTIVE, (done, TrialRecord(1, {})))
    order = SimpleNamespace(**{**vars(ORDER), "tune": "a search"})
    run = Run(tmp_path)
    with pytest.raises(KeyboardInterrupt), tracked("mlflow", order, run=run, answer=CLASSES) as one:
        assert one is not None
        one.trials(search)
        one.trials(search)
        raise KeyboardInterrupt
    with tracked("mlflow", order, run=run, answer=CLASSES) as two:
        assert two is not None
        two.trials(Leaderboard(OBJECTIVE, (done, failed)))
    first = ToldTrial(
        name="trial 0",
        options={"width": 0.5},
        figures={"val_accuracy": 0.5, "seconds": 2.0},
        curve=[(1, {"epochs.val_accuracy": 0.25})],
        tags={"kerasapps.state": "done"},
    )
    third = ToldTrial(
        name="trial 2",
        options={"width": 2.0},
        figures={"seconds": 0.0},
        curve=[],
        ending="failed",
        tags={"kerasapps.state": "failed", "kerasapps.reason": "no room"},
    )
    trials = [[told[1] for told in store.told if told[0] == "trial"] for store in stores]
    assert trials == [[first], [third]]


def test_a_tracker_that_fails_ends_no_training_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Heard(fails=("figures", "close"))
    monkeypatch.setattr(module, "_opened", lambda *names, **options: store)
    with tracked("mlflow", ORDER, run=Run(tmp_path), answer=CLASSES) as tracker:
        assert tracker is not None
        tracker.epoch(row(1), best=True)
        tracker.epoch(row(2), best=True)
    assert capsys.readouterr().err.splitlines() == [
        "MLflow did not take the run's epochs, which goes on: OSError: the server is gone"
    ]
    assert [told[0] for told in store.told] == ["parameters"]


def test_a_tracker_that_is_back_when_the_run_is_over_hears_all_of_it(
    trained: kerasapps.RecipeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Heard(fails=("figures",))
    monkeypatch.setattr(module, "_opened", lambda *names, **options: store)
    with tracked("mlflow", ORDER, run=Run(tmp_path), answer=CLASSES) as tracker:
        assert tracker is not None
        tracker.epoch(trained.history.rows[0], best=True)
        store.fails = ()
        tracker.epoch(trained.history.rows[1], best=True)
        assert [told[0] for told in store.told] == ["parameters"]  # not tried in between
        tracker.publish(trained)
    epochs = [told[1] for told in store.told if told[0] == "figures"]
    assert epochs == [*(each.epoch for each in trained.history.rows), None]
    assert store.told[-1] == ("close", "finished")


def test_a_training_that_fails_is_told_as_such(tmp_path: Path, stores: list[Heard]) -> None:
    with (
        pytest.raises(ValueError, match="odd"),
        tracked("wandb", ORDER, run=Run(tmp_path), answer=CLASSES),
    ):
        raise ValueError("odd")
    assert stores[0].told[-1] == ("close", "failed")


def test_a_tracker_that_cannot_begin_ends_the_run_before_its_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*names: Any, **options: Any) -> None:
        raise ConnectionError("no\nroute")

    monkeypatch.setattr(module, "_opened", refuse)
    words = "MLflow cannot begin a run: ConnectionError: no route. Its environment variables"
    with (
        pytest.raises(TrainingError, match=words),
        tracked("mlflow", ORDER, run=Run(tmp_path), answer=CLASSES),
    ):
        raise AssertionError


def test_a_tracker_that_is_unknown_or_missing_is_told_before_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_tracker(None)
    with pytest.raises(ConfigError, match=r"track 'mlfow' is not known\. Did you mean 'mlflow'"):
        kerasapps.train_tabular(tmp_path / "none.csv", track="mlfow")
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    for name in TRACKERS:
        with pytest.raises(DependencyError, match=rf'pip install "kerasapps\[{name}\]"'):
            kerasapps.train_tabular(tmp_path / "none.csv", track=name)


def test_nobody_is_told_where_nobody_asks(tmp_path: Path) -> None:
    with tracked(None, ORDER, run=Run(tmp_path), answer=CLASSES) as tracker:
        assert tracker is None
    assert not any(tmp_path.iterdir())


def test_nested_settings_get_dotted_names() -> None:
    assert flat({"a": {"b": {"c": 1}}, "d": (1, 2)}) == {"a.b.c": 1, "d": "(1, 2)"}
