"""The schedules' shapes, from the papers' definitions."""

from __future__ import annotations

from typing import get_args

import pytest

from kerasapps.config import Schedule, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training.schedules import (
    DEFAULT_WARMUP,
    open_rate_factor,
    rate_factor,
    resumed_rate_factor,
    warmup_share,
)

PROGRESS = [step / 200 for step in range(201)]


@pytest.mark.parametrize("schedule", get_args(Schedule))
@pytest.mark.parametrize("warmup", [0.001, 0.05, 1.0])
def test_factor_stays_between_0_and_1(schedule, warmup):
    assert all(0 <= rate_factor(schedule, p, warmup=warmup) <= 1 for p in [-1, *PROGRESS, 2])


@pytest.mark.parametrize("schedule", ["constant", "cosine", "inverse_sqrt", "linear", "step"])
def test_warmup_rises_linearly_to_the_peak(schedule):
    assert rate_factor(schedule, 0.0, warmup=0.2) == 0
    assert rate_factor(schedule, 0.05, warmup=0.2) == pytest.approx(0.25)
    assert rate_factor(schedule, 0.2, warmup=0.2) == pytest.approx(1)


def test_cosine_falls_from_1_to_0_over_what_the_warmup_leaves():
    assert rate_factor("cosine", 0.0) == 1
    assert rate_factor("cosine", 0.5) == pytest.approx(0.5)
    assert rate_factor("cosine", 0.6, warmup=0.2) == pytest.approx(0.5)
    assert rate_factor("cosine", 1.0, warmup=0.2) == pytest.approx(0)


def test_a_resumed_schedule_goes_on_where_the_longer_one_is_and_rises_once_more():
    for share in (0.2, 0.5, 1.0):
        resumed = resumed_rate_factor("linear", share, start=0.4, warmup=0.1)
        assert resumed == rate_factor("linear", 0.4 + 0.6 * share, warmup=0.1)
    rising = resumed_rate_factor("linear", 0.05, start=0.4, warmup=0.1)
    assert rising == pytest.approx(0.5 * rate_factor("linear", 0.43, warmup=0.1))
    assert resumed_rate_factor("linear", 0.0, start=0.4) == pytest.approx(0.6)
    for share in PROGRESS:
        factor = resumed_rate_factor("cosine", share, start=0.0, warmup=0.1)
        assert factor == rate_factor("cosine", share, warmup=0.1)


def test_inverse_sqrt_falls_with_the_root_of_the_progress():
    """The paper's formula, with steps: min(step ** -0.5, step * warmup ** -1.5)."""
    steps, warmup = 1000, 50
    for step in (1, 25, 50, 51, 200, 1000):
        factor = rate_factor("inverse_sqrt", step / steps, warmup=warmup / steps)
        assert factor == pytest.approx(warmup**0.5 * min(step**-0.5, step * warmup**-1.5))


def test_inverse_sqrt_needs_a_warmup():
    with pytest.raises(ConfigError, match=r"TrainConfig\.warmup must be more than 0"):
        rate_factor("inverse_sqrt", 0.5)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "linear", "step", "one_cycle"])
def test_the_others_need_none(schedule):
    assert all(0 <= rate_factor(schedule, p) <= 1 for p in [-1, *PROGRESS, 2])


def test_steps_fall_at_half_and_three_quarters():
    factors = [rate_factor("step", p, warmup=0.05) for p in (0.49, 0.5, 0.74, 0.75, 1.0)]
    assert factors == pytest.approx([1, 0.1, 0.1, 0.01, 0.01])


def test_one_cycle_peaks_at_30_percent_or_at_a_longer_warmup():
    for warmup, peak in ((0.05, 0.3), (0.6, 0.6)):
        factors = [rate_factor("one_cycle", p, warmup=warmup) for p in PROGRESS]
        assert PROGRESS[factors.index(max(factors))] == pytest.approx(peak)
        assert factors[0] == pytest.approx(1 / 25)
        assert factors[-1] == pytest.approx(1e-4)


def test_constant_stays():
    assert {rate_factor("constant", p) for p in PROGRESS} == {1.0}


def test_unknown_schedule_is_refused():
    with pytest.raises(ConfigError, match=r"linaer.*Known: constant"):
        rate_factor("linaer", 0.5)


def test_warmup_of_0_is_a_choice_and_none_is_the_default():
    assert warmup_share(TrainConfig(warmup=0.0)) == 0
    assert warmup_share(TrainConfig()) == DEFAULT_WARMUP == 0.05


@pytest.mark.parametrize("schedule", ["constant", "cosine", "linear", "step"])
def test_a_warmup_of_the_whole_training_ends_at_the_peak(schedule):
    assert rate_factor(schedule, 0.5, warmup=1.0) == 0.5 * (0.1 if schedule == "step" else 1)
    at_end = {"constant": 1.0, "cosine": 0.0, "linear": 0.0, "step": 0.01}[schedule]
    assert rate_factor(schedule, 1.0, warmup=1.0) == pytest.approx(at_end, abs=1e-9)


def test_an_open_end_has_a_rise_a_slow_fall_and_a_straight_line_to_nothing():
    rise = [open_rate_factor(None, step, warmup=10, most=1000) for step in range(10)]
    assert rise == pytest.approx([(step + 0.5) / 10 for step in range(10)])
    assert open_rate_factor(None, 250, warmup=10, most=1000) > 0.85
    assert open_rate_factor(None, 999, warmup=10, most=1000) < 1e-5
    for step, share in ((200, 0.995), (250, 0.495), (299, 0.005), (300, 0.0)):
        held = open_rate_factor(None, step, warmup=10, most=1000)
        falling = open_rate_factor(None, step, warmup=10, most=1000, cooldown=(200, 100))
        assert falling == pytest.approx(held * share)


def test_a_rise_may_be_longer_than_all_there_is():
    assert 0 < open_rate_factor(None, 3, warmup=900, most=10) < 1


def test_the_inverse_square_root_has_no_end_of_its_own():
    def factor(step, **cooldown):
        return open_rate_factor("inverse_sqrt", step, warmup=100, most=10**6, **cooldown)

    assert factor(49) == pytest.approx(0.495)
    assert factor(399) == pytest.approx(0.5, rel=0.01) == 2 * factor(1599)
    assert factor(399, cooldown=(350, 100)) == pytest.approx(factor(399) * 0.505)
