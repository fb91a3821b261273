"""How far a training is: rate, share and what is left, from its state alone."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import pytest

from kerasapps.training.clock import Clock
from kerasapps.training.history import EpochRow
from kerasapps.training.job import Job
from kerasapps.training.length import Length
from kerasapps.training.pace import rate_factor_now, seconds_left, share_done
from kerasapps.training.phases import Phase
from kerasapps.training.state import TrainingState
from tests.training.test_job import asked

LENGTH = Length(usual=10, most=40, patience=4)
OPEN = [Phase("train", 40, length=LENGTH)]


@dataclasses.dataclass(frozen=True)
class At:
    """A clock that stands, at a share of the time."""

    over: float = 0.0
    elapsed: float = 60.0

    def share(self, since: float = 0.0) -> float:
        return self.over


def at(over: float = 0.0) -> Clock:
    return cast(Clock, At(over))


def limited(**options: Any) -> Job:
    return dataclasses.replace(asked(OPEN, **options), limit=3.0)


def state_of(epochs: int, *, step: int = 0) -> TrainingState:
    row = EpochRow(1, "train", 0.1, 1.0, 0.5, 0.5, 1.0, 0.5)
    return TrainingState(rows=[row] * epochs, phase_epoch=epochs, phase_step=5 * epochs + step)


def test_the_rate_of_an_open_end_rises_is_held_and_falls_when_it_is_told_to() -> None:
    job = asked(OPEN, warmup=0.05)  # of twice ten usual epochs of five steps
    assert rate_factor_now(job, state_of(0), at()) == pytest.approx(0.1)
    assert rate_factor_now(job, state_of(1), at()) > 0.99
    state = state_of(10)
    held = rate_factor_now(job, state, at())
    assert held > 0.8
    state.begin_cooldown(2)
    assert rate_factor_now(job, state, at()) == pytest.approx(held * 0.95, rel=0.01)
    state.phase_step += 9
    assert rate_factor_now(job, state, at()) == pytest.approx(held * 0.05, rel=0.2)


@pytest.mark.parametrize(("over", "factor"), [(0.0, 1.0), (0.7, 1.0), (0.85, 0.5), (1.0, 0.0)])
def test_a_limit_that_nobody_asked_for_takes_the_rate_down_at_its_end(
    over: float, factor: float
) -> None:
    state = state_of(3)
    plain = rate_factor_now(asked(OPEN), state, at(over))
    assert rate_factor_now(limited(), state, at(over)) == pytest.approx(factor * plain)


def test_such_a_limit_says_nothing_of_a_schedule_before() -> None:
    """Else a run on a slower machine would be another one."""
    job = dataclasses.replace(asked([Phase("train", 10)], schedule="linear", warmup=0.0), limit=3.0)
    early, late = (rate_factor_now(job, state_of(2), at(over)) for over in (0.0, 0.6))
    assert early == late == pytest.approx(1 - 10.5 / 50)


def test_a_schedule_is_as_far_as_its_steps_or_its_time() -> None:
    job = asked([Phase("train", 10)], schedule="linear", warmup=0.0, time_budget=9)
    assert rate_factor_now(job, state_of(2), at(0.1)) == pytest.approx(1 - 10.5 / 50)
    assert rate_factor_now(job, state_of(2), at(0.6)) == pytest.approx(0.4)
    job = asked([Phase("train", None)], schedule="linear", warmup=0.0, time_budget=9)
    assert rate_factor_now(job, state_of(2), at(0.3)) == pytest.approx(0.7)


def test_the_share_that_is_done() -> None:
    assert share_done(asked([Phase("train", 10)]), state_of(2), at(), step=5) == 0.3
    assert share_done(asked([Phase("train", 10)]), state_of(2), at(0.5), step=5) == 0.5
    assert share_done(asked([Phase("train", None)]), state_of(2), at(0.5), step=5) == 0.5
    state = state_of(9)
    assert share_done(asked(OPEN), state, at(), step=5) == 0.5, "as if as many were to come"
    state.begin_cooldown(3)
    assert share_done(asked(OPEN), state, at(), step=0) == 0.75
    state.phase_epoch += 2
    assert share_done(asked(OPEN), state, at(), step=5) == 1.0


def test_what_is_left_is_not_known_while_validation_decides() -> None:
    state = state_of(9)
    assert seconds_left(asked(OPEN), state, at(), share=0.5) is None
    state.begin_cooldown(3)
    assert seconds_left(asked(OPEN), state, at(), share=0.75) == 20
    assert seconds_left(asked([Phase("train", 10)]), state, at(), share=0.0) is None
    assert seconds_left(asked([Phase("train", 10)]), state, at(), share=0.5) == 60


def test_what_is_left_is_not_guessed_from_the_seconds_in_which_it_compiled() -> None:
    job, state = asked([Phase("train", 10)]), state_of(0)
    for seconds, share, left in ((5.0, 0.01, None), (5.0, 0.05, 95.0), (40.0, 0.01, 3960.0)):
        clock = cast(Clock, At(elapsed=seconds))
        assert seconds_left(job, state, clock, share=share) == (left and pytest.approx(left))
