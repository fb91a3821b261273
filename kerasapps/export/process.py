"""Running a module of ours in a process of its own."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from kerasapps.errors import DataError, KerasAppsError
from kerasapps.files.room import says_out_of_space

WantedT = TypeVar("WantedT")

_OURS = KerasAppsError.__module__


def run_module(
    module: str, job: Mapping[str, object], job_file: Path
) -> subprocess.CompletedProcess[str]:
    """Runs `python -m module job_file` to its end, however it ends.

    GPUs are hidden from it: conversion and measurement are the CPU's, and the parent process may
    hold the memory of all GPUs.

    Args:
        module: name of the module.
        job: what it is told; written to `job_file` as JSON.
        job_file: its only argument.

    Raises:
        OSError: if it failed because a disk is full, which is no fault of the model.
        DataError: if an example could not be read, which is none either.
    """
    job_file.write_text(json.dumps(job), encoding="utf-8")
    # -P: a file of the user's called json.py, say, must not stand for Python's own.
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    ended = subprocess.run(
        [sys.executable, "-P", "-m", module, str(job_file)],
        env=environment,
        capture_output=True,
        errors="replace",  # which makes it text
        check=False,
    )
    if ended.returncode and says_out_of_space(ended.stderr):
        raise OSError(errno.ENOSPC, how_it_ended(ended), str(job_file.parent))
    if ended.returncode and _last_words(ended).startswith(f"{_OURS}.{DataError.__name__}: "):
        raise DataError(how_it_ended(ended))
    return ended


def run_in_turn(
    wanted: Sequence[WantedT],
    run: Callable[[Sequence[WantedT]], subprocess.CompletedProcess[str]],
    *,
    is_finished: Callable[[WantedT], bool],
    crashed: Callable[[WantedT, str], None],
) -> None:
    """Has a worker make several things; a crash costs the one alone that it was at.

    Args:
        wanted: what is to be made.
        run: a process that takes them in order, and leaves a result of each, to its end.
        is_finished: whether there is a result.
        crashed: takes what has none, and how the process ended.
    """
    waiting = [*wanted]
    while waiting:
        ended = run(waiting)
        # The first without a result is where it died.
        waiting = [each for each in waiting if not is_finished(each)]
        if waiting:
            crashed(waiting.pop(0), how_it_ended(ended))


def how_it_ended(ended: subprocess.CompletedProcess[str]) -> str:
    """One line about a process that failed: its signal, its error, or its status and words."""
    if ended.returncode < 0:
        return f"its process was ended by {signal.Signals(-ended.returncode).name}"
    words = _last_words(ended)
    if words.startswith(f"{_OURS}."):  # which says what is wrong, and is no crash
        return words.partition(": ")[2]
    return f"its process ended with status {ended.returncode}: {words}"


def _last_words(ended: subprocess.CompletedProcess[str]) -> str:
    return (ended.stderr.strip().splitlines()[-1:] or ["no message"])[0]
