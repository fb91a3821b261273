"""How long suits the data, and when validation has gained for the last time."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import TrainConfig
from kerasapps.training import length as length_module
from kerasapps.training.length import (
    Length,
    cooldown_epochs,
    has_open_end,
    has_stopped_gaining,
    is_asked,
    last_gain,
    suitable_length,
    warmup_steps,
)
from tests.values import kinds_of, left_open_in

PATIENT = Length(usual=10, most=40, patience=4)


@pytest.mark.parametrize(
    ("steps", "usual", "patience"),
    [(1, 100, 250), (25, 46, 12), (60, 30, 8), (400, 12, 4), (10_000, 3, 4)],
)
def test_fewer_steps_an_epoch_mean_more_epochs(steps: int, usual: int, patience: int) -> None:
    found = suitable_length(TrainConfig(), steps_per_epoch=steps)
    assert (found.usual, found.most, found.patience) == (usual, 4 * usual, patience)
    assert (found.patience_share, found.minutes) == (0.2, None)


def test_a_pretrained_network_needs_a_quarter() -> None:
    found = suitable_length(TrainConfig(), steps_per_epoch=60, pretrained=True, minutes=20)
    assert (found.usual, found.most, found.minutes) == (7, 28, 20)


def test_a_plan_may_take_more_passes() -> None:
    usual, longer = (
        suitable_length(TrainConfig(), steps_per_epoch=60, passes=passes) for passes in (1.0, 1.5)
    )
    assert longer.usual == round(1.5 * 230 / 60**0.5) > usual.usual


def test_a_patience_that_was_asked_for_is_the_patience() -> None:
    found = suitable_length(TrainConfig(early_stopping=2), steps_per_epoch=60)
    assert (found.patience, found.patience_share) == (2, 0.0)
    assert has_stopped_gaining([1.0] * 60, [0.5] * 60, found)


@pytest.mark.parametrize(
    ("options", "asked", "open_end"),
    [
        ({}, False, True),
        ({"epochs": 1}, True, False),
        ({"time_budget": 1}, True, False),
        ({"schedule": "cosine"}, False, False),
        ({"schedule": "constant"}, False, False),
        ({"schedule": "inverse_sqrt"}, False, True),
        ({"early_stopping": 0}, False, False),
        ({"early_stopping": 1}, False, True),
    ],
)
def test_who_decides_the_end(options: Any, asked: bool, open_end: bool) -> None:
    config = TrainConfig(**options)
    assert (is_asked(config), has_open_end(config)) == (asked, open_end)


def test_the_rate_rises_in_a_share_of_the_usual_steps() -> None:
    assert warmup_steps(TrainConfig(), PATIENT, steps_per_epoch=60) == 60
    assert warmup_steps(TrainConfig(warmup=0.5), PATIENT, steps_per_epoch=60) == 600


@pytest.mark.parametrize(
    ("losses", "figures", "epoch"),
    [
        ([], [], 0),
        ([1.0], [0.5], 1),
        ([1.0, 0.9, 0.8, 0.7], [0.5] * 4, 4),
        ([1.0, 1.1, 1.2, 1.3], [0.5, 0.6, 0.7, 0.8], 4),  # only the figure gains
        ([1.0, 1.1, 1.2, 1.3], [0.5, 0.5, 0.5, 0.5], 1),
        ([1.0, 0.9999, 0.9998, 0.9997], [0.5] * 4, 1),  # too little
        ([1.0, 0.9991, 0.998, 0.9965, 0.995], [0.5] * 5, 4),  # but they add up
        ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], 1),
        ([4e-4, 3.7e-4, 3.4e-4, 3e-4], [1.0] * 4, 1),  # next to nothing as it is
        ([4e-4, 3e-4, 1e-4, 0.0], [1.0] * 4, 4),  # but this too adds up
        # A lucky epoch: the mean of three is no better than that of the first three.
        ([1.0, 0.5, 0.5, 1.0, 0.55, 0.7], [0.5] * 6, 3),
    ],
)
def test_the_last_gain(losses: list[float], figures: list[float], epoch: int) -> None:
    assert last_gain(losses, figures) == epoch


def test_it_has_stopped_gaining_when_patience_is_over() -> None:
    losses = [1.0, 0.5] + [0.9] * 3
    assert not has_stopped_gaining(losses, [0.5] * 5, PATIENT)
    assert has_stopped_gaining([*losses, 0.9], [0.5] * 6, PATIENT)


def test_later_a_fifth_of_the_epochs_is_the_patience() -> None:
    falling = [1 - epoch / 100 for epoch in range(40)]
    for stuck, stopped in ((8, False), (12, True)):
        losses = falling + [falling[-1] + 0.1] * stuck
        assert has_stopped_gaining(losses, [0.5] * len(losses), PATIENT) is stopped


@pytest.mark.parametrize(("best", "epochs"), [(1, 1), (4, 1), (5, 2), (40, 10)])
def test_the_rate_falls_in_a_quarter_of_the_epochs(best: int, epochs: int) -> None:
    assert cooldown_epochs(best) == epochs


def test_it_is_said_in_one_line() -> None:
    limited = Length(usual=10, most=40, patience=4, minutes=3)
    told = limited.describe(open_end=True)
    assert "4 epochs, later a fifth" in told and "about 10 epochs" in told
    assert "40 or 3 minutes the most" in told and "\n" not in told
    asked = Length(usual=10, most=40, patience=2, patience_share=0.0)
    told = asked.describe(open_end=True)
    assert "2 epochs, then" in told and "40 the most" in told
    assert "Training takes at most 10 epochs or 3 minutes" in limited.describe(open_end=False)
    assert limited.describe(open_end=False, what="It").startswith("It takes")


def test_kinds_of_values() -> None:
    assert kinds_of(length_module) == {"Length": "frozen, by name"}
    assert left_open_in(length_module) == {"Length": {"patience_share": 0.2, "minutes": None}}
