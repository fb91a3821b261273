"""Work of several processes, which gives what one gives, in the same order."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kerasapps.errors import DataError
from kerasapps.process import all_cores
from kerasapps.process.all_cores import Chunks, ask_all, in_order
from kerasapps.process.workers import WorkerLostError, Workers
from tests.process.working import heavy, square, squares


def children() -> list[str]:
    """The processes that this one has."""
    pid = os.getpid()
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_processes_answer_in_order_without_tensorflow_and_are_gone_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = children()
    numbers = range(500)
    assert ask_all(square, iter(numbers), jobs=2) == [each * each for each in numbers]
    begun: list[object] = []
    popen = subprocess.Popen

    def counted(*words: Any, **more: Any) -> Any:
        begun.append(words)
        return popen(*words, **more)

    monkeypatch.setattr(subprocess, "Popen", counted)
    assert [*in_order(squares, Chunks([3]), jobs=64)] == [[9]] and len(begun) == 1
    assert [*in_order(heavy, Chunks([1]), jobs=2)] == [[False]]
    taken = iter([[number] for number in range(100)])
    with Workers(squares, 1) as workers:
        assert next(iter(workers.each(taken))) == [0]
    assert next(taken)[0] < 5  # of millions only a few are read ahead
    for number, kind, words in (
        (-1, DataError, "-1 has no square here"),
        (-2, RuntimeError, "_OddError: -2: two arguments"),
        (-9, WorkerLostError, "was ended by SIGKILL"),
    ):
        with pytest.raises(kind, match=words):
            ask_all(square, [1, number, *numbers], jobs=2)
    assert children() == before


def test_what_is_soon_done_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_cores, "Workers", None)
    assert ask_all(lambda each: -each, range(100)) == [-each for each in range(100)]
    assert ask_all(lambda each: -each, [], jobs=2) == []
    assert ask_all(lambda each: -each, range(100), jobs=1) == [-each for each in range(100)]
    monkeypatch.setattr(all_cores, "ALONE_SECONDS", 0.0)
    monkeypatch.setattr("kerasapps.machine.usable_cores", lambda: [0, 1])
    with pytest.raises(TypeError):  # now they are begun
        ask_all(lambda each: -each, range(100))


def test_chunks_take_about_as_long_and_hold_no_more_than_fits() -> None:
    chunks = Chunks(range(100_000))
    first = next(chunks)
    chunks.took(len(first), 0.001)
    second = next(chunks)
    assert len(second) == 2 * len(first)
    chunks.took(len(second), 100.0)
    assert len(next(chunks)) == 1
    chunks.took(1, 0.0)
    for _ in range(20):
        chunks.took(len(next(chunks)), 0.0)
    assert len(next(chunks)) == 4096
    large = Chunks([bytes(3 << 20)] * 5, size_of=len)
    assert [len(each) for each in large] == [2, 2, 1]
