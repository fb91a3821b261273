"""Latency, throughput and memory of what answers one example; shared by all runtimes."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from kerasapps.files.npy import save_array

Answer = TypeVar("Answer")

WARM_UP = 5
MIN_RUNS = 20
MAX_RUNS = 300
MAX_SECONDS = 2.0
SECONDS_OF_CALLERS = 0.5


def latencies_ms(run: Callable[[], object]) -> np.ndarray:
    """Durations of single calls in milliseconds, after a warm-up."""
    for _ in range(WARM_UP):
        run()
    durations: list[float] = []
    started = time.perf_counter()
    while len(durations) < MAX_RUNS:
        before = time.perf_counter()
        run()
        after = time.perf_counter()
        durations.append((after - before) * 1e3)
        if after - started > MAX_SECONDS and len(durations) >= MIN_RUNS:
            break
    return np.asarray(durations)


def peak_memory_mb() -> float:
    """Peak resident memory of this process in MB, as file sizes are given (10**6 bytes).

    0 where the system does not tell (Windows).
    """
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: on Linux its peak goes on from that of the process that started this one.
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def measure(load: Callable[[], Callable[[], object]]) -> dict[str, float]:
    """Loads a model with `load` and times the call that it returns.

    Returns:
        `load_ms`, until the first answer is there; `latency_ms`, `latency_p95_ms` and
        `latency_p99_ms`; and `peak_memory_mb`, which is the growth of the process's peak while
        loading and running.
    """
    before, started = peak_memory_mb(), time.perf_counter()
    run = load()
    run()
    load_ms = (time.perf_counter() - started) * 1e3
    return _summary(latencies_ms(run), before) | {"load_ms": load_ms}


def throughput(run: Callable[[], object], callers: Sequence[int]) -> dict[str, float]:
    """Answers a second when several threads ask at once, each for its next answer.

    Args:
        run: gives one answer; any number of threads may call it.
        callers: how many threads ask, of each measurement.

    Raises:
        Exception: whatever `run` raises, or that another thread did.

    Returns:
        Callers, as text, which JSON takes for a name → answers a second of all together.
    """
    return {str(count): _answers_per_second(run, count) for count in callers}


def _answers_per_second(run: Callable[[], object], callers: int) -> float:
    begin = threading.Barrier(callers)

    def ask(_: int) -> tuple[int, float]:
        try:
            run()  # what answers this thread is made, before the clock runs
        except BaseException:
            begin.abort()  # else the others wait for ever
            raise
        begin.wait()
        answers, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS_OF_CALLERS or not answers:
            run()
            answers += 1
        return answers, time.perf_counter() - started

    with ThreadPoolExecutor(callers) as threads:
        return sum(answers / seconds for answers, seconds in threads.map(ask, range(callers)))


def measure_each(
    load: Callable[[], Callable[[str], Answer]], texts: Sequence[str]
) -> tuple[list[Answer], dict[str, float], float]:
    """Loads a model with `load` and times the call that it returns on each of the texts.

    For models whose time depends on the text: the latencies are those of all texts, once each.

    Returns:
        The answers; what `measure` returns; and the seconds that the texts took in all.
    """
    before, loading = peak_memory_mb(), time.perf_counter()
    run = load()
    for text in texts[:1]:
        run(text)
    load_ms = (time.perf_counter() - loading) * 1e3
    for text in texts[1:WARM_UP]:
        run(text)
    answers, durations = [], []
    for text in texts:
        started = time.perf_counter()
        answers.append(run(text))
        durations.append(time.perf_counter() - started)
    figures = _summary(np.asarray(durations) * 1e3, before) | {"load_ms": load_ms}
    return answers, figures, sum(durations)


def _summary(durations_ms: np.ndarray, memory_before_mb: float) -> dict[str, float]:
    return {
        "latency_ms": float(np.percentile(durations_ms, 50)),
        "latency_p95_ms": float(np.percentile(durations_ms, 95)),
        "latency_p99_ms": float(np.percentile(durations_ms, 99)),
        "peak_memory_mb": peak_memory_mb() - memory_before_mb,
    }


def save_scores(path: Path, scores: list[np.ndarray]) -> None:
    """Writes scores as `(n, num_classes)`, float32, without pickle."""
    save_array(path, np.stack(scores).astype(np.float32))
