"""Work on many inputs by as many processes as there are cores, as soon as that is worth it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kerasapps import machine
from kerasapps.process.workers import Workers

In = TypeVar("In")
Out = TypeVar("Out")

ALONE_SECONDS = 1.0
"""As long as processes take to begin: what is done by then needs none."""
_CHUNK_SECONDS = 0.25  # of work that a process gets at once
_FIRST, _MOST = 8, 4096  # inputs in a chunk
_MOST_BYTES = 4 << 20  # of a chunk's texts and pictures in memory


class Chunks(Generic[In]):
    """Inputs, cut into chunks that take about as long each; whoever works says how long they took.

    Args:
        inputs: read as they are needed.
        size_of: bytes that one takes.
    """

    def __init__(self, inputs: Iterable[In], size_of: Callable[[In], int] = lambda _: 0) -> None:
        self._inputs, self._size_of = iter(inputs), size_of
        self._size = _FIRST

    def __iter__(self) -> Iterator[list[In]]:
        return self

    def __next__(self) -> list[In]:
        chunk, size = [], 0
        for each in itertools.islice(self._inputs, self._size):
            chunk.append(each)
            size += self._size_of(each)
            if size >= _MOST_BYTES:
                break
        if not chunk:
            raise StopIteration
        return chunk

    def took(self, count: int, seconds: float) -> None:
        """How long some inputs took; the next chunk grows or shrinks by it, twice at most."""
        wanted = int(_CHUNK_SECONDS * count / max(seconds, 1e-9))
        self._size = max(1, min(wanted, 2 * self._size, _MOST))


@dataclass(frozen=True)
class Timed(Generic[In, Out]):
    """Work that also tells how long it took, in seconds.

    Attributes:
        work: from a chunk to its result.
    """

    work: Callable[[list[In]], Out]

    def __call__(self, chunk: list[In]) -> tuple[Out, int, float]:
        began = time.perf_counter()
        result = self.work(chunk)
        return result, len(chunk), time.perf_counter() - began


@dataclass(frozen=True)
class Each:
    """A question that is asked of each input of a chunk.

    Attributes:
        ask: from an input to its answer; pickled, so no lambda.
    """

    ask: Callable[[Any], Any]

    def __call__(self, chunk: list[Any]) -> list[Any]:
        return [self.ask(each) for each in chunk]


def usual_jobs(jobs: int | None) -> int:
    """The processes that are meant: as many as there are cores where nobody says."""
    return len(machine.usable_cores()) if jobs is None else jobs


def in_order(
    work: Callable[[list[In]], Out], chunks: Chunks[In], *, jobs: int | None = None
) -> Generator[Out, None, None]:
    """The results of all chunks, in their order.

    This process alone works for the first moment, and to the end where that is enough.

    Args:
        work: from a chunk to its result; pickled where there are several processes.
        chunks: the inputs.
        jobs: processes; None: as many as there are cores, 1: this one alone.

    Raises:
        WorkerLostError: if a process ended before its work was done.
        Exception: whatever the work raises.
    """
    count, timed = usual_jobs(jobs), Timed(work)
    began = time.monotonic()
    while count == 1 or (jobs is None and time.monotonic() - began < ALONE_SECONDS):
        chunk = next(chunks, None)
        if chunk is None:
            return
        result, done, seconds = timed(chunk)
        chunks.took(done, seconds)
        yield result
    first = next(chunks, None)
    if first is None:
        return
    with Workers(timed, count) as workers:
        for result, done, seconds in workers.each(itertools.chain([first], chunks)):
            chunks.took(done, seconds)
            yield result


def ask_all(
    ask: Callable[[In], Out], inputs: Iterable[In], *, jobs: int | None = None
) -> list[Out]:
    """The answer to each of some inputs, in their order, as one process gives them.

    Args:
        ask: from an input to its answer; pickled, with what it belongs to.
        inputs: read once.
        jobs: see `in_order`.

    Raises:
        WorkerLostError: if a process ended before its work was done.
        Exception: what `ask` raises of the first input for which it raises anything.
    """
    chunks = Chunks(inputs, size_of=size_of)
    return [answer for part in in_order(Each(ask), chunks, jobs=jobs) for answer in part]


def size_of(value: Any) -> int:
    """Bytes that an input takes in memory, as far as that counts."""
    if isinstance(value, str | bytes):
        return len(value)
    return int(getattr(value, "nbytes", 0))
