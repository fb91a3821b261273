"""Phases, the state between epochs and the clock: what is decided without a model."""

from __future__ import annotations

import dataclasses
import json

import pytest

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.training import clock as clock_module
from kerasapps.training.clock import Clock
from kerasapps.training.history import EpochRow, History
from kerasapps.training.length import Length
from kerasapps.training.monitor import Monitor
from kerasapps.training.phases import phases_left, plan_phases
from kerasapps.training.state import TrainingState, patience_of, time_share
from tests.answers import ERRORS

ANY = Length(usual=30, most=90, patience=4)
ACCURACY = Monitor("accuracy", CLASSES)


def names_and_epochs(config, *, pretrained=True):
    length = Length(usual=10, most=40, patience=4)
    return [(p.name, p.epochs) for p in plan_phases(config, length=length, pretrained=pretrained)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [("head", 3), ("fine-tune", 37)]),
        ({"schedule": "linear"}, [("head", 3), ("fine-tune", 7)]),
        ({"epochs": 4}, [("head", 2), ("fine-tune", 2)]),
        ({"epochs": 1}, [("head", 1)]),
        ({"head_epochs": 0, "schedule": "linear"}, [("fine-tune", 10)]),
        ({"head_epochs": 20, "schedule": "linear"}, [("head", 10)]),
        ({"fine_tune_rate": 0}, [("head", 40)]),
        ({"time_budget": 1}, [("head", 3), ("fine-tune", None)]),
        ({"time_budget": 1, "epochs": 5}, [("head", 2), ("fine-tune", 3)]),
    ],
)
def test_phases_of_transfer_learning(options, expected):
    assert names_and_epochs(TrainConfig(**options)) == expected


def test_one_phase_from_scratch():
    assert names_and_epochs(TrainConfig(), pretrained=False) == [("train", 40)]
    assert names_and_epochs(TrainConfig(epochs=3), pretrained=False) == [("train", 3)]
    assert names_and_epochs(TrainConfig(time_budget=1), pretrained=False) == [("train", None)]


@pytest.mark.parametrize(
    ("done", "options", "expected"),
    [
        ("train " * 5, {"epochs": 10}, [("train", 5, 0.5)]),
        ("train " * 12, {"epochs": 80}, [("train", 68, 0.15)]),
        ("train " * 3, {"time_budget": 4}, [("train", None, 0.25)]),
        ("train " * 5, {"epochs": 10, "time_budget": 4}, [("train", 5, 0.5)]),
        ("train " * 1, {"epochs": 10, "time_budget": 4}, [("train", 9, 0.25)]),
        ("head head tune tune tune", {"epochs": 8}, [("fine-tune", 3, 0.5)]),
        ("head", {"epochs": 6}, [("head", 1, 0.5), ("fine-tune", 4, 0.0)]),
        ("head " * 5, {"epochs": 8, "head_epochs": 5}, [("fine-tune", 3, 0.0)]),
        ("head " * 5, {"epochs": 8, "fine_tune_rate": 0}, [("head", 3, 0.625)]),
        ("head tune", {"time_budget": 4}, [("fine-tune", None, 0.25)]),
    ],
)
def test_a_longer_training_has_the_rest_of_its_phases(done, options, expected):
    names = done.replace("tune", "fine-tune").split()
    rows = [dataclasses.replace(row(i + 1, 0.5, 1.0), phase=name) for i, name in enumerate(names)]
    config = TrainConfig(**options)
    phases = plan_phases(config, length=ANY, pretrained="train" not in done)
    state = TrainingState.after(History(tuple(rows), 1, "epochs", 60.0, quality="accuracy"))
    left = phases_left(phases, state.finished_rows, time_share=time_share(state, config))
    assert [(p.name, p.epochs, pytest.approx(p.start)) for p in left] == expected
    assert [p.rate for p in left] == [phases[-len(left) + i].rate for i in range(len(left))]


def test_a_state_after_a_finished_training_is_at_the_start_of_a_phase():
    history = History(
        (row(1, 0.5, 1.0), row(2, 0.7, 0.9)), 2, "epochs", 7.0, (1,), quality="accuracy"
    )
    state = TrainingState.after(history)
    assert (state.epoch, state.phase_epoch, state.phase_step, state.best_epoch) == (2, 0, 0, 2)
    assert (state.elapsed, state.phase_began, state.extended_seconds) == (7.0, 7.0, 7.0)
    assert state.extended == [1, 2] and list(state.finished_rows) == list(history.rows)
    assert state.stopped is None and list(state.phase_rows) == []
    again = TrainingState.from_dict(json.loads(json.dumps(state.as_dict("accuracy"))))
    assert again == state and again.history("accuracy").extended == (1, 2)
    assert list(TrainingState(rows=list(history.rows)).finished_rows) == []


def row(epoch, val_figure, val_loss):
    return EpochRow(epoch, "train", 0.1, 1.0, 0.5, 0.5, val_loss, val_figure)


def test_best_is_by_accuracy_then_by_loss():
    state = TrainingState()
    merits = [(0.5, 1.0), (0.8, 0.9), (0.7, 0.1), (0.8, 0.7), (0.8, 0.7)]
    best = [state.add(row(i + 1, *merit), monitor=ACCURACY) for i, merit in enumerate(merits)]
    assert best == [True, True, False, True, False]
    assert state.best_epoch == 4
    assert state.history("accuracy").best.val_loss == 0.7


def judged(epoch, val_figure, val_loss, val_metric):
    return dataclasses.replace(row(epoch, val_figure, val_loss), val_metric=val_metric)


@pytest.mark.parametrize(
    ("monitor", "best"),
    [
        (Monitor("accuracy", CLASSES), 2),
        (Monitor("loss", CLASSES), 3),
        (Monitor("bleu", TRANSLATIONS), 4),
        (Monitor("rmse", ERRORS), 1),
        (Monitor("mae", ERRORS), 3),
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_best_is_by_the_monitor(monitor, best):
    state = TrainingState()
    for epoch, figures in enumerate(
        [(0.5, 1.0, 30.0), (0.8, 0.9, 20.0), (0.7, 0.1, 20.0), (0.7, 0.5, 30.0), (0.6, 0.9, 30.0)]
    ):
        state.add(judged(epoch + 1, *figures), monitor=monitor)
    assert state.best_epoch == best


def test_state_survives_json_and_knows_the_rows_of_its_phase():
    state = TrainingState()
    state.add(row(1, 0.5, 1.0), monitor=ACCURACY)
    state.begin_phase(1, elapsed=4.0)
    assert list(state.phase_rows) == []
    state.add(row(2, 0.6, 1.0), monitor=ACCURACY)
    values = json.loads(json.dumps(state.as_dict("accuracy")))
    assert (values["rows"][0]["accuracy"], values["rows"][0]["val_accuracy"]) == (0.5, 0.5)
    again = TrainingState.from_dict(values)
    assert again == state
    assert [r.epoch for r in again.phase_rows] == [2]


def test_clock_goes_on_from_earlier_runs_and_keeps_a_reserve(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(clock_module.time, "monotonic", lambda: now[0])
    clock = Clock(elapsed=30.0, budget=2.0)
    now[0] += 30
    assert clock.elapsed == 60
    assert clock.share() == pytest.approx(0.5)
    assert clock.share(since=40.0) == pytest.approx(20 / 80)
    clock.reserve(10.0)
    now[0] += 48
    assert not clock.is_up()
    now[0] += 2
    assert clock.is_up() and clock.share() == 1.0


def test_clock_without_a_budget_never_ends():
    clock = Clock(elapsed=1e9)
    assert not clock.is_up() and clock.share() == 0.0


@pytest.mark.parametrize(
    ("asked", "steps", "patience"),
    [(None, 50, 10), (None, 4, 25), (None, 3, 34), (3, 4, 3), (0, 4, 0)],
)
def test_small_data_gets_more_epochs_of_patience_unless_they_were_asked_for(asked, steps, patience):
    assert patience_of(asked, steps_per_epoch=steps) == patience
