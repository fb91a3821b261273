"""What is told of the models that were tried."""

from __future__ import annotations

import json
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.result import Choice
from kerasapps.workflow.tried import choice_section, equals_of, trial_line, tried_rows, winner_of

OBJECTIVE = make_objective(TuneConfig(), answer=CLASSES)
MODELS = ("bag", "cnn", "rnn", "gru", "odd")


def record(number: int, model: str, figure: float | None, **options: Any) -> TrialRecord:
    figures = {"val_accuracy": figure, "epochs": 5.0, "parameters": 1200.0} if figure else {}
    values: dict[str, Any] = {"state": "done", "seconds": 2.5, "figures": figures, **options}
    return TrialRecord(number, {"model": model}, **values)


BOARD = Leaderboard(
    OBJECTIVE,
    (
        record(0, "bag", 0.90),
        record(1, "cnn", 0.89),
        record(2, "rnn", 0.5, state="stopped", reason="far behind the best one after epoch 5"),
        record(3, "odd", None, state="failed", reason="no such length"),
        record(5, "cnn", 0.92, seconds=10.0),
        record(6, "bag", 0.91),
    ),
)


def test_a_trial_is_a_line() -> None:
    assert trial_line(BOARD.records[0], OBJECTIVE) == (
        "bag: val_accuracy 90.00 %, 5 epochs, 1,200 parameters, 2.50 s"
    )
    assert trial_line(BOARD.records[2], OBJECTIVE).endswith(
        "2.50 s, far behind the best one after epoch 5"
    )
    assert trial_line(BOARD.records[3], OBJECTIVE) == "odd failed: no such length"
    measured = record(0, "bag", 0.9)
    measured = TrialRecord(
        0, measured.values, figures={**measured.figures, "file_mb": 1.5, "latency_ms": 0.25}
    )
    assert "1,200 parameters, 1.50 MB as float32, 0.25 ms, " in trial_line(measured, OBJECTIVE)


def test_each_model_is_a_row_the_best_first() -> None:
    rows = tried_rows(BOARD, MODELS)
    assert [(row["model"], row["trained"]) for row in rows] == [
        ("cnn", "wholly"),
        ("bag", "wholly"),
        ("rnn", "ended early"),
        ("odd", "failed"),
        ("gru", "not at all"),
    ]
    best = rows[0]
    assert (best["val_accuracy"], best["epochs"], best["parameters"]) == (0.92, 5, 1200)
    assert best["seconds"] == 12.5 and rows[3]["reason"] == "no such length"
    assert json.loads(json.dumps(rows)) == rows


def test_whole_trainings_decide_where_there_are_any() -> None:
    lucky = record(7, "bag", 0.8995)
    board = Leaderboard(OBJECTIVE, (BOARD.records[0], BOARD.records[1], lucky))
    assert winner_of(board, brief=5) is lucky
    assert winner_of(Leaderboard(OBJECTIVE, BOARD.records[:3]), brief=5).values == {"model": "bag"}
    rows = tried_rows(Leaderboard(OBJECTIVE, (*BOARD.records[:2], record(7, "cnn", 0.85))), MODELS)
    assert [row["model"] for row in rows[:2]] == ["cnn", "bag"]


def test_of_equally_good_ones_the_smallest_network_is_taken() -> None:
    figures = {"val_accuracy": 1.0, "val_loss": 0.1, "parameters": 900.0}
    small = TrialRecord(
        6, {"model": "cnn"}, state="done", figures={**figures, "val_loss": 0.2, "parameters": 90.0}
    )
    large = TrialRecord(7, {"model": "bag"}, state="done", figures=figures)
    board = Leaderboard(OBJECTIVE, (*BOARD.records[:2], small, large))
    assert board.best is large and winner_of(board, brief=5) is small
    assert equals_of(board, brief=5) == [small, large]
    assert [row["model"] for row in tried_rows(board, MODELS)[:2]] == ["cnn", "bag"]


def test_the_report_has_a_table_of_them() -> None:
    section = choice_section(
        Choice("cnn", "the best of 5.", tuple(tried_rows(BOARD, MODELS))), CLASSES
    )
    assert section is not None and section.name == "model"
    html = str(section.html)
    for words in (
        "cnn: the best of 5.",
        "Parameters",
        "val accuracy",
        "ended early",
        "92.00\u202f%",
    ):
        assert words in html
    assert "Latency" not in html
    rule = choice_section(Choice("cnn", "as pictures are tiny."), CLASSES)
    assert rule is not None and "<table" not in rule.html and "tiny" in rule.html
    assert choice_section(None, CLASSES) is None
