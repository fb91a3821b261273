"""What a worker does between its first hello and the end of the search."""

from __future__ import annotations

import errno
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.errors import TrainingError
from kerasapps.tuning import labour
from kerasapps.tuning.client import GivenTrial, NotYoursError
from kerasapps.tuning.crew import HOPELESS, Orders
from kerasapps.tuning.isolation import Limits, NoSpaceError, TrialCancelledError
from kerasapps.tuning.trial import Outcome, TrialJob
from kerasapps.tuning.trust import PROOF_VARIABLE, Trust

DONE = Outcome("done", {"val_accuracy": 0.5})


def given(number: int, *, epochs: int | None = None, resume: int | None = None) -> GivenTrial:
    return GivenTrial(None, number, {"width": number}, epochs, resume)


def in_background() -> bool:
    """Whether the process may end before this thread does."""
    return threading.current_thread().daemon


class Planted:
    """A chief's client, and what runs the trials: both do as they are told, and tell."""

    def __init__(self, *trials: GivenTrial | Exception, ends: Any = DONE) -> None:
        self.trials, self.ends = list(trials), ends
        self.told: list[Any] = []
        self.jobs: list[TrialJob] = []
        self.beats = 0
        self.closed = self.beats_behind = False

    def hello(self, settings: Any) -> None:
        self.told.append(("hello", settings))

    def next_trial(self) -> GivenTrial | None:
        if not self.trials:
            return None
        trial = self.trials.pop(0)
        if isinstance(trial, Exception):
            raise trial
        return trial

    def run(self, function: Any, job: TrialJob, report: Callable[..., bool]) -> Outcome:
        assert function is RUN and job.folder.is_dir() and not list(job.folder.iterdir())
        self.jobs.append(job)
        assert report(1, {"loss": 0.5})
        if isinstance(self.ends, Exception):
            raise self.ends
        (job.folder / "left").touch()
        outcome: Outcome = self.ends
        return outcome

    def report_epoch(self, trial: GivenTrial, epoch: int, figures: Any) -> bool:
        self.told.append(("epoch", trial.number, epoch, figures))
        return True

    def end(self, trial: GivenTrial, outcome: Outcome) -> None:
        self.told.append(("end", trial.number, outcome))

    def leave(self) -> None:
        self.told.append("left")

    def beat(self) -> None:
        self.beats += 1
        self.beats_behind = in_background()
        if self.beats > 1:
            raise NotYoursError("given up")

    def cancel(self) -> None:
        self.told.append("cancelled")

    def close(self) -> None:
        self.closed = True

    def warm_up(self) -> None:
        self.told.append("warmed")


def RUN(job: TrialJob, report: Any) -> dict[str, float]:  # noqa: N802
    raise AssertionError("the isolation runs it")


def worker(folder: Path, planted: Any) -> Any:
    orders = Orders(
        chief="host:1",
        worker="w",
        settings={"run": "r"},
        tls=[],
        trials=str(folder / "trials"),
        tally=str(folder / "tally"),
        cores=[0],
        patience=1.0,
        trial_minutes=None,
        trial_memory_mb=None,
    )
    return labour._Worker(orders, planted, planted, RUN)


HELLO = ("hello", {"run": "r"})


def test_trial_after_trial_until_there_is_none(tmp_path: Path) -> None:
    planted = Planted(given(0), given(1, epochs=3, resume=0), given(2, resume=9), given(0))
    worker(tmp_path, planted).work()
    trials = tmp_path / "trials"
    assert planted.jobs == [
        TrialJob(0, {"width": 0}, trials / "0", None, None),
        TrialJob(1, {"width": 1}, trials / "1", 3, trials / "0"),
        TrialJob(2, {"width": 2}, trials / "2", None, None),  # trial 9 was another machine's
        TrialJob(0, {"width": 0}, trials / "0", None, None),  # again, from an empty folder
    ]
    assert planted.told[:3] == [HELLO, ("epoch", 0, 1, {"loss": 0.5}), ("end", 0, DONE)]
    assert planted.told.count(HELLO) == 1
    assert (tmp_path / "tally").read_text() == "4"


@pytest.mark.parametrize("trouble", [NotYoursError("by now"), TrialCancelledError()])
def test_one_that_was_given_up_says_hello_again(tmp_path: Path, trouble: Exception) -> None:
    planted = Planted(trouble, given(1))
    worker(tmp_path, planted).work()
    assert planted.told[:2] == [HELLO, HELLO] and planted.told[-1] == ("end", 1, DONE)
    assert (tmp_path / "tally").read_text() == "1"


def test_one_without_room_gives_its_trial_back(tmp_path: Path) -> None:
    planted = Planted(given(0), ends=NoSpaceError("the disk is full"))
    with pytest.raises(NoSpaceError, match="the disk is full"):
        worker(tmp_path, planted).work()
    assert planted.told[-1] == "left" and not (tmp_path / "tally").exists()


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, NoSpaceError), (errno.EACCES, PermissionError)]
)
def test_a_folder_that_cannot_be_made_is_no_failure_of_the_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def full(self: Path, **options: Any) -> None:
        raise OSError(number, "planted")

    monkeypatch.setattr(Path, "mkdir", full)
    planted = Planted(given(5))
    with pytest.raises(kind, match="planted"):
        worker(tmp_path, planted).work()
    assert (planted.told[-1] == "left") == (kind is NoSpaceError) and not planted.jobs


def test_a_trial_that_nobody_wants_any_more_is_ended_by_the_beat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labour, "BEAT_SECONDS", 0.01)
    planted = Planted()
    with worker(tmp_path, planted)._beating():
        while "cancelled" not in planted.told:
            pass
    beats = planted.beats
    assert planted.beats_behind
    assert beats >= 2 and planted.beats == beats  # the thread has ended with the block


def test_last_words_are_one_line_and_the_status_says_that_it_is_hopeless(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        labour._leave(str(TrainingError("no chief\nthere")))
    assert ended.value.code == HOPELESS
    assert len(words := capsys.readouterr().err.splitlines()) == 1
    assert words[0].startswith("no chief") and words[0].endswith("there")


def test_the_last_words_are_its_own_as_the_beat_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labour, "BEAT_SECONDS", 0.01)
    beating, closed = threading.Event(), threading.Event()

    class Slow(Planted):
        def beat(self) -> None:
            beating.set()
            closed.wait(10)
            time.sleep(0.1)

        def close(self) -> None:
            closed.set()

    before = threading.active_count()
    with worker(tmp_path, Slow())._beating():
        assert beating.wait(10)
    assert closed.is_set() and threading.active_count() == before


def hire(
    folder: Path, monkeypatch: pytest.MonkeyPatch, planted: Planted, minutes: float | None = 0.5
) -> dict[str, Any]:
    """What the parts of a worker are told, as it lives from begin to end."""
    told: dict[str, Any] = {"watched": queue.Queue()}

    def client(chief: str, *, worker: str, patience: float, trust: Trust) -> Planted:
        told["client"] = chief, worker, patience, trust
        return planted

    def isolation(*, preload: list[str], limits: Limits) -> Planted:
        told["isolation"] = preload, limits
        return planted

    monkeypatch.setenv(PROOF_VARIABLE, "proof")
    for name, part in {
        "ChiefClient": client,
        "Isolation": isolation,
        "take_cores": lambda cores: told.update(cores=cores),
        "_die_with_crew": lambda pid: told["watched"].put((pid, in_background())),
    }.items():
        monkeypatch.setattr(labour, name, part)
    orders = Orders(
        chief="host:1",
        worker="w",
        settings={"run": "r"},
        tls=["certificate", "key", None],
        trials=str(folder / "trials"),
        tally=str(folder / "tally"),
        cores=[2, 3],
        patience=7.0,
        trial_minutes=minutes,
        trial_memory_mb=512,
    )
    labour.labour(orders, RUN, ["numpy"])
    return told


def test_a_worker_does_as_its_orders_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = Planted(given(0))
    told = hire(tmp_path, monkeypatch, planted)
    assert told["client"] == ("host:1", "w", 7.0, Trust("proof", "certificate", "key", None))
    assert told["isolation"] == (["numpy"], Limits(30.0, 512)) and told["cores"] == [2, 3]
    assert PROOF_VARIABLE not in os.environ  # which trials inherit
    assert told["watched"].get(timeout=10) == (planted, True)  # ended with the crew
    assert planted.told[0] == "warmed" and planted.told[-1] == ("end", 0, DONE)
    assert planted.closed
    assert hire(tmp_path, monkeypatch, Planted(), None)["isolation"][1] == Limits(None, 512)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TrainingError("no chief there"), "no chief there"),
        (
            OSError(errno.ENOSPC, "planted"),
            "The disk is full: [Errno 28] planted. Make room in FOLDER, and the same command goes "
            "on from here.",
        ),
        (OSError(errno.EACCES, "planted"), None),
    ],
)
def test_a_worker_without_hope_says_why_and_any_other_error_is_its_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    words: str | None,
) -> None:
    planted = Planted(error)
    with pytest.raises(type(error) if words is None else SystemExit) as ended:
        hire(tmp_path, monkeypatch, planted)
    said = capsys.readouterr().err.strip()
    if isinstance(ended.value, SystemExit):
        assert words is not None and said == words.replace("FOLDER", str(tmp_path / "trials"))
        assert ended.value.code == HOPELESS
    else:
        assert said == "" and ended.value is error
    assert planted.closed


def test_a_worker_that_is_refused_hangs_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stranger(Planted):
        def hello(self, settings: Any) -> None:
            raise TrainingError("of another search")

    planted = Stranger(given(0))
    with pytest.raises(SystemExit):
        hire(tmp_path, monkeypatch, planted)
    assert planted.closed and not planted.jobs


def test_a_worker_ends_with_whoever_holds_its_pipe() -> None:
    program = """
import threading, time
from kerasapps.tuning.labour import _die_with_crew

class Planted:
    def abandon(self):
        print("abandoned", flush=True)

threading.Thread(target=_die_with_crew, args=(Planted(),), daemon=True).start()
time.sleep(600)
"""
    command = [sys.executable, "-c", program]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write("what comes through it is of no account\n")
    process.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    assert process.communicate(timeout=60)[0] == "abandoned\n"
    assert process.returncode == 1
