"""Where a training stands between two epochs."""

from __future__ import annotations

import pytest

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import state as state_module
from kerasapps.training.history import EpochRow
from kerasapps.training.monitor import Monitor
from kerasapps.training.phases import Phase
from kerasapps.training.state import (
    TrainingState,
    patience_of,
    phase_is_complete,
    time_share,
)
from tests.values import kinds_of, left_open_in

ACCURACY, LOSS = (Monitor(name, CLASSES) for name in ("accuracy", "loss"))


def row(epoch, *, figure=0.5, loss=1.0):
    return EpochRow(epoch, "train", 0.1, 1.0, 0.5, 0.5, loss, figure)


def test_a_new_state_is_at_the_beginning():
    state = TrainingState()
    assert state.as_dict("accuracy") == {
        "phase": 0, "phase_epoch": 0, "phase_step": 0, "epoch_step": 0, "epoch_began": 0.0,
        "phase_began": 0.0, "cooldown_began": 0, "cooldown_epochs": 0, "elapsed": 0.0, "rows": [],
        "best_epoch": 0, "stopped": None, "extended": [], "extended_seconds": 0.0,
 "own_rate": None,
    }  # fmt: skip
    assert state.epoch == 0 and list(state.finished_rows) == []


def test_an_epoch_is_counted_in_its_phase_and_in_all():
    state = TrainingState()
    assert state.add(row(1), monitor=ACCURACY) and state.add(row(2, figure=0.6), monitor=ACCURACY)
    state.phase_step = 12
    state.begin_phase(1, elapsed=7.5)
    assert (state.phase, state.phase_epoch, state.phase_step, state.phase_began) == (1, 0, 0, 7.5)
    assert not state.add(row(3), monitor=ACCURACY)
    assert (state.epoch, state.phase_epoch, state.best_epoch) == (3, 1, 2)
    assert [each.epoch for each in state.phase_rows] == [3]


def test_the_cool_down_begins_at_a_step_and_ends_with_its_phase():
    state = TrainingState(phase_step=12)
    assert not state.is_cooling_down
    state.begin_cooldown(3)
    assert (state.cooldown_began, state.cooldown_epochs, state.is_cooling_down) == (12, 3, True)
    state.begin_phase(1, elapsed=1.0)
    assert (state.cooldown_began, state.is_cooling_down) == (0, False)


def test_the_first_epoch_is_the_best_whatever_it_is():
    state = TrainingState()
    assert state.add(row(1, figure=0.0, loss=9.0), monitor=ACCURACY) and state.best_epoch == 1
    assert not state.add(row(2, figure=0.0, loss=9.0), monitor=ACCURACY), "an equal one comes later"
    assert state.add(row(3, figure=0.0, loss=8.0), monitor=LOSS) and state.best_epoch == 3


def test_the_record():
    state = TrainingState()
    state.add(row(1), monitor=ACCURACY)
    state.elapsed = 5.0
    running, paused = state.history("rmse"), state.history("rmse", paused=True)
    assert (running.stopped, paused.stopped) == ("", "paused")
    state.stopped = "epochs"
    over = state.history("rmse")
    assert (over.stopped, over.best_epoch, over.seconds, over.extended) == ("epochs", 1, 5.0, ())
    assert over.rows == tuple(state.rows) and over.quality == "rmse"


@pytest.mark.parametrize(
    ("budget", "seconds", "share"), [(None, 60.0, 0.0), (4, 60.0, 0.25), (1, 90.0, 1.0)]
)
def test_the_share_of_the_budget_that_a_finished_training_took(budget, seconds, share):
    state = TrainingState(extended_seconds=seconds)
    assert time_share(state, TrainConfig(time_budget=budget)) == share


@pytest.mark.parametrize(
    ("epochs", "done", "complete"), [(None, 99, False), (3, 2, False), (3, 3, True), (3, 4, True)]
)
def test_a_phase_is_complete_after_its_epochs(epochs, done, complete):
    state = TrainingState(phase_epoch=done)
    assert phase_is_complete(state, Phase("train", epochs)) is complete


@pytest.mark.parametrize(("steps", "patience"), [(1, 100), (9, 12), (10, 10), (11, 10), (1000, 10)])
def test_patience_is_ten_epochs_and_a_hundred_steps(steps, patience):
    assert patience_of(None, steps_per_epoch=steps) == patience
    assert patience_of(1, steps_per_epoch=steps) == 1


def test_kinds_of_values():
    assert kinds_of(state_module) == {"TrainingState": "open"}


def test_what_need_not_be_given():
    assert left_open_in(state_module) == {
        "TrainingState": {
            "phase": 0,
            "phase_epoch": 0,
            "phase_step": 0,
            "epoch_step": 0,
            "epoch_began": 0.0,
            "phase_began": 0.0,
            "cooldown_began": 0,
            "cooldown_epochs": 0,
            "elapsed": 0.0,
            "rows": [],
            "best_epoch": 0,
            "stopped": None,
            "extended": [],
            "extended_seconds": 0.0,
            "own_rate": None,
        }
    }


def test_while_a_network_is_changed_the_last_epoch_is_the_best() -> None:
    state = TrainingState()
    assert state.add(row(1, figure=0.9), monitor=ACCURACY, kept_from=3)
    assert state.add(row(2, figure=0.5), monitor=ACCURACY, kept_from=3)
    assert state.add(row(3, figure=0.4), monitor=ACCURACY, kept_from=3)
    assert not state.add(row(4, figure=0.3), monitor=ACCURACY, kept_from=3)
    assert state.best_epoch == 3
