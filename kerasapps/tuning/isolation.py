"""One trial in a process of its own: whatever happens there is the outcome of that trial alone."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import connection, forkserver
from pathlib import Path
from typing import Any, Final

import psutil

from kerasapps.errors import TrainingError
from kerasapps.machine import free_disk_bytes
from kerasapps.tuning.trial import Figures, Outcome, TellEpoch, TrialFunction, TrialJob
from kerasapps.tuning.trial_process import LOG, last_words, trial_main

_TICK: Final = 0.25  # seconds between two looks at the trial's time and memory
_FAREWELL: Final = 5.0  # seconds that a process may take to end after its result
_MIB: Final = 2**20
_TIGHT: Final = 64 * _MIB  # free space of a disk that may have been full a moment ago


class TrialCancelledError(Exception):
    """The trial was ended from outside, by `Isolation.cancel`; it has no outcome."""


class NoSpaceError(TrainingError):
    """The trial found a full disk, which is no fault of its configuration; it has no outcome."""


def no_space(number: int, folder: Path, reason: str) -> NoSpaceError:
    """The error of a trial whose work in `folder` a full disk has ended."""
    place = next(each for each in (folder, *folder.parents) if each.exists())
    return NoSpaceError(
        f"Trial {number} found the disk full: {reason.rstrip('.')}. Where it works, {folder}, "
        f"{free_disk_bytes(place) / 1e6:,.0f} MB are free. Make room, and the same command goes on "
        "with this trial."
    )


@dataclass(frozen=True)
class Limits:
    """What a trial may take before it has failed.

    Attributes:
        seconds: wall-clock time; None: any.
        memory_mb: resident memory of its process and what that started, in MiB; None: any.
    """

    seconds: float | None = None
    memory_mb: float | None = None


class Isolation:
    """Runs trials one after the other, each in a new process.

    Where the system can fork, the processes come from a server that has imported the heavy
    modules once: a trial then starts within tenths of a second instead of many seconds.
    """

    def __init__(self, *, preload: Sequence[str] = (), limits: Limits = Limits()) -> None:
        """Isolation for one worker.

        Args:
            preload: modules that every trial needs.
            limits: of each trial.
        """
        self._limits = limits
        self._cancelled = threading.Event()
        self._pid: int | None = None
        self._forks = "forkserver" in multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("forkserver" if self._forks else "spawn")
        if self._forks:
            self._context.set_forkserver_preload([trial_main.__module__, *preload])

    def warm_up(self) -> None:
        """Begin to import the heavy modules, without waiting for it."""
        if self._forks:
            forkserver.ensure_running()

    def cancel(self) -> None:
        """End the running trial, from any thread; the next one is not affected."""
        self._cancelled.set()

    def abandon(self) -> None:
        """End the running trial at once, from any thread, for a worker that is about to end.

        As after `cancel` it has no outcome.
        """
        self._cancelled.set()
        if (pid := self._pid) is not None:
            end_tree(pid)

    def run(self, function: TrialFunction, job: TrialJob, report: TellEpoch) -> Outcome:
        """Run one trial to its end, however it ends.

        Args:
            function: what to run; picklable.
            job: its argument; `job.folder` must exist and gets the process's output, `trial.log`.
            report: is asked here, in this process, after each epoch of the trial.

        Returns:
            "done"; "stopped", if `report` said so and the function then returned figures; or
            "failed", with the reason.

        Raises:
            TrialCancelledError: if `cancel` or `abandon` was called meanwhile.
            NoSpaceError: if the disk was too full for it.
            Exception: what `report` raises. In all these cases the process has ended.
        """
        self._cancelled.clear()
        # Pickled here: a function that cannot be read over there then fails like any other trial.
        work = pickle.dumps((function, job))
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=trial_main, args=(work, theirs, str(job.folder / LOG)), name="trial"
        )
        process.start()  # returns once the heavy modules are there: their import is no trial's time
        theirs.close()
        self._pid = process.pid
        watched = _Watched(process, ours, self._limits)
        try:
            return self._follow(watched, job, report)
        finally:
            self._pid = None
            watched.end()
            ours.close()

    def _follow(self, watched: _Watched, job: TrialJob, report: TellEpoch) -> Outcome:
        stopped = 0
        while True:
            message = watched.next_message()
            if self._cancelled.is_set():
                raise TrialCancelledError  # before a trial that we ended counts as one that failed
            if message is None:
                if reason := watched.excess():
                    return Outcome("failed", reason=reason, seconds=watched.seconds)
                continue
            kind, *rest = message
            if kind == "epoch":
                epoch, figures, final = rest
                go_on = report(epoch, figures) or final
                stopped = stopped or (0 if go_on else epoch)
                watched.answer(go_on)
            elif kind == "gone":
                reason = watched.how_it_ended(job)
                if watched.died_of_space(job):
                    raise no_space(job.number, job.folder, reason)
                return Outcome("failed", reason=reason, seconds=watched.seconds)
            elif kind == "no space":
                raise no_space(job.number, job.folder, rest[0])
            else:
                return _outcome(kind, rest[0], stopped, watched.seconds)


class _Watched:
    """A trial's process, seen from its worker."""

    def __init__(self, process: Any, pipe: connection.Connection, limits: Limits) -> None:
        self._process, self._pipe, self._limits = process, pipe, limits
        self._began = time.monotonic()
        self._memory = 0
        self._finished = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def next_message(self) -> tuple[Any, ...] | None:
        """What the process says; ("gone",) when it says no more; None: nothing within a tick."""
        if connection.wait([self._pipe, self._process.sentinel], timeout=_TICK):
            # Its last words may have come just before its end, so the pipe is read first.
            try:
                message: tuple[Any, ...] = self._pipe.recv() if self._pipe.poll() else ("gone",)
            except (EOFError, OSError):
                message = ("gone",)
            self._finished = message[0] in ("done", "failed", "no space")
            return message
        return None

    def answer(self, go_on: bool) -> None:
        with contextlib.suppress(OSError):  # it has died meanwhile: the next message says so
            self._pipe.send(go_on)

    def excess(self) -> str:
        """Which limit the trial is over, in words; empty within all."""
        limits = self._limits
        if limits.seconds is not None and self.seconds > limits.seconds:
            return f"took longer than {limits.seconds / 60:g} minutes (trial_minutes)"
        self._memory = resident_memory(self._process.pid) or self._memory
        if limits.memory_mb is not None and self._memory > limits.memory_mb * _MIB:
            return (
                f"took {self._memory / _MIB:,.0f} MiB of memory, more than "
                f"{limits.memory_mb:,g} (trial_memory_mb)"
            )
        return ""

    def how_it_ended(self, job: TrialJob) -> str:
        """Why the process ended without a result."""
        self._process.join(_FAREWELL)
        status = self._process.exitcode
        if status is None:
            return "closed its connection to the worker"
        if status >= 0:
            return f"its process ended with status {status}{last_words(job.folder / LOG)}"
        if status == -getattr(signal, "SIGKILL", 9):
            seen = f"; it last held {self._memory / _MIB:,.0f} MiB" if self._memory else ""
            return f"killed, most likely because the machine ran out of memory{seen}"
        name = signal.Signals(-status).name
        return f"its process was ended by {name}{last_words(job.folder / LOG)}"

    def died_of_space(self, job: TrialJob) -> bool:
        """Whether it wrote to a part of a mapped file that the disk had no room for."""
        died = self._process.exitcode == -getattr(signal, "SIGBUS", 7)
        return died and free_disk_bytes(job.folder) < _TIGHT

    def end(self) -> None:
        """End the process and all that it started; one that has its result may finish first."""
        if self._finished:
            self._process.join(_FAREWELL)
        end_tree(self._process.pid)
        self._process.join()
        self._process.close()


def _outcome(kind: str, content: Any, stopped: int, seconds: float) -> Outcome:
    if kind == "failed":
        return Outcome("failed", reason=content, seconds=seconds)
    figures: Figures = content
    if stopped:
        return Outcome("stopped", figures, f"ended early after epoch {stopped}", seconds)
    return Outcome("done", figures, seconds=seconds)


def resident_memory(pid: int) -> int:
    """Resident memory of a process and of all that it started, in bytes; 0 if there is none."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                total += each.memory_info().rss
    return total


def end_tree(pid: int) -> None:
    """End a process and all that it started, at once.

    A trial leads a process group, which finds its children even when the trial itself is dead.
    """
    doomed = []
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        doomed = [*process.children(recursive=True), process]
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    for each in doomed:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
