"""The leaderboard: order, default, nearest, and its CSV file."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from tests.answers import ERRORS

PLAIN = Objective("val_accuracy", "max", answer=CLASSES)
LIMITED = Objective("int8_accuracy", "max", mode="int8", max_size_mb=2, answer=CLASSES)


def record(number: int, figure: float, **changes: Any) -> TrialRecord:
    figures = {"val_accuracy": figure, "epochs": 3.0}
    return TrialRecord(number, {"width": 1.0}, "done", figures, **changes)


def sized(number: int, figure: float, size: float) -> TrialRecord:
    return TrialRecord(number, {}, "done", {"int8_accuracy": figure, "int8_size_mb": size})


def numbers(records: tuple[TrialRecord, ...]) -> list[int]:
    return [each.number for each in records]


def test_the_best_comes_first_and_ties_go_to_the_lower_number() -> None:
    board = Leaderboard(PLAIN, (record(0, 0.8), record(1, 0.9), record(2, 0.8), record(3, 0.9)))
    assert numbers(board.ranked) == [1, 3, 0, 2]
    assert board.best is board.records[1]
    assert board.default is board.records[0]


def tied(number: int, **figures: float) -> TrialRecord:
    return TrialRecord(number, {}, "done", {"epochs": 3.0, **figures})


def test_trials_that_tie_are_ranked_by_quality() -> None:
    records = (
        tied(0),
        tied(1, val_accuracy=0.8, val_loss=0.1),
        tied(2, val_accuracy=0.9, val_loss=0.5),
        tied(3, val_accuracy=0.9, val_loss=0.4),
        tied(4, val_accuracy=0.9, val_loss=0.4),
        tied(5, val_accuracy=0.9),
        TrialRecord(6, {}, "done", {"epochs": 2.0, "val_accuracy": 0.1}),
    )
    assert numbers(Leaderboard(Objective("epochs", "min", answer=CLASSES), records).ranked) == [
        6,
        3,
        4,
        2,
        5,
        1,
        0,
    ]
    by_bleu = tuple(tied(number, val_bleu=bleu) for number, bleu in enumerate((10, 30, 20)))
    objective = Objective("epochs", "min", answer=TRANSLATIONS)
    assert numbers(Leaderboard(objective, by_bleu).ranked) == [1, 2, 0]
    by_error = tuple(tied(number, val_rmse=error) for number, error in enumerate((10, 30, 20)))
    objective = Objective("epochs", "min", answer=ERRORS)
    assert numbers(Leaderboard(objective, by_error).ranked) == [0, 2, 1]
    # And of the default objective, where accuracies are often the same.
    same = (tied(0, val_accuracy=0.9, val_loss=0.5), tied(1, val_accuracy=0.9, val_loss=0.2))
    assert numbers(Leaderboard(PLAIN, same).ranked) == [1, 0]


def test_of_files_of_one_size_the_better_file_comes_first() -> None:
    objective = Objective("int8_size_mb", "min", mode="int8", max_size_mb=2, answer=CLASSES)
    figures = [(0.95, 0.6), (0.9, 0.7), (0.94, 0.7)]  # of the network, of the file
    records = [
        TrialRecord(number, {}, "done", {"int8_size_mb": 1, "val_accuracy": a, "int8_accuracy": b})
        for number, (a, b) in enumerate(figures)
    ]
    assert numbers(Leaderboard(objective, tuple(records)).ranked) == [2, 1, 0]
    beyond = tuple(replace(each, figures={**each.figures, "int8_size_mb": 3}) for each in records)
    board = Leaderboard(objective, beyond)
    assert board.nearest is board.records[2] and numbers(board.rest) == [2, 1, 0]


def test_smaller_is_better_where_the_objective_says_so() -> None:
    board = Leaderboard(
        Objective("epochs", "min", answer=CLASSES), (record(0, 0.8), record(1, 0.9))
    )
    changed = TrialRecord(2, {}, "done", {"epochs": 1.0})
    assert numbers(Leaderboard(board.objective, (*board.records, changed)).ranked) == [2, 1, 0]


def test_stopped_running_and_failed_trials_are_never_ranked() -> None:
    stopped = TrialRecord(0, {}, "stopped", {"val_accuracy": 0.99})
    running = TrialRecord(1, {}, "running", {"val_accuracy": 0.98})
    failed = TrialRecord(2, {}, "failed", reason="killed")
    board = Leaderboard(PLAIN, (stopped, running, failed, record(3, 0.1)))
    assert numbers(board.ranked) == [3]
    assert numbers(board.rest) == [0, 1, 2]
    assert numbers(board.running) == [1]


def test_over_the_limit_is_not_ranked_and_the_nearest_is_known() -> None:
    board = Leaderboard(LIMITED, (sized(0, 0.99, 9), sized(1, 0.5, 2.5), sized(2, 0.9, 3)))
    assert (board.ranked, board.best) == ((), None)
    assert board.nearest is board.records[1]
    assert numbers(board.rest) == [1, 2, 0]
    fitting = Leaderboard(LIMITED, (*board.records, sized(3, 0.1, 2.0)))
    assert (fitting.best, fitting.nearest) == (fitting.records[3], fitting.records[3])


def test_of_several_within_the_limits_the_nearest_is_the_best() -> None:
    worse = {"int8_accuracy": 0.5, "int8_size_mb": 1.0, "val_accuracy": 0.99}
    board = Leaderboard(LIMITED, (TrialRecord(0, {}, "done", worse), sized(1, 0.9, 1.0)))
    assert board.nearest is board.best is board.records[1]


def test_the_whole_board_as_plain_values() -> None:
    failed = TrialRecord(1, {}, "failed", reason="killed")
    board = Leaderboard(PLAIN, (record(0, 0.8), failed, record(2, 0.9)), "all have ended")
    content = board.to_dict()
    assert json.loads(json.dumps(content)) == {
        "objective": "val_accuracy",
        "direction": "max",
        "best": 2,
        "ending": "all have ended",
        "trials": json.loads(
            json.dumps(
                [
                    {"rank": 1, **board.records[2].to_dict()},
                    {"rank": 2, **board.records[0].to_dict()},
                    {"rank": None, **failed.to_dict()},
                ]
            )
        ),
    }
    assert Leaderboard(PLAIN).to_dict()["best"] is None
    assert board.ended == 3


def test_an_empty_board_has_nothing() -> None:
    board = Leaderboard(PLAIN)
    assert (board.best, board.default, board.nearest) == (None, None, None)
    assert (board.ranked, board.rest, board.running) == ((), (), ())


def test_a_record_survives_json() -> None:
    full = record(
        4, 0.5, curve=((1, 0.25), (2, 0.5)), seconds=1.5, worker="box-1", reason="as before"
    )
    assert TrialRecord.from_dict(json.loads(json.dumps(full.to_dict()))) == full


def test_the_csv_has_every_trial_and_every_column(tmp_path: Path) -> None:
    failed = TrialRecord(1, {"model": 'a "b", c'}, "failed", seconds=2.23456, reason="two\nlines")
    board = Leaderboard(PLAIN, (record(0, 0.75, worker="w"), failed, record(2, 0.8)))
    path = tmp_path / "run" / "leaderboard.csv"
    board.write_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("rank", "trial", "state", "val_accuracy", "epochs", "width", "model"),
        *("wall_seconds", "worker", "reason"),
    ]
    assert [(row["rank"], row["trial"], row["state"]) for row in rows] == [
        ("1", "2", "done"),
        ("2", "0", "done"),
        ("", "1", "failed"),
    ]
    assert (rows[1]["val_accuracy"], rows[1]["width"], rows[1]["worker"]) == ("0.75", "1.0", "w")
    assert (rows[2]["model"], rows[2]["reason"]) == ('a "b", c', "two\nlines")
    assert rows[2]["wall_seconds"] == "2.235"
    assert [path.name for path in path.parent.iterdir()] == ["leaderboard.csv"]


def test_an_option_that_is_also_a_figure_has_its_own_column(tmp_path: Path) -> None:
    both = TrialRecord(0, {"epochs": 10}, "done", {"val_accuracy": 1.0, "epochs": 7.0})
    Leaderboard(PLAIN, (both,)).write_csv(tmp_path / "board.csv")
    with (tmp_path / "board.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["epochs"], row["epochs option"]) == ("7.0", "10")


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    evil = TrialRecord(0, {"=A1": "@x", "rate": -0.5}, "failed", worker="+w", reason="-1+1")
    Leaderboard(PLAIN, (evil,)).write_csv(tmp_path / "board.csv")
    with (tmp_path / "board.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["'=A1"], row["rate"], row["worker"], row["reason"]) == (
        "'@x",
        "-0.5",
        "'+w",
        "'-1+1",
    )
