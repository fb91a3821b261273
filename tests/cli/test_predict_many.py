"""`kerasapps predict --csv` of many inputs, by several processes, which end in any way."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A list that names a tiny picture very often, and once one that is not there."""
    picture = tmp_path / "digit.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)).save(picture)
    (tmp_path / "list.txt").write_text(f"{picture}\n" * 39_999 + "none.png\n")
    return tmp_path / "list.txt"


def test_a_few_of_a_list(many: Path, run_here: Callable[..., Any], tmp_path: Path) -> None:
    lines = many.read_text().splitlines()
    (tmp_path / "few.txt").write_text("\n".join(lines[-3:]))
    typed = ("predict", BUNDLE, f"@{tmp_path}/few.txt", "--csv", tmp_path / "a.csv")
    ended = run_here(*typed)
    assert (ended.returncode, ended.stdout) == (1, f"3 rows in {tmp_path}/a.csv\n")
    assert ended.stderr.splitlines()[-1].startswith(f"error: {tmp_path}/none.png: no such file")
    shown = json.loads(run_here(*typed, "--jobs", "1", "--json").stdout)
    assert (shown["rows"], shown["failed"], len(shown["errors"])) == (3, 1, 1)
    ended = run_here("predict", BUNDLE, "a.png", "--jobs", "2")
    assert ended.returncode == 2 and "--jobs is for a table of many answers: give" in ended.stderr
    ended = run_here(*typed, "--jobs", "0")
    assert ended.returncode == 2 and "--jobs must be from 1 to 256, got 0" in ended.stderr


@pytest.mark.slow
def test_what_is_killed_goes_on(many: Path, tmp_path: Path) -> None:
    whole, target = tmp_path / "whole.csv", tmp_path / "a.csv"

    def begun(file: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "kerasapps", "predict", str(BUNDLE), f"@{many}"]
        return subprocess.Popen(
            [*command, "--csv", str(file), "--jobs", "2"], stderr=subprocess.PIPE, text=True
        )

    def at_work() -> tuple[subprocess.Popen[str], list[int]]:
        process = begun(target)
        # The first second is worked by the process itself, without others.
        while not rows(target) or not children(process.pid):
            assert process.poll() is None
            time.sleep(0.02)
        return process, children(process.pid)

    assert begun(whole).wait() == 1
    killed, workers = at_work()
    killed.kill()
    killed.wait()
    wait_for(functools.partial(all_gone, workers))

    stopped, workers = at_work()
    os.kill(workers[0], signal.SIGKILL)
    assert stopped.wait() == 1 and stopped.stderr is not None
    said = stopped.stderr.read()
    assert "ended by SIGKILL, after row" in said and "goes on from there" in said

    for sent, status in ((signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)):
        stopped, workers = at_work()
        stopped.send_signal(sent)
        assert stopped.wait() == status and stopped.stderr is not None
        assert "stopped; the same command goes on" in stopped.stderr.read()
        wait_for(functools.partial(all_gone, workers))
    assert not [*tmp_path.glob(".*lock")]

    assert begun(target).wait() == 1
    assert target.read_bytes() == whole.read_bytes()
    assert not [*tmp_path.glob("*.partial*")]


def rows(target: Path) -> int:
    """Rows that are noted beside a table."""
    try:
        state = json.loads(target.with_name(f"{target.name}.partial.json").read_text())
    except (OSError, ValueError):
        return 0
    found: int = state["findings"]["rows"]
    return found


def children(pid: int) -> list[int]:
    """The processes that a process began."""
    of_threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(each) for file in of_threads for each in file.read_text().split()]


def lives(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_gone(pids: list[int]) -> bool:
    """Whether none of some processes runs."""
    return not any(map(lives, pids))


def wait_for(there: Callable[[], bool]) -> None:
    """Until something is so, half a minute at most."""
    until = time.monotonic() + 30
    while not there():
        assert time.monotonic() < until
        time.sleep(0.05)
