"""Starts `kerasapps tune` as a user does, watches its leaderboard, and kills it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

POLL_SECONDS = 0.05
DIGITS = ("image-classification", "builtin:digits", "--no-flip", "--image-size", "8")
ONE_FILE = ("--quantization", "float32", "--no-saved-model")

Row = Mapping[str, str]
"""A trial of `leaderboard.csv`."""


@contextmanager
def kerasapps(
    command: str, options: Sequence[object], *, log: Path, cores: Sequence[int] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """`kerasapps COMMAND OPTIONS --json`, the leader of a process group that ends with the block.

    Args:
        command: `"tune"` or `"train"`.
        options: what follows it.
        log: file for standard error.
        cores: that it may use; None: all.
    """
    line = [sys.executable, "-m", "kerasapps", command, *map(str, options), "--json"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (
        log.open("a") as file,
        subprocess.Popen(
            line,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env=environment,
            start_new_session=True,
        ) as process,
    ):
        if cores is not None:
            psutil.Process(process.pid).cpu_affinity(list(cores))
        try:
            yield process
        finally:
            kill_group(process)


def kill_group(process: subprocess.Popen[str]) -> None:
    """SIGKILL to a process and all of its group; nothing if it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answer(process: subprocess.Popen[str], log: Path) -> dict[str, Any]:
    """What the command printed, waited for.

    Raises:
        RuntimeError: if it failed, with its last words.
    """
    printed, _ = process.communicate()
    if not printed.strip():
        words = log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(process.args)} ended with {process.returncode}:\n{words}")  # type: ignore[arg-type]
    return json.loads(printed)


def run(command: str, options: Sequence[object], *, log: Path) -> tuple[dict[str, Any], float]:
    """What the command printed, and the seconds that it took."""
    started = time.monotonic()
    with kerasapps(command, options, log=log) as process:
        return answer(process, log), time.monotonic() - started


def read_trials(folder: Path) -> dict[int, Row]:
    """The leaderboard of a run's folder by trial; empty while there is none."""
    path = folder / "leaderboard.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["trial"]): row for row in csv.DictReader(file)}


def ended(trials: Mapping[int, Row]) -> int:
    """Trials that are over."""
    return sum(row["state"] != "running" for row in trials.values())


def best(trials: Mapping[int, Row]) -> Row:
    """The winner.

    Raises:
        ValueError: if no trial was ranked.
    """
    for row in trials.values():
        if row["rank"] == "1":
            return row
    raise ValueError("No trial was ranked.")


def wait_for_trials(
    process: subprocess.Popen[str], folder: Path, count: int, *, limit: float = 900.0
) -> bool:
    """Whether `count` trials ended before the command did.

    Raises:
        TimeoutError: if neither came within `limit` seconds.
    """
    deadline = time.monotonic() + limit
    while ended(read_trials(folder)) < count:
        if process.poll() is not None:
            return False
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder}: {count} trials did not end within {limit:.0f} s.")
        time.sleep(POLL_SECONDS)
    return True


def wait_for_board(
    process: subprocess.Popen[str], folder: Path, *, limit: float = 300.0
) -> float | None:
    """When the search began, as `time.time()` has it; None if the command ended before.

    Raises:
        TimeoutError: if neither came within `limit` seconds.
    """
    deadline = time.monotonic() + limit
    while not (folder / "leaderboard.csv").exists():
        if process.poll() is not None:
            return None
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder}: no search began within {limit:.0f} s.")
        time.sleep(POLL_SECONDS)
    return time.time()
