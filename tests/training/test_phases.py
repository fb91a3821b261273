"""The phases' rates, shares of the budget, and what is left of them."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.config import TrainConfig
from kerasapps.training import phases as phases_module
from kerasapps.training.history import EpochRow
from kerasapps.training.length import Length
from kerasapps.training.phases import Phase, phases_left, plan_phases
from tests.values import kinds_of, left_open_in

TEN = Length(usual=10, most=40, patience=4)
TWO = (Phase("head", 3, frozen=True, budget_share=1 / 3), Phase("fine-tune", 7, rate=0.2))


def rows(*phases):
    row = EpochRow(0, "", 0.1, 1.0, 0.5, 0.5, 1.0, 0.5)
    return [
        dataclasses.replace(row, epoch=place, phase=phase)
        for place, phase in enumerate(phases, start=1)
    ]


def test_the_head_alone_then_all_slower():
    config = TrainConfig(fine_tune_rate=0.2, schedule="cosine")
    assert plan_phases(config, length=TEN, pretrained=True) == TWO
    assert plan_phases(config, length=TEN, pretrained=False) == (Phase("train", 10),)
    train = Phase("train", 10)
    assert (train.rate, train.frozen, train.budget_share, train.start) == (1.0, False, 1.0, 0.0)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"epochs": 9}, [("head", 3, True), ("fine-tune", 6, False)]),
        ({"epochs": 7}, [("head", 3, True), ("fine-tune", 4, False)]),
        ({"epochs": 3}, [("head", 1, True), ("fine-tune", 2, False)]),
        ({"epochs": 4, "head_epochs": 3}, [("head", 3, True), ("fine-tune", 1, False)]),
        ({"epochs": 4, "head_epochs": 4}, [("head", 4, True)]),
        ({"epochs": 4, "fine_tune_rate": 0.0}, [("head", 4, True)]),
        ({"epochs": 4, "head_epochs": 0, "fine_tune_rate": 0.0}, [("head", 4, True)]),
        ({"head_epochs": 0, "schedule": "cosine"}, [("fine-tune", 10, False)]),
        ({}, [("head", 3, True), ("fine-tune", 37, False)]),
        ({"time_budget": 1}, [("head", 3, True), ("fine-tune", None, False)]),
        ({"time_budget": 1, "head_epochs": 8}, [("head", 8, True), ("fine-tune", None, False)]),
    ],
)
def test_epochs(options, expected):
    phases = plan_phases(TrainConfig(**options), length=TEN, pretrained=True)
    assert [(each.name, each.epochs, each.frozen) for each in phases] == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # What suits the data is how long the backbone learns; what is asked for is all.
        ({"schedule": "linear"}, [("head", 1, True), ("fine-tune", 10, False)]),
        ({}, [("head", 1, True), ("fine-tune", 40, False)]),
        ({"epochs": 4}, [("head", 1, True), ("fine-tune", 3, False)]),
        ({"epochs": 1}, [("head", 1, True)]),
        ({"time_budget": 1}, [("head", 1, True), ("fine-tune", None, False)]),
        ({"head_epochs": 0, "schedule": "linear"}, [("fine-tune", 10, False)]),
        ({"epochs": 1, "head_epochs": 0}, [("fine-tune", 1, False)]),
        ({"fine_tune_rate": 0.0}, [("head", 1, True)]),
    ],
)
def test_a_solved_head_is_one_epoch(options, expected):
    phases = plan_phases(TrainConfig(**options), length=TEN, pretrained=True, solves=True)
    assert [(each.name, each.epochs, each.frozen) for each in phases] == expected
    assert [each.solved for each in phases] == [each.name == "head" for each in phases]


@pytest.mark.parametrize(
    ("done", "share", "expected"),
    [
        (["head"], 0.0, [("head", 2, 1 / 3), ("fine-tune", 7, 0.0)]),
        (["head"], 0.5, [("head", 2, 0.5), ("fine-tune", 7, 0.0)]),
        (["head"] * 3, 0.0, [("fine-tune", 7, 0.0)]),
        (["head"] * 3 + ["fine-tune"] * 2, 0.0, [("fine-tune", 5, 2 / 7)]),
        (["head"] * 2 + ["fine-tune"] * 3, 0.0, [("fine-tune", 5, 3 / 8)]),
        # A finished training of a phase that the longer one does not have.
        (["train"] * 2, 0.0, [("head", 3, 0.0), ("fine-tune", 7, 0.0)]),
    ],
)
def test_what_is_left(done, share, expected):
    left = phases_left(TWO, rows(*done), time_share=share)
    assert [(each.name, each.epochs, pytest.approx(each.start)) for each in left] == expected
    for each in left:
        phase = TWO[0] if each.name == "head" else TWO[1]
        assert dataclasses.replace(each, epochs=phase.epochs, start=0.0) == phase


@pytest.mark.parametrize(
    ("options", "is_open"),
    [
        ({}, True),
        ({"early_stopping": 3}, True),
        ({"early_stopping": 0}, False),
        ({"epochs": 4}, False),
        ({"time_budget": 4}, False),
        ({"schedule": "cosine"}, False),
    ],
)
def test_validation_decides_the_end_of_the_last_phase_where_nobody_else_does(options, is_open):
    config = TrainConfig(**options)
    *before, last = plan_phases(config, length=TEN, pretrained=True)
    assert last.length is (TEN if is_open else None)
    assert [each.length for each in before] == [None] * len(before)
    (alone,) = plan_phases(config, length=TEN, pretrained=False)
    assert alone.length is last.length and (not is_open or alone.epochs == 40)


def test_without_epochs_the_time_decides():
    phase = Phase("train", None)
    assert phases_left([phase], rows("train"), time_share=0.25) == (
        dataclasses.replace(phase, start=0.25),
    )
    assert phases_left([phase], rows("train"))[0].start == 0.0


def test_kinds_of_values():
    assert kinds_of(phases_module) == {"Phase": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(phases_module) == {
        "Phase": {
            "rate": 1.0,
            "frozen": False,
            "budget_share": 1.0,
            "start": 0.0,
            "length": None,
            "solved": False,
        }
    }
