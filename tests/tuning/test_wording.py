"""Trials and figures in words."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.wording import (
    figure_text,
    outcome_text,
    progress_text,
    value_text,
    values_text,
)

PLAIN = Objective("val_accuracy", "max")
LIMITED = Objective("int8_accuracy", "max", mode="int8", max_size_mb=2.0)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("val_accuracy", 0.97812, "97.81 %"),
        ("val_bleu", 31.204, "31.20"),
        ("int8_size_mb", 0.8412, "0.84 MB"),
        ("int8_latency_ms", 3.14159, "3.14 ms"),
        ("seconds", 12.345, "12.35 s"),
        ("epochs", 12.0, "12"),
        ("parameters", 1234567.0, "1,234,567"),
        ("val_loss", 0.21534, "0.2153"),
        ("val_macro_f1", 0.5, "0.5000"),
    ],
)
def test_figures(name: str, value: float, text: str) -> None:
    assert figure_text(name, value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (False, "no"),
        (0.0123456, "0.0123"),
        (12345, "12345"),
        ("a", "a"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert value_text(value) == text


def test_a_trial_is_told_by_what_it_does_otherwise() -> None:
    default = TrialRecord(0, {"width": 1.0, "model": "cnn"})
    assert values_text(default, default) == "the options as they are"
    changed = TrialRecord(1, {"width": 2.0, "model": "cnn", "depth": 3})
    assert values_text(changed, default) == "width 2, depth 3"
    assert values_text(changed, None) == "width 2, model cnn, depth 3"
    assert values_text(TrialRecord(2, {"width": 1.0}), default) == "as trial 0"


def done(number: int, **figures: float) -> TrialRecord:
    return TrialRecord(number, {}, "done", figures)


def test_how_trials_ended() -> None:
    best, worse = done(0, val_accuracy=0.75), done(1, val_accuracy=0.5)
    failed = TrialRecord(2, {}, "failed", reason="killed")
    stopped = TrialRecord(3, {}, "stopped", {"val_accuracy": 0.25}, reason="hopeless")
    silent = TrialRecord(4, {}, "stopped", reason="hopeless")
    board = Leaderboard(PLAIN, (best, worse, failed, stopped, silent))
    assert [outcome_text(each, board) for each in board.records] == [
        "val_accuracy 75.00 %, best so far",
        "val_accuracy 50.00 %",
        "failed: killed",
        "ended early: hopeless, val_accuracy 25.00 %",
        "ended early: hopeless",
    ]
    over = done(0, int8_accuracy=0.5, int8_size_mb=3.0)
    told = outcome_text(over, Leaderboard(LIMITED, (over,)))
    assert told.startswith("over the limit: int8 file") and told.endswith(", int8_accuracy 50.00 %")


def test_how_far_a_search_is() -> None:
    best, running = done(3, val_accuracy=0.9781), TrialRecord(4, {})
    failed = TrialRecord(2, {}, "failed", reason="killed")
    assert progress_text(Leaderboard(PLAIN, (running,)), 12) == "0 of 12 trials"
    assert progress_text(Leaderboard(PLAIN, (failed, running)), 12) == "1 of 12 trials, 1 failed"
    board = Leaderboard(PLAIN, (failed, best, running))
    assert progress_text(board, 12) == (
        "2 of 12 trials, 1 failed; best: trial 3, val_accuracy 97.81 %"
    )
    assert progress_text(board, 1).startswith("2 of 2 trials")  # it was made shorter
