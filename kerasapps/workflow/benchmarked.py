"""What was measured of a bundle's files on this machine, for people: tables, reasons, pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kerasapps.config.metric import Metric
from kerasapps.errors import ConfigError
from kerasapps.evaluation.file_charts import Bar, bar_chart
from kerasapps.evaluation.shown import DASH, Shown, three_digits
from kerasapps.wording.counted import counted

if TYPE_CHECKING:
    from kerasapps.export.artifact import Artifact, Measurement


def shown_times(timed: Mapping[str, Measurement], *, threads: int) -> list[Shown]:
    """Tables of what `benchmark_bundle` measured; those that would be empty are left out.

    Args:
        timed: name of a file → its figures.
        threads: of one inference.
    """
    tables = [_latencies(timed, threads), _throughput(timed), _interfaces(timed)]
    return [each for each in tables if each.rows or each.lines]


def shown_on_data(
    figures: Mapping[str, float], *, metric: Metric, floor: float | None, data: str
) -> Shown:
    """How good files are on somebody's data.

    Args:
        figures: name of a file → its metric, in the metric's own scale.
        metric: by which they are judged.
        floor: the least that it may be, of an error the most; None: anything.
        data: what it is called.
    """
    verdicts = [] if floor is None else ["floor"]
    rows = [
        [name, metric.text(figure), *(_verdict(figure, metric, floor) for _ in verdicts)]
        for name, figure in figures.items()
    ]
    return Shown(title=f"On {data}", columns=("artifact", metric.name, *verdicts), rows=rows)


def check_floor(floor: float | None, metric: Metric) -> None:
    """Refuses what no figure can keep.

    Raises:
        ConfigError: for a number beyond what is perfect, less than nothing, or none.
    """
    if floor is not None and not 0 <= floor < math.inf:
        raise ConfigError(f"floor must be a number of at least 0, got {floor:g}.")
    if floor is not None and metric.perfect is not None and floor > metric.perfect:
        raise ConfigError(f"floor is {floor:g}, and {metric.name} is {metric.perfect:g} at most.")


def keeps(figure: float, metric: Metric, floor: float | None) -> bool:
    """Whether a figure is as good as the floor; one that is no number is not."""
    if floor is None:
        return True
    return figure <= floor if metric.better == "min" else figure >= floor


def charts_of_times(
    timed: Mapping[str, Measurement],
    *,
    figures: Mapping[str, float] | None = None,
    metric: Metric | None = None,
) -> list[tuple[str, str]]:
    """Caption and SVG of each picture: sizes, latencies and, where there are such, figures."""
    return _charts(
        sizes={name: each.size_bytes for name, each in timed.items()},
        latencies={name: each.latency_ms for name, each in timed.items()},
        figures=figures or {},
        metric=metric,
    )


def charts_of_files(
    artifacts: Sequence[Artifact], *, metric: Metric, reference: float
) -> list[tuple[str, str]]:
    """The same of judged files, the Keras model's figure first; nothing where there are none.

    Args:
        artifacts: that were run.
        metric: by which they were judged.
        reference: the Keras model's, as `Metric.share` gives it.
    """
    ran = {each.name: each for each in artifacts if each.latency_ms is not None}
    if not ran:
        return []
    shares = {"Keras": reference} | {name: each.metric for name, each in ran.items()}
    return _charts(
        sizes={name: each.size_bytes for name, each in ran.items()},
        latencies={name: each.latency_ms for name, each in ran.items()},
        figures={name: metric.figure(share) for name, share in shares.items() if share is not None},
        metric=metric,
    )


def _charts(
    *,
    sizes: Mapping[str, float | None],
    latencies: Mapping[str, float | None],
    figures: Mapping[str, float],
    metric: Metric | None,
) -> list[tuple[str, str]]:
    panels = [
        ("size", "Size", [Bar(name, *_megabytes(size)) for name, size in sizes.items()]),
        (
            "latency",
            "Latency (median)",
            [Bar(name, time, _milliseconds(time)) for name, time in latencies.items()],
        ),
    ]
    if metric is not None and figures:
        title = f"{metric.name[:1].upper()}{metric.name[1:]}"
        bars = [
            Bar(name, figure if math.isfinite(figure) else None, metric.text(figure))
            for name, figure in figures.items()
        ]
        panels.append(("figure", title, bars))
    return [(title, bar_chart(f"files-{name}", title, bars)) for name, title, bars in panels]


def _latencies(timed: Mapping[str, Measurement], threads: int) -> Shown:
    rows = [
        [
            name,
            _megabytes(each.size_bytes)[1],
            *map(
                _time,
                (each.load_ms, each.latency_ms, each.latency_p95_ms, each.latency_p99_ms),
            ),
            f"{three_digits(each.peak_memory_mb)} MB",
        ]
        for name, each in timed.items()
    ]
    return Shown(
        title=f"Batch 1, {counted(threads, 'thread')}; load: until the first answer",
        columns=("artifact", "size", "load", "p50", "p95", "p99", "memory"),
        rows=rows,
        spare=("p99", "load"),
    )


def _throughput(timed: Mapping[str, Measurement]) -> Shown:
    counts = list(
        dict.fromkeys(count for each in timed.values() for count in each.per_second or ())
    )
    rows = [
        [name, *(_number((each.per_second or {}).get(count)) for count in counts)]
        for name, each in timed.items()
        if each.per_second
    ]
    return Shown(
        title="Answers a second, where so many threads ask at once",
        columns=("artifact", *counts),
        rows=rows,
        spare=counts[1:-1],
    )


def _interfaces(timed: Mapping[str, Measurement]) -> Shown:
    compared = {name: each.compiled for name, each in timed.items() if each.compiled is not None}
    rows = [
        [name, _milliseconds(each.interpreter_ms), _milliseconds(each.compiled_ms)]
        for name, each in compared.items()
    ]
    refused = [
        f"{name}: CompiledModel refuses it: {each.refused}"
        for name, each in compared.items()
        if each.refused
    ]
    return Shown(
        title="LiteRT's two interfaces, one call on one thread (median)",
        columns=("artifact", "Interpreter", "CompiledModel"),
        rows=rows,
        lines=[*refused, *_on_a_gpu(timed)],
    )


def _on_a_gpu(timed: Mapping[str, Measurement]) -> Iterator[str]:
    told = {name: each.gpu.told for name, each in timed.items() if each.gpu is not None}
    for words in dict.fromkeys(told.values()):
        names = ", ".join(name for name, each in told.items() if each == words)
        yield f"{names}: a phone's GPU (GPU delegate) {words}"


def _verdict(figure: float, metric: Metric, floor: float | None) -> str:
    if keeps(figure, metric, floor):
        return "kept"
    return f"{'above' if metric.better == 'min' else 'below'} {metric.text(floor or 0.0)}"


def _megabytes(size: float | None) -> tuple[float | None, str]:
    return size, DASH if size is None else f"{three_digits(size / 1e6)} MB"


def _milliseconds(time: float | None) -> str:
    return DASH if time is None else f"{three_digits(time)} ms"


def _time(time: float | None) -> str:
    return _milliseconds(time) if time is None or time < 1000 else f"{three_digits(time / 1e3)} s"


def _number(value: float | None) -> str:
    return DASH if value is None else f"{value:,.0f}"
