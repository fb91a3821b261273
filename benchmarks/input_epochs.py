"""Epochs of an input pipeline, and what they cost; see `input_pipeline.py`."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psutil

Epochs = Callable[[], int]
"""One epoch: reads all batches and says how many examples they had."""


def turn(side: Any, later: int) -> list[float]:
    """Examples a second of the first epoch and of the later ones of a new pipeline."""
    with _Clock() as clock:
        epoch: Epochs = side.start()
        read = epoch()
    first = [read / clock.seconds, clock.cpu_seconds / read]
    with _Clock() as clock:
        read = sum(epoch() for _ in range(later))
    del epoch
    gc.collect()  # ends worker processes
    return [*first, read / clock.seconds, clock.cpu_seconds / read]


class _Clock:
    """Seconds on the wall, and of all cores in this process and in those that it started."""

    def __enter__(self) -> _Clock:
        self.seconds, self.cpu_seconds = -time.perf_counter(), -_cpu_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter()
        self.cpu_seconds += _cpu_seconds()


def _cpu_seconds() -> float:
    here = psutil.Process()
    spent = [each.cpu_times() for each in (here, *here.children(recursive=True))]
    return sum(each.user + each.system for each in spent)


def all_of(batches: Iterable[Any]) -> int:
    """Reads an epoch; the last element of a batch is as long as the batch."""
    return sum(len(batch[-1]) for batch in batches)


def endless(batches: Iterable[Any], steps: int) -> Epochs:
    """Epochs of endless batches."""
    source: Iterator[Any] = iter(batches)
    return lambda: all_of(next(source) for _ in range(steps))
