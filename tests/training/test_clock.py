"""Time against a budget, with a clock that moves by hand."""

from __future__ import annotations

import pytest

from kerasapps.training import clock as module
from kerasapps.training.clock import Clock


@pytest.fixture
def now(monkeypatch):
    time = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: time[0])
    return time


def test_time_counts_on(now):
    clock = Clock(elapsed=7.0)
    now[0] += 3
    assert clock.elapsed == 10.0 and Clock().elapsed == 0.0


@pytest.mark.parametrize(
    ("elapsed", "reserve", "share", "up"),
    [
        (0.0, 0.0, 0.0, False),
        (30.0, 0.0, 0.25, False),
        (119.0, 0.0, 119 / 120, False),
        (120.0, 0.0, 1.0, True),
        (150.0, 0.0, 1.0, True),
        # A tenth more than asked for is kept: 20 s are 22 s.
        (49.0, 20.0, 0.5, False),
        (97.9, 20.0, 97.9 / 98, False),
        (98.0, 20.0, 1.0, True),
        # More than the budget: it is up at once.
        (0.0, 200.0, 1.0, True),
    ],
)
def test_two_minutes(now, elapsed, reserve, share, up):
    clock = Clock(elapsed=elapsed, budget=2.0)
    clock.reserve(reserve)
    assert clock.share() == pytest.approx(share) and clock.is_up() is up


def test_the_share_from_a_phases_beginning(now):
    clock = Clock(elapsed=60.0, budget=2.0)
    assert clock.share(40.0) == pytest.approx(20 / 80)
    assert clock.share(90.0) == 0.0, "before it"
    assert clock.share(120.0) == 1.0 and clock.share(130.0) == 1.0, "nothing is left"


def test_the_last_reserve_counts(now):
    clock = Clock(elapsed=100.0, budget=2.0)
    clock.reserve(50.0)
    assert clock.is_up()
    clock.reserve(0.0)
    assert not clock.is_up()
    assert not Clock(elapsed=1e9).is_up() and Clock(elapsed=1e9).share(5.0) == 0.0
