"""Whole searches with real processes: failures, deaths, restarts, several machines."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kerasapps.errors import ConfigError, TrainingError
from kerasapps.tuning.records import Leaderboard
from tests.tuning.planted_search import SETTINGS, QuietDisplay, search, workers
from tests.tuning.processes import (
    Searches,
    begun,
    ended,
    free_port,
    is_alive,
    processes_of,
    until,
)


@pytest.fixture(scope="module")
def searches() -> Iterator[Searches]:
    nursery = Searches()
    yield nursery
    nursery.close()


@pytest.fixture(autouse=True)
def no_process_stays(tmp_path: Path) -> Iterator[None]:
    yield
    gone = lambda: not [*processes_of(tmp_path)]  # noqa: E731
    assert until(gone, seconds=5), [process.cmdline() for process in processes_of(tmp_path)]


def outcomes(board: Leaderboard) -> list[tuple[Any, ...]]:
    """What must not depend on how a search was interrupted."""
    return [
        (record.number, record.values, record.state, record.figures, record.curve)
        for record in board.records
    ]


def states(folder: Path) -> list[str]:
    """Of the trials in the table, by number."""
    with (folder / "leaderboard.csv").open() as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["trial"]))
    return [row["state"] for row in rows]


def test_failures_are_trials_like_others(tmp_path: Path) -> None:
    plan = {"1": "raises", "2": "not_a_number", "3": "killed", "5": "exits"}
    plan["4"] = "knows_no_secret"
    display = QuietDisplay()
    board = search(tmp_path, plan=plan, trials=7, display=display)
    last = max(path.stat().st_mtime for path in (tmp_path / "marks").iterdir())
    assert time.time() - last < 2 + board.records[-1].seconds  # it ends promptly
    states = [record.state for record in board.records]
    assert states == ["done", "failed", "failed", "failed", "done", "failed", "done"]
    reasons = [record.reason for record in board.records if record.state == "failed"]
    assert reasons[0] == "ValueError: planted"
    assert "val_accuracy is nan" in reasons[1]
    assert reasons[2].startswith("killed, most likely because the machine ran out of memory")
    assert reasons[3] == "its process ended with status 3: last words"
    assert all(record.figures["epochs"] == 2 for record in board.ranked)
    assert all(len(record.curve) == 2 for record in board.ranked)
    assert board.records[0].values == {"learning_rate": 0.01, "width": 4}
    assert (display.told[0], display.told[-1]) == ("begin", "end")
    assert ended(tmp_path) == 7


def test_a_search_that_is_over_is_not_repeated_and_no_other_takes_its_place(
    tmp_path: Path,
) -> None:
    first = search(tmp_path, trials=3)
    marks = {*(tmp_path / "marks").iterdir()}
    assert outcomes(search(tmp_path, trials=3)) == outcomes(first)
    assert {*(tmp_path / "marks").iterdir()} == marks
    other = {**SETTINGS, "train": {"epochs": 3}}
    with pytest.raises(TrainingError, match=r"train\.epochs is 2 there, 3 here"):
        search(tmp_path, trials=3, settings=other)


@pytest.mark.parametrize(("times", "trials"), [(2, 6), pytest.param(5, 12, marks=pytest.mark.slow)])
def test_kills_change_nothing(tmp_path: Path, searches: Searches, times: int, trials: int) -> None:
    options = {"plan": {"3": "raises", "others": "slowly"}, "trials": trials}
    folder = tmp_path / "killed"
    for kills in range(times):
        running = searches.start(folder, **options)
        assert until(lambda goal=2 * kills + 1: ended(folder) >= goal)
        os.killpg(running.pid, signal.SIGKILL)
    last = searches.start(folder, **options)
    assert until((folder / "records.json").exists)
    last.wait(5)
    killed = json.loads((folder / "records.json").read_text())
    reference = search(tmp_path / "whole", **options)
    same = ("number", "values", "state", "figures", "reason")
    expected = [record.to_dict() for record in reference.records]
    assert [[record[key] for key in same] for record in killed] == [
        [record[key] for key in same] for record in expected
    ]
    starts = len([*(folder / "marks").iterdir()])
    assert trials <= starts <= trials + times  # only what was interrupted is repeated


def test_a_killed_worker_is_replaced_and_its_trial_repeated(tmp_path: Path) -> None:
    def kill() -> None:
        [trial] = until(lambda: begun(tmp_path, 2))
        worker = [
            process
            for process in processes_of(tmp_path)
            if "planted_worker" in " ".join(process.cmdline())
        ]
        worker[0].kill()
        killed.append(trial)

    killed: list[int] = []
    thread = threading.Thread(target=kill)
    thread.start()
    plan = {"others": "slowly"}
    board = search(tmp_path, plan=plan, trials=5)
    thread.join()
    assert killed
    assert [record.state for record in board.records] == ["done"] * 5
    assert len(begun(tmp_path, 2)) == 2
    assert not is_alive(killed[0])


def test_two_workers_try_the_same_set(tmp_path: Path) -> None:
    plan = {"others": "slowly"}
    single = search(tmp_path / "one", plan=plan, trials=8)
    two = search(tmp_path / "two", plan=plan, trials=8, workers=2)
    assert outcomes(two) == outcomes(single)
    names = {record.worker.rpartition("-")[0] for record in two.records}
    assert {name.rpartition("/")[2] for name in names} == {"1", "2"}


def test_workers_that_cannot_work_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"4 worker processes .*planted: this worker cannot"):
        search(tmp_path, broken=True)


def test_five_failures_at_the_start_end_the_search(tmp_path: Path) -> None:
    with pytest.raises(
        TrainingError, match=r"as the first 5 trials failed: .* planted\."
    ) as caught:
        search(tmp_path, plan={"others": "raises"}, trials=9)
    assert str(tmp_path / "work") in str(caught.value)
    assert not begun(tmp_path, 6)


def test_an_interrupted_search_goes_on(tmp_path: Path, searches: Searches) -> None:
    options = {"plan": {"2": "hangs"}, "trials": 4}
    running = searches.start(tmp_path, **options)
    [trial] = until(lambda: begun(tmp_path, 2))
    running.send_signal(signal.SIGINT)
    assert until((tmp_path / "error").exists)
    running.wait(5)
    assert (tmp_path / "error").read_text().startswith("KeyboardInterrupt")
    assert not is_alive(trial)
    assert states(tmp_path) == ["done", "done", "interrupted"]
    board = search(tmp_path, trials=4)
    assert [record.state for record in board.records] == ["done"] * 4
    assert len(begun(tmp_path, 1)) == 1


def test_a_full_disk_burns_no_trial(tmp_path: Path) -> None:
    words = r"^Trial 1 found the disk full: Could not write the checkpoint\. .* the same command"
    with pytest.raises(TrainingError, match=words):
        search(tmp_path, plan={"1": "full_disk"}, trials=3)
    assert states(tmp_path) == ["done", "interrupted"]
    board = search(tmp_path, trials=3)
    assert [record.state for record in board.records] == ["done"] * 3
    assert [len(begun(tmp_path, number)) for number in range(3)] == [1, 2, 1]


def test_a_machine_with_a_full_disk_leaves_the_search_to_others(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    refused = []

    def work() -> None:
        try:
            workers(tmp_path / "full", plan={"others": "full_disk"}, chief=address)
        except TrainingError as error:
            refused.append(str(error))
        workers(tmp_path / "w", chief=address)

    thread = threading.Thread(target=work)
    thread.start()
    board = search(tmp_path / "chief", trials=2, role="chief", chief=address)
    thread.join(10)
    assert refused[0].startswith("Trial 0 found the disk full")
    assert [record.state for record in board.records] == ["done"] * 2


def test_a_disk_that_the_search_itself_cannot_write_to_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "leaderboard.csv").mkdir()
    with pytest.raises(TrainingError, match=r"Could not write .*leaderboard\.csv of the search"):
        search(tmp_path, trials=2)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/work").touch()
    with pytest.raises(TrainingError, match=r"Could not write .*elsewhere/work"):
        search(tmp_path / "elsewhere", trials=2)


def test_chief_and_workers_of_two_machines(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    tries: dict[str, int] = {}

    def work(name: str) -> None:
        tries[name] = workers(tmp_path / name, plan={"others": "slowly"}, chief=address)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    board = search(tmp_path / "chief", trials=8, role="chief", chief=address)
    for thread in threads:
        thread.join(10)
    assert [record.state for record in board.records] == ["done"] * 8
    assert sum(tries.values()) == 8
    assert min(tries.values()) >= 1
    assert not [*(tmp_path / "chief/marks").iterdir()]  # the chief tries none itself


def test_a_worker_with_other_settings_is_refused(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    refused = []

    def work() -> None:
        try:
            workers(tmp_path / "w", settings={**SETTINGS, "fingerprint": "xyz"}, chief=address)
        except ConfigError as error:
            refused.append(str(error))
        workers(tmp_path / "w", chief=address)

    thread = threading.Thread(target=work)
    thread.start()
    search(tmp_path / "chief", trials=2, role="chief", chief=address)
    thread.join(10)
    assert "fingerprint is abc for the chief, xyz for the worker" in refused[0]


def test_a_chief_without_workers_says_so(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(TrainingError, match=f"No worker has called the chief at {address}"):
        search(tmp_path, role="chief", chief=address, patience_minutes=0.02)


def test_workers_without_a_chief_say_so(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(TrainingError, match=re.escape(f"chief at {address} has not answered")):
        workers(tmp_path, chief=address, patience_minutes=0.02)


@pytest.mark.slow
def test_workers_notice_a_chief_that_vanishes(tmp_path: Path, searches: Searches) -> None:
    address = f"127.0.0.1:{free_port()}"
    chief = searches.start(tmp_path / "chief", role="chief", chief=address)

    def kill() -> None:
        until(lambda: begun(tmp_path, 1))
        os.killpg(chief.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(TrainingError, match="has not answered"):
        workers(tmp_path, plan={"1": "hangs"}, chief=address, patience_minutes=0.03)
    thread.join()


def test_workers_go_on_with_a_chief_that_comes_back(tmp_path: Path, searches: Searches) -> None:
    address = f"127.0.0.1:{free_port()}"
    options = {"role": "chief", "chief": address, "trials": 6}
    chief = searches.start(tmp_path / "chief", **options)

    def kill() -> None:
        until(lambda: ended(tmp_path / "chief") >= 2)
        os.killpg(chief.pid, signal.SIGKILL)
        searches.start(tmp_path / "chief", **options)

    thread = threading.Thread(target=kill)
    thread.start()
    workers(tmp_path, plan={"others": "slowly"}, chief=address)
    thread.join()
    assert until((tmp_path / "chief/records.json").exists)
    assert ended(tmp_path / "chief") == 6


def test_more_workers_than_cores(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"TuneConfig\.workers is 1000, but there are"):
        search(tmp_path, workers=1000, worker_cores=None)
