"""A team of threads in place of processes, for what all of them are to decide alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

SECONDS = 10.0


@dataclass(frozen=True)
class Meeting:
    """Where the members of one team exchange bytes."""

    barrier: threading.Barrier
    words: list[bytes]
    counts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Member:
    """One thread's view of the team; see `Team`."""

    index: int
    count: int
    meeting: Meeting
    replicas: int = 2
    strategy: Any = None

    @property
    def is_chief(self) -> bool:
        return self.index == 0

    def agree(self, value: float) -> float:
        return float(self.send(repr(value).encode()).decode())

    def send(self, content: bytes | None) -> bytes:
        return self.collect(content or b"")[0]

    def collect(self, content: bytes) -> list[bytes]:
        self.meeting.words[self.index] = content
        self.meeting.barrier.wait(SECONDS)
        words = list(self.meeting.words)
        self.meeting.barrier.wait(SECONDS)
        if self.is_chief:
            self.meeting.counts.append(1)
        return words

    def watched(self) -> AbstractContextManager[None]:
        return nullcontext()

    def interruptible(self) -> AbstractContextManager[None]:
        return nullcontext()

    def leave(self, failure: str = "") -> None:
        pass


def in_threads(work: Callable[[Member], Any], count: int = 2) -> Sequence[Any]:
    """What `work` gives each member of a team, in order."""
    meeting = Meeting(threading.Barrier(count), [b""] * count)
    members = [Member(index, count, meeting) for index in range(count)]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, members))
