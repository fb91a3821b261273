"""Tables and pictures of what was measured, for people."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from kerasapps.config.metric import Metric
from kerasapps.deploy.compiled import CompiledFigures
from kerasapps.deploy.gpu_delegate import GpuFigures
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.workflow.benchmarked import (
    charts_of_files,
    check_floor,
    keeps,
    shown_on_data,
    shown_times,
)
from tests.evaluation.svg import texts

HITS = Metric(name="hit rate", key="hits", quality="hits")
ERROR = Metric(name="RMSE", key="rmse", quality="rmse", perfect=None, unit=" m", better="min")
TAKEN, STOPPED = GpuFigures(5), GpuFigures(5, ("TOPK_V2",))


def measured(**more) -> Measurement:
    return Measurement(1.0, 2.0, 3.0, **more)


def test_tables_that_would_be_empty_are_left_out() -> None:
    (table,) = shown_times({"a": measured()}, threads=2)
    assert table.title.startswith("Batch 1, 2 threads") and table.spare == ("p99", "load")


def test_what_is_told_beside_the_times() -> None:
    refused = CompiledFigures("serve", 1.0, None, "no kernel")
    timed = {
        "float32": measured(
            per_second={"1": 1234.5, "2": 2000.0},
            compiled=CompiledFigures("serve", 1.0, 2.5),
            gpu=TAKEN,
        ),
        "float16": measured(compiled=refused, gpu=TAKEN),
        "int8": measured(gpu=STOPPED),
        "saved_model": measured(),
    }
    _, throughput, interfaces = shown_times(timed, threads=1)
    assert [*throughput.columns] == ["artifact", "1", "2"]
    assert throughput.rows == [["float32", "1,234", "2,000"]]
    assert interfaces.rows == [["float32", "1.00 ms", "2.50 ms"], ["float16", "1.00 ms", "–"]]
    assert interfaces.lines == [
        "float16: CompiledModel refuses it: no kernel",
        "float32, float16: a phone's GPU (GPU delegate) takes all 5 operations",
        "int8: a phone's GPU (GPU delegate) stops at TOPK_V2",
    ]


@pytest.mark.parametrize(
    ("figure", "metric", "floor", "kept"),
    [
        (0.95, HITS, 0.95, True),
        (0.94, HITS, 0.95, False),
        (2.0, ERROR, 2.0, True),
        (2.1, ERROR, 2.0, False),
        (math.nan, HITS, 0.1, False),
        (math.nan, ERROR, 0.1, False),
        (0.0, HITS, None, True),
    ],
)
def test_a_floor_is_kept_from_the_better_side(figure, metric, floor, kept) -> None:
    assert keeps(figure, metric, floor) is kept
    table = shown_on_data({"a": figure}, metric=metric, floor=floor, data="d")
    assert ("kept" in table.rows[0]) is (kept and floor is not None)
    side = "above" if metric is ERROR else "below"
    assert any(str(cell).startswith(side) for cell in table.rows[0]) is not kept


def test_a_floor_above_what_is_perfect_is_refused() -> None:
    with pytest.raises(ConfigError, match="floor is 95, and hit rate is 1 at most"):
        check_floor(95, HITS)
    for number in (math.nan, -0.1, math.inf):
        with pytest.raises(ConfigError, match="a number of at least 0"):
            check_floor(number, ERROR)
    check_floor(95, ERROR)
    check_floor(None, HITS)


def test_files_that_ran_are_pictured_beside_the_keras_model() -> None:
    ran = Artifact.judged(
        "int8", Path(__file__), measured(), metric=0.5, delta=0.0, agreement=1.0, reason=""
    )
    failed = Artifact.failed("float16", "does not convert")
    charts = charts_of_files([ran, failed], metric=HITS, reference=0.75)
    assert [caption for caption, _ in charts][::2] == ["Size", "Hit rate"]
    assert texts(charts[2][1]) == ["Keras", "75.00 %", "int8", "50.00 %"]
    assert texts(charts[1][1]) == ["int8", "1.00 ms"]
    assert charts_of_files([failed], metric=HITS, reference=0.75) == []
