"""Latencies and memory, by a clock that is set by hand."""

from __future__ import annotations

import builtins
import itertools
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.deploy import measure as module
from kerasapps.deploy.measure import (
    latencies_ms,
    measure,
    measure_each,
    peak_memory_mb,
    save_scores,
    throughput,
)


class Clock:
    """Time that passes only while something runs."""

    def __init__(self) -> None:
        self.now = 100.0
        self.calls = 0

    def perf_counter(self) -> float:
        return self.now

    def running(self, seconds: Callable[[int], float]) -> Callable[[], None]:
        """A call whose n-th time takes so long, from 1 on."""

        def run() -> None:
            self.calls += 1
            self.now += seconds(self.calls)

        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_the_first_five_calls_only_warm_up(clock: Clock) -> None:
    found = latencies_ms(clock.running(lambda n: 1e6 if n <= 5 else n / 1000))
    np.testing.assert_allclose(found[:3], [6, 7, 8])


@pytest.mark.parametrize(
    ("seconds", "runs"),
    [(1e-6, 300), (0.0074, 271), (0.1, 21), (0.5, 20), (3.0, 20)],
)
def test_at_most_300_calls_or_2_seconds_but_20_calls_at_least(
    seconds: float, runs: int, clock: Clock
) -> None:
    found = latencies_ms(clock.running(lambda _: seconds))
    np.testing.assert_allclose(found, 1000 * seconds, rtol=1e-3)
    assert len(found) == runs and clock.calls == runs + 5


def test_a_measurement_is_the_median_the_95th_percentile_and_the_growth(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks = [100.0]
    monkeypatch.setattr(module, "peak_memory_mb", lambda: peaks[0])

    def load() -> Callable[[], None]:
        peaks[0] = 130.0
        clock.now += 0.25
        return clock.running(lambda n: 0.05 if n == 1 else max(0, n - 6) / 1000)

    # 1, 2, 3 … milliseconds: 2 seconds are over after the 63rd.
    found = measure(load)
    latencies = {"latency_ms": 32, "latency_p95_ms": 59.9, "latency_p99_ms": 62.38}
    assert found == pytest.approx({**latencies, "load_ms": 300, "peak_memory_mb": 30.0})


def test_each_text_is_timed_once_after_the_first_five_warmed_up(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks = iter([50.0, 60.0])
    monkeypatch.setattr(module, "peak_memory_mb", lambda: next(peaks))
    asked: list[str] = []

    def run(text: str) -> str:
        asked.append(text)
        clock.now += len(text)
        return text.upper()

    texts = ["a", "bb", "ccc", "dddd", "eeeee", "ffffff", "ggggggg"]
    answers, figures, seconds = measure_each(lambda: run, texts)
    assert asked == [*texts[:5], *texts]
    assert answers == [text.upper() for text in texts] and seconds == pytest.approx(28)
    assert figures == pytest.approx(
        {
            "latency_ms": 4000,
            "latency_p95_ms": 6700,
            "latency_p99_ms": 6940,
            "load_ms": 1000,
            "peak_memory_mb": 10.0,
        }
    )


def test_threads_that_ask_at_once_get_their_answers_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SECONDS_OF_CALLERS", 0.05)
    found = throughput(lambda: time.sleep(0.01), [1, 4])
    assert list(found) == ["1", "4"]
    assert 20 < found["1"] <= 100 and 2.5 * found["1"] < found["4"]


def test_who_cannot_be_answered_keeps_no_other_waiting() -> None:
    calls = itertools.count()

    def run() -> None:
        if next(calls):
            raise MemoryError

    with pytest.raises((MemoryError, threading.BrokenBarrierError)):
        throughput(run, [4])


def test_the_peak_is_what_the_system_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    status = tmp_path / "status"
    monkeypatch.setattr(module, "Path", lambda name: status)
    status.write_bytes(b"Name:\tp\xff\nVmPeak:\t  9 kB\nVmHWM:\t  2000 kB\nVmRSS:\t 7 kB\n")
    assert peak_memory_mb() == 2.048
    status.unlink()
    told = SimpleNamespace(
        RUSAGE_SELF=3, getrusage=lambda who: SimpleNamespace(ru_maxrss=5000 * who)
    )
    monkeypatch.setitem(sys.modules, "resource", told)
    monkeypatch.setattr(sys, "platform", "linux")
    assert peak_memory_mb() == 15.36
    monkeypatch.setattr(sys, "platform", "darwin")
    assert peak_memory_mb() == 0.015
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "resource":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert peak_memory_mb() == 0.0


def test_memory_that_is_taken_is_seen() -> None:
    before = peak_memory_mb()
    taken = np.ones(60_000_000, np.uint8)
    assert peak_memory_mb() >= before and peak_memory_mb() > 60 and taken[-1]


def test_scores_are_saved_as_one_array_without_pickle(tmp_path: Path) -> None:
    save_scores(tmp_path / "s.npy", [np.array([0.25, 0.75]), np.array([1.0, 0.0])])
    found = np.load(tmp_path / "s.npy", allow_pickle=False)
    assert found.dtype == np.float32 and found.tolist() == [[0.25, 0.75], [1.0, 0.0]]
