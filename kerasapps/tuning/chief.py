"""The chief: keras-tuner's oracle, and who works for it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from kerasapps.tuning.oracle import SearchOracle
from kerasapps.tuning.records import Leaderboard

LOST_SECONDS: Final = 45.0
"""A worker that has not been heard of for so long is given up; it beats every two seconds."""

_SLEPT_SECONDS: Final = 10.0  # between two checks: the chief itself was not running


class Chief:
    """Hands out the oracle's trials and keeps what comes back; all its methods may be called from
    any thread.

    Attributes:
        address: HOST:PORT where it listens; empty while it does not (see `server.serving`).
        changed: set when there is news of a trial or a worker.
    """

    def __init__(
        self,
        oracle: SearchOracle,
        *,
        settings: Mapping[str, Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A chief that does not listen yet.

        Args:
            oracle: what to try next; nobody else may call it while the chief listens.
            settings: what identifies the search; workers with others are refused.
            clock: seconds that only go forward.
        """
        self.oracle = oracle
        self.settings = json.loads(json.dumps(settings))
        self.address = ""
        self.changed = threading.Event()
        self._lock = threading.RLock()
        self._seen: dict[str, float] = {}
        self._seen_lock = threading.Lock()
        self._clock = clock
        self._checked = self._alone_since = clock()
        self._failure: Exception | None = None

    @contextmanager
    def asking(self) -> Iterator[SearchOracle]:
        """The oracle, for this thread alone.

        An exception is the end of the search: keras-tuner keeps its own lock after one.
        """
        with self._lock:
            self.require_success()
            try:
                yield self.oracle
            except Exception as error:
                self.fail(error)
                raise

    @property
    def failure(self) -> Exception | None:
        """What ended the search, if anything did."""
        return self._failure

    def fail(self, error: Exception) -> None:
        """End the search with an error, which every worker that asks is told."""
        self._failure = self._failure or error
        self.changed.set()

    def require_success(self) -> None:
        """Nothing went wrong so far.

        Raises:
            Exception: what went wrong while a worker was served.
        """
        if self._failure is not None:
            raise self._failure

    def leaderboard(self) -> Leaderboard:
        """All trials so far."""
        with self.asking() as oracle:
            return oracle.leaderboard()

    @property
    def finished(self) -> bool:
        """Whether no trial runs and none will."""
        with self._lock:
            return bool(self.oracle.finished)

    def workers(self) -> set[str]:
        """Who has said hello and been heard of since."""
        with self._seen_lock:
            return set(self._seen)

    def welcome(self, worker: str) -> None:
        """A worker joins; a trial that it had under the same name goes back to the queue."""
        self.lost(worker)
        with self._seen_lock:
            self._seen[worker] = self._clock()

    def heard(self, worker: str) -> bool:
        """A worker called; False if it is not known (any more)."""
        with self._seen_lock:
            known = worker in self._seen
            if known:
                self._seen[worker] = self._clock()
        return known

    def dismiss(self, *workers: str) -> None:
        """These know that the search is over: they are not waited for any more."""
        with self._seen_lock:
            for worker in workers:
                self._seen.pop(worker, None)

    def lost(self, worker: str) -> None:
        """A worker is gone: its trial, if it had one, goes back to the queue."""
        self._gone(worker, died=True)

    def left(self, worker: str) -> None:
        """A worker gives up, which does not count against the trial that it gives back."""
        self._gone(worker, died=False)

    def _gone(self, worker: str, *, died: bool) -> None:
        with self._seen_lock:
            self._seen.pop(worker, None)
        with self._lock:
            if self._failure is None and worker in self.oracle.ongoing_trials:
                with self.asking() as oracle:
                    oracle.requeue(worker, died=died)
                self.changed.set()

    def give_up_silent(self) -> list[str]:
        """Give up the workers that have been silent for too long; to be called every second or so.

        Returns:
            Their names.
        """
        now = self._clock()
        slept = now - self._checked
        self._checked = now
        with self._seen_lock:
            if slept > _SLEPT_SECONDS:  # nobody could be heard in that time
                self._seen = {name: seen + slept for name, seen in self._seen.items()}
            silent = [name for name, seen in self._seen.items() if now - seen > LOST_SECONDS]
        for name in silent:
            self.lost(name)
        if self.workers():
            self._alone_since = now
        return silent

    def alone_seconds(self) -> float:
        """How long there has been no worker."""
        return self._clock() - self._alone_since
