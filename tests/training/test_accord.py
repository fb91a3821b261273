"""What the processes of a team decide alike."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.training.accord import Accord, share_variables
from kerasapps.training.callbacks import Callbacks
from kerasapps.training.clock import SharedClock, make_clock
from kerasapps.training.team import ALONE
from tests.training.in_threads import in_threads


def test_all_stop_and_step_at_the_rate_that_the_chiefs_callbacks_say():
    def work(team):
        callbacks = Callbacks()
        accord = Accord(team, make_clock(team, elapsed=0.0, budget=None), callbacks)
        if team.is_chief:
            callbacks.stopped, callbacks.rate = "the callback Enough", 0.25
        accord.hear()
        return callbacks.stopped, callbacks.rate

    assert in_threads(work) == [("the callback Enough", 0.25)] * 2


def test_time_stands_between_agreements_and_is_the_chiefs():
    def work(team):
        clock = make_clock(team, elapsed=600.0 if team.is_chief else 0.0, budget=10.5)
        assert isinstance(clock, SharedClock)
        before = clock.elapsed
        clock.refresh()
        first = clock.elapsed
        assert clock.elapsed == first and clock.own.elapsed > before
        clock.reserve(50.0 if team.is_chief else 0.0)
        return first, clock.is_up(), clock.share()

    chief, worker = in_threads(work)
    assert chief == worker and 600.0 <= chief[0] < 610.0
    assert chief[1]  # 630 seconds, of which 55 are reserved


def test_agreements_come_every_few_seconds_however_long_a_step_takes(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("kerasapps.training.clock.time.monotonic", lambda: now[0])

    def work(team):
        clock = make_clock(team, elapsed=0.0, budget=None)
        accord = Accord(team, clock, Callbacks())
        accord.hear()
        heard = 0
        for _ in range(100):
            before = clock.elapsed
            if team.is_chief:
                now[0] += 0.1
            team.agree(0.0)  # the chief's time has moved
            accord.after_step()
            heard += clock.elapsed != before
        return heard

    chief, worker = in_threads(work)
    assert chief == worker
    assert chief == pytest.approx(6, abs=2)  # ten seconds, and the first steps


def test_a_callback_that_hears_steps_sets_the_rate_and_the_end_of_each_on_all():
    class Halves(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    def work(team):
        callbacks = Callbacks([Halves()] if team.is_chief else [])
        accord = Accord(team, make_clock(team, elapsed=0.0, budget=None), callbacks)
        accord.hear()
        rates, ends, before = [], [], len(team.meeting.counts)
        for step in range(3):
            if team.is_chief:
                callbacks.rate = 1.0 / (step + 1)
            ends.append(accord.before_step(team.is_chief and step == 2))
            rates.append(callbacks.rate)
            accord.after_step()
        heard = len(team.meeting.counts) - before if team.is_chief else 3
        return callbacks.hears_steps, rates, ends, heard

    (hears, *chief), (_, *worker) = in_threads(work)
    assert hears and chief == worker
    assert chief == [[1.0, 0.5, pytest.approx(1 / 3)], [False, False, True], 3]  # once a step


def test_weights_that_callbacks_may_have_changed_are_the_chiefs():
    def work(team):
        callbacks = Callbacks([keras.callbacks.Callback()] if team.is_chief else [])
        accord = Accord(team, make_clock(team, elapsed=0.0, budget=None), callbacks)
        variable = keras.Variable(float(team.index))
        accord.hear_weights([variable])
        return float(variable.numpy())

    assert in_threads(work) == [0.0, 0.0]


def test_the_chiefs_own_clock_has_the_budget_and_the_reserve(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("kerasapps.training.clock.time.monotonic", lambda: now[0])

    def work(team):
        clock = make_clock(team, elapsed=30.0, budget=2.0)
        assert clock.elapsed == 30.0
        clock.reserve(50.0)
        return clock

    clocks = in_threads(work)
    now[0] = 34.0
    assert not any(clock.own.is_up() for clock in clocks)
    now[0] = 36.0  # 66 of 120 seconds, of which 55 are reserved
    assert all(clock.own.is_up() and not clock.is_up() for clock in clocks)


def test_a_process_that_trains_alone_agrees_with_nobody():
    clock = make_clock(ALONE, elapsed=0.0, budget=1.0)
    assert not isinstance(clock, SharedClock) and clock.own is clock
    callbacks = Callbacks()
    accord = Accord(ALONE, clock, callbacks)
    callbacks.rate = 0.5
    accord.hear()
    accord.after_step()
    assert callbacks.rate == 0.5


def test_variables_get_the_chiefs_values():
    def work(team):
        number = float(team.index + 1)
        variables = [keras.Variable(np.full((2, 3), number, np.float32)), keras.Variable(number)]
        share_variables(team, variables)
        return [variable.numpy().sum() for variable in variables]

    assert in_threads(work) == [[6.0, 1.0]] * 2
