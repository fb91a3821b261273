"""From a search's log and its CPU time to the curve of the best score found so far."""

from __future__ import annotations

import bisect
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]
"""A line of the log: `began`, and once the trial is over `ended`, `state`, `score`,
`epochs`, `training`."""


@dataclass(frozen=True)
class Sample:
    """What a search and all of its processes had used up at a moment."""

    time: float  # seconds, as `time.time()` has it
    cpu: float  # seconds


@dataclass(frozen=True)
class SearchFigures:
    """What came of one search.

    Attributes:
        best: at each share of the budget, the best score of a trial that was done by then, or
            None. A trial that was stopped early does not count: no tool returns it.
        done: trials that were trained to their end within the budget.
        stopped: trials that were stopped early.
        failed: trials that raised.
        epochs: trained in all of these.
        start: CPU seconds before the first trial.
        overhead: wall-clock seconds from one trial's beginning to the next one's that are not
            training, mean over the trials.
        spent: CPU seconds from the first trial to the end.
    """

    best: tuple[float | None, ...]
    done: int
    stopped: int
    failed: int
    epochs: int
    start: float
    overhead: float
    spent: float


def read_log(path: Path) -> list[Event]:
    """The events so far; a line that is still being written is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def began(events: Sequence[Event]) -> float | None:
    """When the first trial began."""
    return min((event["began"] for event in events), default=None)


def cpu_at(samples: Sequence[Sample], moment: float) -> float:
    """CPU seconds at a moment, between the samples around it; before the first none, after the
    last no more than there.

    Args:
        samples: in the order of time, at least one.
        moment: as `time.time()` has it.
    """
    after = bisect.bisect_left([sample.time for sample in samples], moment)
    if after == len(samples):
        return samples[-1].cpu
    high = samples[after]
    low = samples[after - 1] if after else Sample(high.time, 0.0)
    if high.time == low.time:
        return high.cpu
    share = (moment - low.time) / (high.time - low.time)
    return low.cpu + share * (high.cpu - low.cpu)


def read_search(
    events: Sequence[Event], samples: Sequence[Sample], *, budget: float, shares: Sequence[float]
) -> SearchFigures:
    """What the search had found within its budget, which begins with the first trial.

    Args:
        events: of the log.
        samples: of CPU time, from before the first trial to the end.
        budget: CPU seconds.
        shares: of the budget, 0 to 1, rising.

    Raises:
        ValueError: if no trial began.
    """
    first = began(events)
    if first is None:
        raise ValueError("No trial began.")
    start = cpu_at(samples, first)
    over = [event for event in events if "ended" in event]
    spent = [(cpu_at(samples, event["ended"]) - start, event) for event in over]
    within = [(cpu, event) for cpu, event in spent if cpu <= budget]
    states = [event["state"] for _, event in within]
    return SearchFigures(
        best=tuple(best_at(within, share * budget) for share in shares),
        done=states.count("done"),
        stopped=states.count("stopped"),
        failed=states.count("failed"),
        epochs=sum(event["epochs"] for _, event in within),
        start=start,
        overhead=overhead(events),
        spent=samples[-1].cpu - start,
    )


def best_at(spent: Sequence[tuple[float, Event]], limit: float) -> float | None:
    """The best score of trials that were done before `limit` CPU seconds."""
    scores = [e["score"] for cpu, e in spent if cpu <= limit and e["state"] == "done"]
    return max(scores, default=None)


def overhead(events: Sequence[Event]) -> float:
    """Mean seconds between the beginnings of two trials that the first of them did not train.

    Trials must follow each other. NaN for fewer than two.
    """
    over = sorted((e for e in events if "ended" in e), key=lambda event: event["began"])
    begins = sorted({event["began"] for event in events})
    gaps = [
        begins[bisect.bisect_right(begins, event["began"])] - event["began"] - event["training"]
        for event in over
        if event["began"] < begins[-1]
    ]
    return statistics.mean(gaps) if gaps else float("nan")


def mean_curve(curves: Sequence[Sequence[float | None]]) -> list[float | None]:
    """Mean over searches at each point; None where one of them has nothing yet."""
    means: list[float | None] = []
    for scores in zip(*curves, strict=True):
        known = [score for score in scores if score is not None]
        means.append(statistics.mean(known) if len(known) == len(scores) else None)
    return means
