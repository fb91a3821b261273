"""How files, figures and explanations of any task are printed for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerasapps.cli.output import DASH, print_table, shown
from kerasapps.console import SafeConsole
from kerasapps.terminal import write_line

if TYPE_CHECKING:
    from kerasapps.config.metric import Metric
    from kerasapps.evaluation.shown import Line, Shown


def print_artifacts(
    artifacts: Sequence[Any],
    *,
    metric: Metric,
    reference: float | None = None,
    judged_on: str = "test",
) -> None:
    """The table of judged files, the Keras model first, and why files were withheld.

    Args:
        artifacts: `kerasapps.export.Artifact`s.
        metric: by what they were judged.
        reference: the Keras model's, as `Metric.share` gives it; None leaves its row out.
        judged_on: the split.
    """
    timed = any(each.token_ms is not None for each in artifacts)
    rows = [row for each in artifacts for row in _rows(each, metric, timed=timed)]
    if reference is not None:
        rows.insert(
            0, ["Keras", DASH, _value(reference, metric), *[DASH] * (5 + timed), "reference"]
        )
    columns = ("artifact", "size", metric.name, "change", "agreement", "p50", "p95")
    more = ("a piece",) if timed else ()
    print_table(
        f"Verified on the {judged_on} split (latency: batch 1, one thread)",
        (*columns, *more, "memory", "verdict"),
        rows,
    )
    for each in artifacts:
        if not each.passed:
            write_line(f"{each.name}: {each.reason}")
        if each.name == "int8" and each.scores is not None:
            steps = ", in steps of 1/256" if each.scores == "uint8" else ""
            write_line(f"{each.name}: its scores are {each.scores}{steps}")
        alike = [other.name for other in artifacts if other.note == each.note]
        if each.note and each.name == alike[0]:
            write_line(f"{', '.join(alike)}: {each.note}")


def _rows(artifact: Any, metric: Metric, *, timed: bool) -> list[list[str]]:
    """A file's row, and one for its examples that another program prepared."""
    rows, figures = [_row(artifact, metric, timed=timed)], artifact.elsewhere
    if figures is not None:
        judged = _judged(figures, metric)
        rows.append([f"  {figures.name}", "", *judged, *[""] * (4 + timed)])
    return rows


def _row(artifact: Any, metric: Metric, *, timed: bool) -> list[str]:
    size = artifact.size_bytes
    return [
        artifact.name,
        shown(size and size / 1e6, "{:.2f} MB"),
        *_judged(artifact, metric),
        shown(artifact.latency_ms, "{:.2f} ms"),
        shown(artifact.latency_p95_ms, "{:.2f} ms"),
        *([shown(artifact.token_ms, "{:.2f} ms")] if timed else []),
        shown(artifact.peak_memory_mb, "{:.1f} MB"),
        _verdict(artifact),
    ]


def _judged(figures: Any, metric: Metric) -> list[str]:
    """Metric, change and agreement of a file, or of its examples prepared elsewhere."""
    value, agreement = figures.metric, figures.agreement
    return [
        DASH if value is None else _value(value, metric),
        shown(figures.delta, "{:+.2f} %" if metric.is_error else "{:+.2f}"),
        shown(None if agreement is None else 100 * agreement, "{:.2f} %"),
    ]


def _value(share: float, metric: Metric) -> str:
    return metric.text(metric.figure(share))


def _verdict(artifact: Any) -> str:
    if artifact.passed:
        return "passed"
    return "withheld" if artifact.path is None else "failed, kept"


def print_shown(shown: Shown) -> None:
    """What figures or an explanation say of themselves."""
    for line in shown.lead:
        _print_line(line)
    print_table(shown.title, shown.columns, shown.rows)
    for line in shown.lines:
        _print_line(line)


def _print_line(line: Line) -> None:
    if isinstance(line, str):
        write_line(line)
        return
    from rich.text import Text

    SafeConsole(soft_wrap=True).print(Text.assemble(*line))
