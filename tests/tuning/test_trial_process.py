"""What a trial's process says of itself: figures, reasons, last words."""

from __future__ import annotations

import errno
import io
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import TrainingError
from kerasapps.tuning import trial_process
from kerasapps.tuning.trial_process import as_figures, in_one_line, last_words
from tests.tuning.processes import is_alive


def test_figures_are_plain_floats() -> None:
    figures = as_figures({"loss": np.float32(0.5), "epochs": 3})
    assert figures == {"loss": 0.5, "epochs": 3.0}
    assert {type(value) for value in figures.values()} == {float}
    with pytest.raises(TypeError, match=r"the trial returned \[1\], not figures by name"):
        as_figures([1])
    with pytest.raises(TypeError, match="the trial's loss is 'low', which is no number"):
        as_figures({"loss": "low"})


def test_a_reason_is_one_line() -> None:
    assert in_one_line(ValueError("\n  planted \nmore")) == "ValueError: planted"
    assert in_one_line(TrainingError("planted")) == "planted"
    assert in_one_line(KeyboardInterrupt()) == "KeyboardInterrupt"
    assert in_one_line(TrainingError("")) == "TrainingError"
    assert in_one_line(TrainingError("x" * 900)) == "x" * 300
    assert in_one_line(TrainingError("x" * 900), most=500) == "x" * 500
    assert "\x1b" not in in_one_line(TrainingError("a\x1b[2Jb"))


def test_last_words_are_the_last_line_that_says_anything(tmp_path: Path) -> None:
    log = tmp_path / "trial.log"
    assert last_words(log) == ""
    log.write_text("")
    assert last_words(log) == ""
    log.write_text("first\nlast words \n \n")
    assert last_words(log) == ": last words"
    log.write_text("x" * 9000)
    assert last_words(log) == ": " + "x" * 300
    assert last_words(log, most=5000) == ": " + "x" * 4096  # no more is read
    log.write_bytes(b"\xff\xfe evil \x1b[2J\n")
    assert "\x1b" not in last_words(log)


def test_all_that_is_printed_goes_to_the_log_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    program = """
import os, sys
from kerasapps.tuning.trial_process import _write_to
print("before", end="")
_write_to(sys.argv[1])
print("a line \\udcff")
print("to the error", file=sys.stderr)
os.write(1, b"from below\\n")
os._exit(0)  # nothing is flushed any more
"""
    log = tmp_path / "trial.log"
    log.write_text("kept\n")
    command = [sys.executable, "-c", program, str(log)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("before", "")
    assert log.read_text().splitlines() == [
        "kept", "a line \\udcff", "to the error", "from below",
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "setsid"), reason="needs process groups")
def test_a_trial_dies_with_its_worker_and_takes_along_what_it_started(tmp_path: Path) -> None:
    (tmp_path / "worker.py").write_text(
        """
import multiprocessing, os, subprocess, sys, threading, time
from kerasapps.tuning import trial_process

def trial(path):
    trial_process._stand_alone()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open(path + ".partial", "w") as file:
        adj = open("/proc/self/oom_score_adj").read() if os.path.exists("/proc/self") else 1000
        daemons = [each.daemon for each in threading.enumerate()[1:]]
        file.write(f"{os.getpid()} {child.pid} {os.getpgid(0)} {adj} {int(all(daemons))}")
    os.rename(path + ".partial", path)
    time.sleep(600)

multiprocessing.get_context("fork").Process(target=trial, args=(sys.argv[1],)).start()
time.sleep(600)
"""
    )
    told = tmp_path / "told"
    worker = subprocess.Popen([sys.executable, str(tmp_path / "worker.py"), str(told)])
    while not told.exists():
        assert worker.poll() is None
        time.sleep(0.01)
    trial, child, group, adjusted, background = map(int, told.read_text().split())
    assert group == trial and background
    assert adjusted == 1000  # the first to go when memory is short
    os.kill(trial, signal.SIGTERM)  # as a scheduler does: only its worker ends it
    time.sleep(0.1)
    assert is_alive(trial) and is_alive(child)
    worker.kill()
    worker.wait()
    give_up = time.monotonic() + 20
    while (is_alive(trial) or is_alive(child)) and time.monotonic() < give_up:
        time.sleep(0.01)
    assert not is_alive(trial) and not is_alive(child)


@pytest.mark.parametrize("groups", [True, False])
def test_where_there_are_no_process_groups_a_trial_ends_alone(
    monkeypatch: pytest.MonkeyPatch, groups: bool
) -> None:
    told: list[Any] = []

    def refused(path: str) -> Path:
        raise PermissionError(path)

    monkeypatch.setattr(trial_process, "Path", refused)
    monkeypatch.setattr(trial_process.signal, "signal", lambda *arguments: told.append(arguments))
    parent = SimpleNamespace(sentinel=7)
    monkeypatch.setattr(trial_process.multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(trial_process.connection, "wait", told.append)
    monkeypatch.setattr(os, "_exit", told.append)
    for name in ("setsid", "killpg"):
        if groups:
            monkeypatch.setattr(
                os, name, lambda *arguments, name=name: told.append((name, *arguments))
            )
        else:
            monkeypatch.delattr(os, name)
    trial_process._die_with_worker()
    assert told == [[7], *([("killpg", 0, signal.SIGKILL)] if groups else []), 1]
    told.clear()
    monkeypatch.setattr(trial_process, "_die_with_worker", lambda: None)
    trial_process._stand_alone()
    assert told == [*([("setsid",)] if groups else []), (signal.SIGTERM, signal.SIG_IGN)]


class Pipe:
    """The worker's end: keeps what is sent, and says to go on."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, message: Any) -> None:
        self.sent.append(message)

    def recv(self) -> bool:
        return True


def lives(job: str, report: Any) -> Any:
    """What a trial does that is named so."""
    if job == "trains":
        assert report(1, {"loss": 1}) and report(2, {"loss": 0.5}, final=True)
        return {"loss": 0.5}
    if job == "fills the disk":
        raise OSError(errno.ENOSPC, "x" * 2000)
    if job == "quits":
        sys.exit("had enough")
    raise ValueError("planted")


@pytest.mark.parametrize(
    ("job", "sent"),
    [
        (
            "trains",
            [
                ("epoch", 1, {"loss": 1.0}, False),
                ("epoch", 2, {"loss": 0.5}, True),
                ("done", {"loss": 0.5}),
            ],
        ),
        ("raises", [("failed", "ValueError: planted")]),
        ("quits", [("failed", "SystemExit: had enough")]),
        ("fills the disk", [("no space", f"OSError: [Errno 28] {'x' * 2000}"[:1200])]),
    ],
)
def test_the_life_of_a_trial(
    job: str, sent: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    began: list[str] = []
    monkeypatch.setattr(trial_process, "_stand_alone", lambda: began.append("alone"))
    monkeypatch.setattr(trial_process, "_write_to", began.append)

    class Full(io.StringIO):
        """A log on a full disk, which is no reason to be silent."""

        def flush(self) -> None:
            began.append(f"flushed before {len(pipe.sent)}")
            raise OSError(errno.ENOSPC, "planted")

    pipe: Any = Pipe()
    monkeypatch.setattr(sys, "stdout", Full())
    trial_process.trial_main(pickle.dumps((lives, job)), pipe, "a.log")
    assert began == ["alone", "a.log", f"flushed before {len(sent) - 1}"] and pipe.sent == sent
    assert ("Traceback" in capsys.readouterr().err) == (job != "trains")
