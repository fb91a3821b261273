"""Trials and figures in words."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config.metric import Answer
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.wording import (
    figure_text,
    outcome_text,
    progress_text,
    seconds_text,
    value_text,
    values_text,
)
from tests.answers import ERRORS

PLAIN = Objective("val_accuracy", "max", answer=CLASSES)
LIMITED = Objective("int8_accuracy", "max", mode="int8", max_size_mb=2.0, answer=CLASSES)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("int8_size_mb", 0.8412, "0.84 MB"),
        ("int8_latency_ms", 3.14159, "3.14 ms"),
        ("seconds", 12.345, "12.35 s"),
        ("epochs", 12.0, "12"),
        ("parameters", 1234567.0, "1,234,567"),
        ("val_loss", 0.21534, "0.2153"),
    ],
)
@pytest.mark.parametrize("answer", [CLASSES, ERRORS])
def test_figures(name: str, value: float, text: str, answer: Answer) -> None:
    assert figure_text(name, value, answer=answer) == text


@pytest.mark.parametrize(
    ("name", "answer", "value", "text"),
    [
        ("val_accuracy", CLASSES, 0.97812, "97.81 %"),
        ("int8_accuracy", CLASSES, 0.5, "50.00 %"),
        ("val_macro_f1", CLASSES, 0.5, "50.00 %"),
        ("val_bleu", TRANSLATIONS, 31.204, "31.20"),
        ("accuracy", TRANSLATIONS, 0.25, "25.00 %"),
        ("val_rmse", ERRORS, 0.64609, "0.6461"),
        ("int8_rmse", ERRORS, 12.5, "12.5"),
    ],
)
def test_a_metric_knows_its_unit(name: str, answer: Answer, value: float, text: str) -> None:
    assert figure_text(name, value, answer=answer) == text


def test_time() -> None:
    assert seconds_text(12.345) == "12.35 s"


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
