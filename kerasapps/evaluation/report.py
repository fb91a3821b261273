"""`report.html`: what was trained, how well, on what, and what ships, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kerasapps.evaluation.alignment import Alignment
from kerasapps.evaluation.charts import calibration_chart, confusion_chart
from kerasapps.evaluation.confusion import largest
from kerasapps.evaluation.epochs import curves, history_columns
from kerasapps.evaluation.explain import Piece, WordWeight, pieces
from kerasapps.evaluation.formats import (
    NARROW_SPACE,
    file_size,
    milliseconds,
    number,
    picture_url,
    points,
    printable,
    share,
)
from kerasapps.evaluation.metrics import (
    ClassificationMetrics,
    ClassScore,
    accuracy_interval,
    weakest_first,
)
from kerasapps.evaluation.search_section import search_section
from kerasapps.evaluation.shown import DASH
from kerasapps.evaluation.shown_search import ShownSearch

if TYPE_CHECKING:
    # Only a translator's report needs sacreBLEU.
    from kerasapps.evaluation.translation import LengthScore, ShownTranslation

TABLE_CLASSES = 20  # beyond, the confusion matrix is a chart of shades
CHART_CLASSES = 200  # beyond, its cells are too small to see, and only the commonest are listed
LISTED_CLASSES = 200  # the weakest
_TEMPLATES = Path(__file__).parent / "templates"
_ARTIFACT: dict[str, object] = dict.fromkeys(
    (
        "name",
        "path",
        "size_bytes",
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
    )
)


@dataclass(frozen=True, kw_only=True)
class AuditSection:
    """One table of the data audit: a heading, column names (may be empty), rows of plain values."""

    heading: str
    rows: Sequence[Sequence[object]]
    columns: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownMistake:
    """A wrong prediction as the report shows it: a picture (PNG or JPEG bytes) or a text.

    Attributes:
        true: the true class's name.
        predicted: the predicted class's name.
        confidence: the predicted class's probability, 0 to 1.
        words: what each word of the text did for the predicted class.
        source: where the example is from, such as a file name.
    """

    true: str
    predicted: str
    confidence: float
    picture: bytes | None = None
    text: str | None = None
    words: Sequence[WordWeight] = ()
    source: str = ""

    @property
    def pieces(self) -> list[Piece]:
        """The text cut by the strength of its words."""
        return pieces(self.text or "", self.words)


@dataclass(frozen=True, kw_only=True)
class ShownTranslations:
    """What a translator's report shows of the test split.

    Attributes:
        by_length: figures by length of the source.
        best: translations nearest to their references.
        worst: those farthest from them.
        alignment: where the decoder looked in one of them.
    """

    by_length: Sequence[LengthScore]
    best: Sequence[ShownTranslation]
    worst: Sequence[ShownTranslation]
    alignment: Alignment | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything a report shows, as plain values; any recipe can fill it.

    Attributes:
        title: the run's name.
        task: what the model does, such as "image classification".
        labels: class names, in the order of the metrics.
        judged_on: the split that figures and files were judged on, "test" or "validation".
        metrics: figures on that split; None for a task without classes.
        headline: further `(name, value)` figures shown first, already formatted.
        history: one mapping per epoch: `epoch`, `phase`, `learning_rate`, `seconds`, `loss`,
            `val_loss` and any metric with its `val_` twin.
        audit: tables of the data audit.
        settings: option -> value, or group -> mapping of options.
        artifacts: one mapping per file: `name`, `path`, `size_bytes`, `metric`, `delta` (points:
            1.0 is one percentage point), `agreement` (0 to 1), `latency_p50_ms`,
            `latency_p95_ms`, `peak_memory_bytes`, `passed` (None: the reference), `kept` (a file
            that failed and ships all the same), `reason`, `scores` (their type in a file). What is
            missing or None is a dash.
        mistakes: wrong predictions, worst first.
        translations: a translator's sentences; None for other tasks.
        search: the hyperparameter search before the training; None without one.
        environment: part -> version or description, or group -> mapping.
        metric_name: what the artifacts' `metric` is.
        metric_is_share: whether `metric` is a share from 0 to 1, shown in per cent; otherwise it
            is shown as it is, and `delta` is in its own points.
    """

    title: str
    task: str
    labels: Sequence[str] = ()
    metrics: ClassificationMetrics | None = None
    headline: Sequence[tuple[str, str]] = ()
    judged_on: str = "test"
    history: Sequence[Mapping[str, object]] = ()
    audit: Sequence[AuditSection] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    artifacts: Sequence[Mapping[str, object]] = ()
    mistakes: Sequence[ShownMistake] = ()
    translations: ShownTranslations | None = None
    search: ShownSearch | None = None
    environment: Mapping[str, object] = field(default_factory=dict)
    metric_name: str = "accuracy"
    metric_is_share: bool = True


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
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for filter_ in (number, share, points, file_size, milliseconds, picture_url):
        environment.filters[filter_.__name__] = filter_
    environment.globals["dash"] = DASH
    template = environment.get_template("report.html.j2")
    return template.render(
        report=report,
        table_classes=TABLE_CLASSES,
        headline=_headline(report),
        search=search_section(report.search),
        curves=curves(report.history),
        matrix=_matrix(report),
        weakest=_weakest(report.metrics),
        confused=most_confused(report),
        settings=_groups(report.settings),
        environment=_groups(report.environment),
        history_columns=history_columns(report.history),
        artifacts=[_ARTIFACT | dict(each) for each in report.artifacts],
        calibration=_calibration(report.metrics),
        audit=[_laid_out(part) for part in report.audit],
    )


def most_confused(report: Report, *, limit: int = 8) -> list[tuple[str, str, int, float]]:
    """The commonest confusions: true class, predicted class, count, share of the true class."""
    if report.metrics is None:
        return []
    return [
        (
            report.labels[each.true],
            report.labels[each.predicted],
            each.examples,
            each.examples / report.metrics.per_class[each.true].support,
        )
        for each in largest(report.metrics.confusions)[:limit]
    ]


def _headline(report: Report) -> list[tuple[str, str, str]]:
    judged_on = report.judged_on
    figures = [] if report.metrics is None else _figures(report.metrics, judged_on)
    return figures + [(name, value, "") for name, value in report.headline]


def _figures(metrics: ClassificationMetrics, judged_on: str) -> list[tuple[str, str, str]]:
    low, high = accuracy_interval(metrics.accuracy, metrics.examples)
    span = f"{low * 100:.1f} to {share(high)} at 95{NARROW_SPACE}% confidence"
    figures = [("Accuracy", share(metrics.accuracy, digits=2), span)]
    if metrics.top5_accuracy is not None:
        figures.append(
            (
                "Top-5 accuracy",
                share(metrics.top5_accuracy, digits=2),
                "true class among the 5 likeliest",
            )
        )
    return [
        *figures,
        ("F1", share(metrics.f1), "macro average over classes"),
        ("Precision", share(metrics.precision), "macro average"),
        ("Recall", share(metrics.recall), "macro average"),
        (
            "Calibration error",
            share(metrics.expected_calibration_error),
            "confidence against accuracy",
        ),
        (
            f"{judged_on.capitalize()} examples",
            number(metrics.examples),
            f"of {len(metrics.per_class)} classes",
        ),
    ]


def _matrix(report: Report) -> Markup | None:
    """The confusion chart: of more classes than a table of numbers holds, unless of far more."""
    if report.metrics is None or not TABLE_CLASSES < len(report.labels) <= CHART_CLASSES:
        return None
    return Markup(confusion_chart(report.metrics.confusion, report.labels))


def _weakest(metrics: ClassificationMetrics | None) -> list[ClassScore]:
    """Of many classes the weakest: lowest F1 first, those without test examples last."""
    return [*weakest_first(metrics.per_class if metrics else ())][:LISTED_CLASSES]


def _calibration(metrics: ClassificationMetrics | None) -> Markup | None:
    return Markup(calibration_chart(metrics.calibration)) if metrics else None


def _groups(values: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    """Nested settings as groups; those at the top level are a group without a name."""
    loose = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    nested = [(key, value) for key, value in values.items() if isinstance(value, Mapping)]
    return ([("", loose)] if loose else []) + nested


def _laid_out(part: AuditSection) -> dict[str, object]:
    """An audit table with which of its columns hold numbers, and whether it needs full width."""
    columns = list(zip(*part.rows, strict=True))
    numeric = [all(isinstance(value, int | float) for value in column) for column in columns]
    longest = [max(len(str(value)) for value in column) for column in columns]
    return {"section": part, "numeric": numeric, "wide": len(columns) > 4 or sum(longest) > 48}
