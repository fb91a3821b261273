"""The end of a training that validation decides: the cool-down, its start, the reasons."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.training import checkpoint, clock
from kerasapps.training.ending import NO_MORE_GAINS, cool_down_from, reason_to_stop
from kerasapps.training.history import EpochRow
from kerasapps.training.length import Length
from kerasapps.training.phases import Phase
from kerasapps.training.state import TrainingState
from tests.training.small import STEPS, Silent, train
from tests.training.test_job import asked

SHORT = Length(usual=4, most=30, patience=2, patience_share=0.0)
OPEN = TrainConfig(learning_rate=0.03)


def state_of(losses: list[float], figures: list[float], *, best: int) -> TrainingState:
    rows = [
        EpochRow(epoch, "train", 0.1, 1.0, 0.5, 0.5, loss, figure)
        for epoch, (loss, figure) in enumerate(zip(losses, figures, strict=True), 1)
    ]
    return TrainingState(
        rows=rows, best_epoch=best, phase_epoch=len(rows), phase_step=5 * len(rows)
    )


def test_it_ends_when_validation_has_stopped_gaining_and_the_rate_is_0(tmp_path: Path) -> None:
    reporter = Silent()
    _, history = train(tmp_path, OPEN, length=SHORT, reporter=reporter)
    assert history.stopped == NO_MORE_GAINS and reporter.course.epochs is None
    rates = [row.learning_rate for row in history.rows]
    assert SHORT.patience < len(rates) < SHORT.most
    # The last of the steps in which the rate falls has half a step's share of it.
    fallen = next(epoch for epoch in range(1, len(rates)) if rates[-epoch - 1] > 0.02)
    assert 0 < rates[-1] < 0.03 / (STEPS * fallen) and max(rates) > 0.028


def test_a_training_that_was_cut_while_the_rate_fell_comes_to_the_same_end(tmp_path: Path) -> None:
    whole, history = train(tmp_path / "whole", OPEN, length=SHORT)
    with pytest.raises(KeyboardInterrupt):
        reporter = Silent(interrupt_after=len(history.rows) - 1)
        train(tmp_path / "cut", OPEN, length=SHORT, reporter=reporter)
    model, resumed = train(tmp_path / "cut", OPEN, length=SHORT)
    plain = [dataclasses.replace(row, seconds=0) for row in resumed.rows]
    assert plain == [dataclasses.replace(row, seconds=0) for row in history.rows]
    assert resumed.stopped == history.stopped
    for mine, other in zip(model.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_it_ends_with_the_most_epochs_where_validation_gains_all_the_time(tmp_path: Path) -> None:
    tiny = dataclasses.replace(OPEN, learning_rate=1e-3)
    _, history = train(tmp_path, tiny, length=dataclasses.replace(SHORT, most=3))
    assert (history.stopped, len(history.rows)) == ("epochs", 3)
    assert history.rows[-1].learning_rate < 1e-4


def test_the_longest_time_ends_it_with_a_rate_of_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock is a second: of a minute, the last 18 seconds cool down."""
    looks = iter(range(10**6))
    monkeypatch.setattr(clock.time, "monotonic", lambda: float(next(looks)))
    limited = dataclasses.replace(SHORT, patience=99, minutes=1.0)
    _, history = train(tmp_path, OPEN, length=limited, steps_per_epoch=10**6)
    assert history.stopped == "time limit" and len(history.rows) == 1
    assert history.rows[0].learning_rate < 0.006


@pytest.mark.parametrize("asked_for", [{"epochs": 2}, {"time_budget": 9.0, "epochs": 2}])
def test_what_was_asked_for_has_no_other_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked_for: dict[str, float]
) -> None:
    looks = iter(range(10**6))
    monkeypatch.setattr(clock.time, "monotonic", lambda: float(next(looks)))
    config = TrainConfig(learning_rate=0.01, **asked_for)  # type: ignore[arg-type]
    _, history = train(tmp_path, config, length=dataclasses.replace(SHORT, minutes=0.1))
    assert history.stopped == "epochs"


@pytest.mark.parametrize(
    ("losses", "figures", "best", "expected"),
    [
        ([0.9, 0.5, 0.6, 0.7], [0.5, 0.8, 0.7, 0.7], 2, (2, 1)),  # it has gone too far
        ([0.9, 0.5, 0.5, 0.4], [0.5, 0.8, 0.7, 0.7], 2, (None, 1)),  # a lucky figure
        ([0.9] + [0.5] * 7, [0.5] * 8, 8, (None, 2)),
    ],
)
def test_the_rate_falls_from_the_best_weights_if_the_loss_has_risen_since(
    losses: list[float], figures: list[float], best: int, expected: tuple[int | None, int]
) -> None:
    state = state_of(losses, figures, best=best)
    assert cool_down_from(asked([Phase("train", 30, length=SHORT)]), state) == expected


def test_an_epoch_in_which_the_rate_still_rose_is_the_best_by_luck() -> None:
    state = state_of([0.5, 0.6, 0.7, 0.8], [0.8, 0.7, 0.7, 0.7], best=1)
    phases = [Phase("train", 30, length=dataclasses.replace(SHORT, usual=30))]
    assert cool_down_from(asked(phases), state) == (None, 1)
    state.best_epoch = 3  # of five steps: the rate rose in a twentieth of twice 150
    assert cool_down_from(asked(phases), state) == (3, 1)


def test_the_best_epoch_may_be_of_an_earlier_phase() -> None:
    state = state_of([0.5, 0.9, 0.9, 0.9, 0.9, 0.9], [0.9] + [0.5] * 5, best=1)
    state.phase, state.phase_epoch = 1, 5
    phases = [Phase("head", 1, frozen=True), Phase("fine-tune", 30, length=SHORT)]
    assert cool_down_from(asked(phases), state) == (1, 2)


def test_reasons() -> None:
    state = state_of([0.5] * 4, [0.5] * 4, best=1)
    job = asked([Phase("train", 30, length=SHORT)])
    assert reason_to_stop(job, state, is_up=True) == "time budget"
    limited = dataclasses.replace(job, limit=3.0)
    assert reason_to_stop(limited, state, is_up=True) == "time limit"
    assert reason_to_stop(job, state, is_up=False) is None, "the rate has not fallen yet"
    state.begin_cooldown(1)
    assert reason_to_stop(job, state, is_up=False) is None
    state.phase_step += job.steps_per_epoch
    assert reason_to_stop(job, state, is_up=False) == NO_MORE_GAINS
    again = TrainingState.from_dict(json.loads(json.dumps(state.as_dict("accuracy"))))
    assert again.is_cooling_down and again == state


def test_an_average_begins_afresh_with_the_cool_down(tmp_path: Path) -> None:
    averaged, is_cooling = list[int](), list[bool]()

    class Looks(Silent):
        def epoch(self, row: EpochRow, *, best: bool) -> None:
            super().epoch(row, best=best)
            stored = checkpoint.read_checkpoint(tmp_path, {"seed": 0})
            assert stored is not None
            averaged.append(len(stored.groups.get("average", ())))
            is_cooling.append(stored.state["cooldown_epochs"] > 0)

    config = dataclasses.replace(OPEN, average_checkpoints=4)
    model, history = train(tmp_path, config, length=SHORT, reporter=Looks())
    assert history.stopped == NO_MORE_GAINS
    began, arrays = is_cooling.index(True), len(model.weights)
    before = [min(epoch, 4) for epoch in range(1, began + 1)]
    after = range(len(averaged) - began)
    assert averaged == [epochs * arrays for epochs in (*before, *after)]
