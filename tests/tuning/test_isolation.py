"""Trials in real processes that misbehave in every way we know."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from kerasapps.tuning.isolation import (
    Isolation,
    Limits,
    NoSpaceError,
    TrialCancelledError,
    _outcome,
    _Watched,
    resident_memory,
)
from kerasapps.tuning.trial import Outcome, Report, TellEpoch, TrialJob
from tests.tuning.planted_trials import planted
from tests.tuning.processes import is_alive

VALUES = {"learning_rate": 0.1, "width": 4}


def run(
    behaviour: str,
    folder: Path,
    *,
    limits: Limits = Limits(),
    report: TellEpoch = lambda epoch, figures: True,
    isolation: Isolation | None = None,
) -> Outcome:
    job = TrialJob(0, VALUES, folder)
    function = functools.partial(planted, {"0": behaviour}, str(folder))
    return (isolation or Isolation(limits=limits)).run(function, job, report)


@pytest.fixture(autouse=True)
def no_process_stays(tmp_path: Path) -> Iterator[None]:
    yield
    marks = [*tmp_path.glob("0-*")]
    pids = [int(mark.name.partition("-")[2]) for mark in marks]
    with contextlib.suppress(FileNotFoundError):
        pids.append(int((tmp_path / "child").read_text()))
    assert pids
    assert not [pid for pid in pids if is_alive(pid)]


def test_figures_and_epochs_come_back(tmp_path: Path) -> None:
    seen = []

    def report(epoch: int, figures: object) -> bool:
        seen.append((epoch, figures))
        return True

    outcome = run("train", tmp_path, report=report)
    assert outcome.state == "done"
    assert outcome.figures == pytest.approx(
        {"val_accuracy": 0.94 * 0.75, "val_loss": 0.5, "epochs": 2}
    )
    assert [epoch for epoch, _ in seen] == [1, 2]
    assert seen[0][1] == pytest.approx({"val_accuracy": 0.47, "val_loss": 1.0})
    assert 0 < outcome.seconds < 5


def test_a_trial_that_is_told_to_stop_keeps_its_figures(tmp_path: Path) -> None:
    outcome = run("train", tmp_path, report=lambda epoch, figures: False)
    assert outcome.state == "stopped"
    assert outcome.figures["epochs"] == 1
    assert outcome.reason == "ended early after epoch 1"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("raises", "ValueError: planted"),
        ("quits", "SystemExit: had enough"),
        ("exits", "its process ended with status 3: last words"),
        ("killed", "killed, most likely because the machine ran out of memory"),
        ("no_figures", "TypeError: the trial returned None, not figures by name"),
        ("leaves_a_child", "its process ended with status 3"),
    ],
)
def test_whatever_happens_is_one_reason(behaviour: str, reason: str, tmp_path: Path) -> None:
    outcome = run(behaviour, tmp_path)
    assert outcome.state == "failed"
    assert not outcome.figures
    assert outcome.reason.startswith(reason)
    assert "\n" not in outcome.reason


def test_a_trial_that_hangs_ends_with_all_that_it_started(tmp_path: Path) -> None:
    limits = Limits(seconds=1.2)
    outcome = run("hangs_with_a_child", tmp_path, limits=limits)
    assert outcome.state == "failed"
    assert outcome.reason == "took longer than 0.02 minutes (trial_minutes)"
    assert outcome.seconds < 4
    assert (tmp_path / "child").exists()


def test_a_trial_that_takes_too_much_memory(tmp_path: Path) -> None:
    outcome = run("eats", tmp_path, limits=Limits(seconds=60, memory_mb=256))
    assert outcome.state == "failed"
    assert "more than 256 (trial_memory_mb)" in outcome.reason


def test_a_full_disk_is_no_failure_of_the_trial(tmp_path: Path) -> None:
    words = r"Trial 0 found the disk full: Could not write the checkpoint\. Where it works, "
    with pytest.raises(NoSpaceError, match=rf"{words}{tmp_path}, [\d,]+ MB are free.*same command"):
        run("full_disk", tmp_path)
    assert "Traceback" in (tmp_path / "trial.log").read_text()
    assert run("train", tmp_path).state == "done"


@pytest.mark.parametrize(("free", "full"), [(63, True), (65, False)])
def test_a_bus_error_may_be_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, full: bool
) -> None:
    monkeypatch.setattr("kerasapps.tuning.isolation.free_disk_bytes", lambda folder: free * 2**20)
    if full:
        with pytest.raises(NoSpaceError, match="ended by SIGBUS"):
            run("mapped_on_a_full_disk", tmp_path)
    else:
        assert run("mapped_on_a_full_disk", tmp_path).reason == "its process was ended by SIGBUS"


def test_a_log_that_cannot_be_made_is_one_reason(tmp_path: Path) -> None:
    (tmp_path / "trial.log").mkdir()
    (tmp_path / "0-0").touch()
    outcome = run("train", tmp_path)
    assert (outcome.state, outcome.reason[:18]) == ("failed", "IsADirectoryError:")


def test_memory_counts_all_that_a_process_started(tmp_path: Path) -> None:
    holds = "held = bytearray(b'x' * 150_000_000); print('ready', flush=True); input()"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {holds!r}])"
    alone = resident_memory(os.getpid())
    child = subprocess.Popen(
        [sys.executable, "-c", starts], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    (tmp_path / "child").write_text(str(child.pid))
    assert child.stdout is not None
    child.stdout.readline()
    try:
        (holder,) = psutil.Process(child.pid).children()
        assert resident_memory(holder.pid) > 140_000_000
        assert resident_memory(child.pid) > 140_000_000  # what a child started counts too
        assert resident_memory(os.getpid()) - alone > 140_000_000
    finally:
        child.communicate(b"\n")
    assert resident_memory(child.pid) == 0  # gone


def test_a_trial_whose_child_takes_too_much_memory_ends_with_it(tmp_path: Path) -> None:
    outcome = run("eats_by_a_child", tmp_path, limits=Limits(seconds=60, memory_mb=256))
    assert outcome.state == "failed"
    assert "more than 256 (trial_memory_mb)" in outcome.reason


class Ended:
    """A process that has ended, with a status; a negative one is a signal's."""

    def __init__(self, exitcode: int | None) -> None:
        self.exitcode, self.pid = exitcode, 2**22 + 1

    def join(self, timeout: float) -> None: ...


@pytest.mark.parametrize(
    ("status", "held", "words"),
    [
        (None, 0, "closed its connection to the worker"),
        (0, 0, "its process ended with status 0: last"),
        (3, 0, "its process ended with status 3: last"),
        (-9, 0, "killed, most likely because the machine ran out of memory"),
        (
            -9,
            1500 * 2**20,
            "killed, most likely because the machine ran out of memory; it last held 1,500 MiB",
        ),
        (-11, 0, "its process was ended by SIGSEGV: last"),
    ],
)
def test_how_a_process_ended(tmp_path: Path, status: int | None, held: int, words: str) -> None:
    (tmp_path / "0-0").touch()
    (tmp_path / "trial.log").write_text("first\nlast\n")
    nothing: Any = None
    watched = _Watched(Ended(status), nothing, Limits())
    watched._memory = held
    assert watched.how_it_ended(TrialJob(0, VALUES, tmp_path)) == words


@pytest.mark.parametrize("forks", [True, False])
def test_where_processes_can_be_forked_heavy_modules_are_imported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    (tmp_path / "0-0").touch()
    loaded: list[Any] = []
    context = SimpleNamespace(set_forkserver_preload=loaded.append)
    methods = ["spawn", "forkserver"] if forks else ["spawn"]
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: methods)
    monkeypatch.setattr(
        "multiprocessing.get_context", lambda kind: (loaded.append(kind), context)[1]
    )
    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", lambda: loaded.append("warm"))
    Isolation(preload=("a", "b")).warm_up()
    expected = ["forkserver", ["kerasapps.tuning.trial_process", "a", "b"], "warm"]
    assert loaded == (expected if forks else ["spawn"])


def test_limits_are_what_a_trial_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0-0").touch()
    now, held = 100.0, 10 * 2**20
    nothing: Any = None
    monkeypatch.setattr("kerasapps.tuning.isolation.time.monotonic", lambda: now)
    monkeypatch.setattr("kerasapps.tuning.isolation.resident_memory", lambda pid: held)
    watched = _Watched(Ended(-9), nothing, Limits(seconds=90, memory_mb=10))
    now = 190.0
    assert watched.seconds == 90 and watched.excess() == ""
    held = 0  # it has just ended: what it held is known all the same
    assert watched.excess() == ""
    assert watched.how_it_ended(TrialJob(0, VALUES, tmp_path)).endswith("; it last held 10 MiB")
    held = 2048 * 2**20
    assert watched.excess() == "took 2,048 MiB of memory, more than 10 (trial_memory_mb)"
    now = 190.5
    assert watched.excess() == "took longer than 1.5 minutes (trial_minutes)"
    assert _Watched(Ended(-9), nothing, Limits()).excess() == ""


class Child(Ended):
    """A process that waits to be ended; keeps in which order it is dealt with."""

    def __init__(self) -> None:
        super().__init__(0)
        self.done: list[Any] = []
        self.sentinel, self.alive = os.pipe()

    def join(self, timeout: float | None = None) -> None:
        self.done.append(("join", timeout))

    def close(self) -> None:
        self.done.append("close")
        os.close(self.sentinel)


def test_messages_come_before_the_news_of_an_end_and_a_result_lets_it_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0-0").touch()
    monkeypatch.setattr("kerasapps.tuning.isolation._TICK", 0.01)
    for result in (("done", {}), ("failed", "why"), ("no space", "why"), ("gone",)):
        child, (ours, theirs) = Child(), multiprocessing.Pipe()
        monkeypatch.setattr("kerasapps.tuning.isolation.end_tree", child.done.append)
        watched = _Watched(child, ours, Limits())
        assert watched.next_message() is None
        theirs.send(("epoch", 1, {}, False))
        assert watched.next_message() == ("epoch", 1, {}, False)
        watched.answer(True)
        assert theirs.recv() is True
        if result != ("gone",):
            theirs.send(result)
        os.close(child.alive)
        assert watched.next_message() == result
        theirs.close()
        watched.answer(False)  # nobody listens
        watched.end()
        ended = [child.pid, ("join", None), "close"]
        assert child.done == ([("join", 5.0), *ended] if result != ("gone",) else ended)
        ours.close()


def test_a_trial_that_has_said_nothing_is_ended_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0-0").touch()
    child = Child()
    pipe: Any = None
    monkeypatch.setattr("kerasapps.tuning.isolation.end_tree", child.done.append)
    _Watched(child, pipe, Limits()).end()
    assert child.done == [child.pid, ("join", None), "close"]
    os.close(child.alive)


def test_whatever_a_trial_said_is_its_outcome(tmp_path: Path) -> None:
    (tmp_path / "0-0").touch()
    assert _outcome("failed", "why", 3, 1.5) == Outcome("failed", reason="why", seconds=1.5)
    assert _outcome("done", {"a": 1.0}, 0, 1.5) == Outcome("done", {"a": 1.0}, "", 1.5)
    stopped = Outcome("stopped", {"a": 1.0}, "ended early after epoch 3", 1.5)
    assert _outcome("done", {"a": 1.0}, 3, 1.5) == stopped


def test_what_it_prints_is_in_its_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("prints", tmp_path).state == "done"
    log = (tmp_path / "trial.log").read_text()
    assert all(words in log for words in ("to stdout", "to stderr", "from a child"))
    assert capfd.readouterr() == ("", "")


def test_the_traceback_is_in_its_log(tmp_path: Path) -> None:
    run("raises", tmp_path)
    log = (tmp_path / "trial.log").read_text()
    assert "Traceback" in log
    assert "in raises" in log


def test_an_error_of_the_report_ends_the_trial(tmp_path: Path) -> None:
    def report(epoch: int, figures: object) -> bool:
        raise ConnectionError("the chief is gone")

    with pytest.raises(ConnectionError):
        run("train", tmp_path, report=report)


@pytest.mark.parametrize("end", ["cancel", "abandon"])
def test_a_trial_can_be_ended_and_the_next_one_runs(end: str, tmp_path: Path) -> None:
    isolation = Isolation()

    def act() -> None:
        while not [*tmp_path.glob("0-*")]:
            time.sleep(0.01)
        getattr(isolation, end)()

    thread = threading.Thread(target=act)
    thread.start()
    with pytest.raises(TrialCancelledError):  # no outcome: it has not failed
        run("hangs", tmp_path, isolation=isolation)
    thread.join()
    assert run("train", tmp_path, isolation=isolation).state == "done"


def test_only_its_worker_ends_a_trial(tmp_path: Path) -> None:
    assert run("terminated", tmp_path).state == "done"


def test_a_function_that_cannot_be_read_over_there_is_a_failed_trial(tmp_path: Path) -> None:
    job = TrialJob(0, VALUES, tmp_path)
    (tmp_path / "0-0").touch()
    outcome = Isolation().run(Unreadable(), job, lambda epoch, figures: True)
    assert outcome.state == "failed"
    assert outcome.reason == "ImportError: no such thing here"


def test_nothing_is_stopped_by_a_verdict_on_the_last_epoch(tmp_path: Path) -> None:
    outcome = run("to_the_end", tmp_path, report=lambda epoch, figures: False)
    assert outcome.state == "done" and outcome.reason == ""


class Unreadable:
    """Pickles well, and cannot be loaded."""

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return _refuse, ()

    def __call__(self, job: TrialJob, report: Report) -> dict[str, float]:
        return {}


def _refuse() -> None:
    raise ImportError("no such thing here")
