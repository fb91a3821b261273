"""Searches in processes of their own, and what is left of them."""

from __future__ import annotations

import contextlib
import csv
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil


def is_alive(pid: int) -> bool:
    """Whether a process is there, after it has had a moment to go; a dead one nobody has buried
    yet is not.
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(0 if process.status() == psutil.STATUS_ZOMBIE else 2)
        return process.status() != psutil.STATUS_ZOMBIE
    return False


class Searches:
    """Searches in processes of their own, which can be killed."""

    def __init__(self) -> None:
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.tuning.planted_search"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, folder: Path, **options: Any) -> psutil.Process:
        folder.mkdir(exist_ok=True)
        (folder / "search.json").write_text(json.dumps(options))
        assert self._nursery.stdin and self._nursery.stdout
        self._nursery.stdin.write(f"{folder}\n")
        self._nursery.stdin.flush()
        return psutil.Process(int(self._nursery.stdout.readline()))

    def close(self) -> None:
        assert self._nursery.stdin and self._nursery.stdout
        self._nursery.stdin.close()
        self._nursery.stdout.close()
        self._nursery.wait(20)


def processes_of(folder: Path) -> Iterator[psutil.Process]:
    """Workers of the searches in `folder`, and their trials."""
    trials = {int(mark.name.partition("-")[2]) for mark in folder.glob("**/marks/*")}
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        words = " ".join(process.info["cmdline"] or ())
        if str(folder) in words or (process.pid in trials and "forkserver" in words):
            yield process


def until(condition: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Waits for `condition`, and gives what it says."""
    give_up = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < give_up:
        time.sleep(0.01)
    return answer


def begun(folder: Path, number: int) -> list[int]:
    """Processes in which a trial has begun."""
    return [int(mark.name.partition("-")[2]) for mark in (folder / "marks").glob(f"{number}-*")]


def ended(folder: Path) -> int:
    """Trials in the table that have ended."""
    try:
        rows = [*csv.DictReader((folder / "leaderboard.csv").open())]
    except FileNotFoundError:
        return 0
    return sum(row["state"] in ("done", "stopped", "failed") for row in rows)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
