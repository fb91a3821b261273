"""The small helpers of the scripts that run searches as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from search_curves import Sample, SearchFigures
from search_digits import spread, verdict
from search_efficiency import row
from search_kill import differences, kill_moments
from search_memory import figures, growth
from search_runs import Row, best, ended, kill_group, read_trials, wait_for_trials
from search_watch import spent, tree_cpu
from search_workers import Way, passes

BOARD = """rank,trial,state,val_accuracy,seconds,width,wall_seconds,worker,reason
1,2,done,0.9,3.1,0.5,4.0,a,
2,0,done,0.8,3.0,1.0,4.2,b,
,1,failed,,,2.0,1.0,a,"out of memory, most likely"
,3,running,,,0.25,0.0,,
"""


@pytest.fixture
def board(tmp_path: Path) -> dict[int, Row]:
    (tmp_path / "leaderboard.csv").write_text(BOARD)
    return read_trials(tmp_path)


def test_a_leaderboard_is_read(board: dict[int, Row], tmp_path: Path) -> None:
    assert list(board) == [2, 0, 1, 3]
    assert ended(board) == 3
    assert best(board)["trial"] == "2"
    assert read_trials(tmp_path / "nowhere") == {}
    with pytest.raises(ValueError, match="ranked"):
        best({})


def test_times_and_workers_may_differ_and_nothing_else(board: dict[int, Row]) -> None:
    other = {number: {**each, "seconds": "9", "worker": "z"} for number, each in board.items()}
    assert differences(board, other) == []
    other[0] = {**other[0], "val_accuracy": "0.81"}
    del other[1]
    assert differences(board, other) == ["0 (val_accuracy)", "1 (only one has it)"]


def test_kills_are_spread_over_the_search() -> None:
    moments = kill_moments(20, 5, seed=0)
    assert [count for count, _ in moments] == [3, 6, 10, 13, 16]
    assert moments == kill_moments(20, 5, seed=0) != kill_moments(20, 5, seed=1)
    with pytest.raises(ValueError, match="too few"):
        kill_moments(5, 5, seed=0)


def test_memory_is_compared_with_that_after_the_third_trial() -> None:
    resident = {1: 500.0, 2: 90.0, 3: 100.0, 20: 130.0, 30: 112.0}
    assert growth(resident) == pytest.approx(1.12)
    assert figures(resident)["change"] == "+12.0%"
    assert figures(resident)["most"] == "500 MB"


def test_two_workers_must_be_faster_and_lose_nothing(board: dict[int, Row]) -> None:
    def ways(second: float, trials: dict[int, Row]) -> list[Way]:
        return [
            Way("one", 90.0, 100.0, board),
            Way("two", second, 70.0, board),
            Way("chief", 50.0, 60.0, trials),
            Way("killed", 200.0, 210.0, board),
        ]

    assert passes(ways(60.0, board))
    assert not passes(ways(61.0, board))
    lost = {number: each for number, each in board.items() if number != 3}
    assert not passes(ways(60.0, lost))


def test_a_winner_below_the_default_is_said() -> None:
    rows = [
        {"seed": 0.0, "validation": 0.9, "default validation": 0.9, "seconds": 100.0},
        {"seed": 1, "validation": 0.8, "default validation": 0.9, "seconds": 370.0},
    ]
    assert verdict(rows) == (
        "Winner below the default on validation: 1. Slowest command: 370 s (limit 360 s)."
    )
    assert spread([0.9, 0.92]) == "91.00% ± 1.41"


def test_a_row_has_means_over_seeds() -> None:
    one = SearchFigures((None, 0.5), 4, 2, 0, 30, 5.0, 0.5, 10.0)
    two = SearchFigures((0.4, 0.7), 5, 0, 0, 40, 6.0, float("nan"), 10.0)
    shown = row("SST-2", "optuna tpe", [one, two], shares=(0.5, 1.0))
    assert (shown["50%"], shown["100%"]) == ("–", "60.0% ± 14.1")
    assert (shown["done"], shown["epochs"], shown["overhead"]) == ("4.5", "35", "0.50 s")


def test_a_budget_is_spent_in_cpu_time(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    samples = [Sample(100.0, 0.0), Sample(110.0, 10.0), Sample(120.0, 14.0)]
    assert not spent(samples, log, 4.0)  # no trial has begun
    log.write_text('{"began": 110.0}\n')
    assert not spent(samples, log, 4.0)
    assert spent(samples, log, 3.9)
    assert spent([*samples, Sample(999.0, 14.0)], log, 4.0)  # stuck


_CHILD = "import time\nbegan = time.process_time()\nwhile time.process_time() - began < 0.3: pass"
_PARENT = (
    "import subprocess, sys\n"
    "subprocess.run([sys.executable, '-c', sys.argv[1]])\n"
    "living = subprocess.Popen([sys.executable, '-c', sys.argv[1] + '\\nprint(1, flush=True)\\n"
    "input()'], stdin=subprocess.PIPE)\n"
    "living.wait()"
)


def test_cpu_time_of_ended_and_living_children_counts(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, _CHILD], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the second child has used its time, the first has ended
        used = tree_cpu(psutil.Process(process.pid))
        os.killpg(process.pid, 9)
    assert 0.6 <= used < 3


def test_a_command_that_ends_is_not_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        with pytest.raises(TimeoutError, match="1 trials"):
            wait_for_trials(process, tmp_path, 1, limit=0.01)
        (tmp_path / "leaderboard.csv").write_text(BOARD)
        assert wait_for_trials(process, tmp_path, 3)
        kill_group(process)
        assert process.returncode == -9
        began = time.monotonic()
        assert not wait_for_trials(process, tmp_path, 4)
        assert time.monotonic() - began < 1
