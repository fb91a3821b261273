"""`report.html`: what was trained, how well, on what, and what ships, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from kerasapps.config.metric import Answer, Metric
from kerasapps.evaluation.epochs import curves, history_cells, history_columns
from kerasapps.evaluation.formats import figure
from kerasapps.evaluation.search_section import search_section
from kerasapps.evaluation.sections import TEMPLATES, Section, Table, render
from kerasapps.evaluation.shown_search import ShownSearch
from kerasapps.evaluation.usage import Usage

_ARTIFACT: dict[str, object] = dict.fromkeys(
    (
        "name",
        "path",
        "size_bytes",
        "compressed_bytes",
        "metric",
        "delta",
        "agreement",
        "latency_p50_ms",
        "latency_p95_ms",
        "peak_memory_bytes",
        "passed",
        "kept",
        "reason",
        "scores",
        "note",
        "elsewhere",
    )
)


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A figure that the report begins with.

    Attributes:
        name: of the figure.
        value: as people read it.
        note: how it is to be read.
    """

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskReport:
    """What a task says in a report.

    Attributes:
        headline: the figures shown first.
        sections: on its answers, in the order in which they are shown.
        audit: tables of the data audit.
        usage: how one asks a bundle of the task; None where it is not said.
    """

    headline: Sequence[Headline] = ()
    sections: Sequence[Section] = ()
    audit: Sequence[Table] = ()
    usage: Usage | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything a report shows, as plain values; any task can fill it.

    Attributes:
        title: the run's name.
        task: what the model does, such as "image classification".
        answer: the figures that the task is judged by.
        task_report: what the task itself says.
        judged_on: the split that figures and files were judged on, "test" or "validation".
        validation: what the validation split was for, as the end of a sentence.
        history: one mapping per epoch: `epoch`, `phase`, `learning_rate`, `seconds`, `loss`,
            `val_loss` and any metric with its `val_` twin.
        settings: option -> value, or group -> mapping of options.
        artifacts: one mapping per file: `name`, `path`, `size_bytes`, `compressed_bytes` (as gzip
            compresses it, where it was pruned), `metric` (of the answer, in
            its own scale), `delta` (as the metric counts it), `agreement` (0 to 1),
            `latency_p50_ms`, `latency_p95_ms`, `peak_memory_bytes`, `passed` (None: the
            reference), `kept` (a file that failed and ships all the same), `reason`, `scores`
            (their type in a file), `elsewhere` (`name`, `examples`, `metric`, `delta` and
            `agreement` on examples that another program prepared). What is missing or None is a
            dash.
        charts: caption and SVG of pictures of the artifacts, safe as they are.
        choice: how the model was chosen; None where it was named.
        ladder: how the file was chosen; None where files were named.
        use: how this very bundle is used; None where there is nothing to use.
        folds: the cross-validation before the training; None without one.
        robustness: how what ships did under attacks and noise; None where nobody asked.
        ensemble: the networks that it is made of; None where it is one alone.
        search: the hyperparameter search before the training; None without one.
        command: that which made it; "" where nobody knows.
        environment: part -> version or description, or group -> mapping.
    """

    title: str
    task: str
    answer: Answer
    task_report: TaskReport = field(default_factory=TaskReport)
    judged_on: str = "test"
    validation: str = "decided when to stop"
    history: Sequence[Mapping[str, object]] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    artifacts: Sequence[Mapping[str, object]] = ()
    charts: Sequence[tuple[str, str]] = ()
    choice: Section | None = None
    ladder: Section | None = None
    use: Section | None = None
    folds: Section | None = None
    robustness: Section | None = None
    ensemble: Section | None = None
    search: ShownSearch | None = None
    command: str = ""
    environment: Mapping[str, object] = field(default_factory=dict)


def write_report(path: Path | str, *, report: Report) -> Path:
    """One self-contained HTML file: no script, no request to anywhere.

    Args:
        path: the file to write; its folder must exist.
        report: what to show. Sections without content are left out.

    Returns:
        The file's path.
    """
    path = Path(path)
    path.write_text(render_report(report), encoding="utf-8")
    return path


def render_report(report: Report) -> str:
    """The page that `write_report` writes. All text in it is escaped."""
    answer = report.answer
    return render(
        TEMPLATES / "report.html.j2",
        report=report,
        metric=answer.metric,
        change=_change(answer.metric),
        search=search_section(report.search),
        curves=curves(report.history, answer=answer),
        settings=_groups(report.settings),
        environment=_groups(report.environment),
        history_columns=history_columns(report.history),
        history_cells=history_cells(report.history, answer=answer),
        artifacts=[_row(each, answer.metric) for each in report.artifacts],
        charts=[(caption, Markup(svg)) for caption, svg in report.charts],
    )


def _row(artifact: Mapping[str, object], metric: Metric) -> dict[str, object]:
    row = _ARTIFACT | dict(artifact) | {"metric": figure(artifact.get("metric"), metric)}
    elsewhere = artifact.get("elsewhere")
    if isinstance(elsewhere, Mapping):
        row["elsewhere"] = {**elsewhere, "metric": figure(elsewhere["metric"], metric)}
    return row


def _change(metric: Metric) -> str:
    """What a file's change of the metric is counted in."""
    if metric.in_per_cent:
        return "percentage points"
    return f"{metric.measure} of {'its ' if metric.is_error else ''}{metric.name}"


def _groups(values: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    """Nested settings as groups; those at the top level are a group without a name."""
    loose = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    nested = [(key, value) for key, value in values.items() if isinstance(value, Mapping)]
    return ([("", loose)] if loose else []) + nested
