"""From logs and CPU samples to curves."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from search_curves import Sample, cpu_at, mean_curve, overhead, read_log, read_search

# A machine that gives the search half a core from second 100 on.
SAMPLES = [Sample(100.0, 0.0), Sample(110.0, 5.0), Sample(140.0, 20.0)]


def event(began: float, ended: float, score: float | None, state: str = "done") -> dict[str, Any]:
    return {
        "began": began,
        "ended": ended,
        "state": state,
        "score": score,
        "epochs": 2,
        "training": ended - began - 1,
    }


EVENTS = [
    {"began": 104.0},
    event(104.0, 112.0, 0.5),
    event(113.0, 120.0, 0.9, "stopped"),
    event(121.0, 130.0, 0.7),
    event(131.0, 140.0, 0.8),
    {"began": 140.0},
]


@pytest.mark.parametrize(
    ("moment", "cpu"), [(99.0, 0.0), (100.0, 0.0), (105.0, 2.5), (120.0, 10.0), (999.0, 20.0)]
)
def test_cpu_time_is_read_between_samples(moment: float, cpu: float) -> None:
    assert cpu_at(SAMPLES, moment) == pytest.approx(cpu)


def test_the_budget_counts_from_the_first_trial() -> None:
    figures = read_search(EVENTS, SAMPLES, budget=14.0, shares=(0.2, 0.3, 0.95, 1.0))
    # The trials end after 4, 8, 13 and 18 CPU seconds; the last is beyond the budget.
    assert figures.best == (None, 0.5, 0.7, 0.7)
    assert (figures.done, figures.stopped, figures.failed) == (2, 1, 0)
    assert figures.epochs == 6
    assert figures.start == pytest.approx(2.0)
    assert figures.spent == pytest.approx(18.0)


def test_a_stopped_trial_is_no_result() -> None:
    figures = read_search(EVENTS[:3], SAMPLES, budget=14.0, shares=(1.0,))
    assert figures.best == (0.5,)


def test_overhead_is_what_no_trial_trained() -> None:
    assert overhead(EVENTS) == pytest.approx((2 + 2 + 2 + 1) / 4)
    assert math.isnan(overhead(EVENTS[:2]))


def test_a_search_without_trials_is_an_error() -> None:
    with pytest.raises(ValueError, match="No trial"):
        read_search([], SAMPLES, budget=1.0, shares=(1.0,))


def test_half_a_line_is_not_read(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert read_log(log) == []
    log.write_text(json.dumps({"began": 1.0}) + '\n{"began": 2.')
    assert read_log(log) == [{"began": 1.0}]


def test_a_mean_needs_every_search() -> None:
    assert mean_curve([(None, 0.5, 0.6), (0.4, 0.7, 0.7)]) == [
        None,
        pytest.approx(0.6),
        pytest.approx(0.65),
    ]
