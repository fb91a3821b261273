"""What a report says of predicted numbers: figures, predicted against true, the worst errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.formats import number
from kerasapps.evaluation.report import Headline, TaskReport
from kerasapps.evaluation.sections import Section, Table, plain_section, render
from kerasapps.evaluation.usage import Usage
from kerasapps.outputs.numbers.charts import residual_chart, scatter_chart
from kerasapps.outputs.numbers.figures import NumberMetrics
from kerasapps.outputs.reading import ShownExample

WORST = 20  # examples
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class WorstError:
    """An example with its true and its predicted number."""

    example: ShownExample
    true: float
    predicted: float


def number_report(
    metrics: NumberMetrics,
    truth: NDArray[np.floating[Any]],
    predicted: NDArray[np.floating[Any]],
    *,
    origins: Sequence[str],
    judged_on: str,
    worst: Sequence[WorstError] = (),
    sections: Sequence[Section] = (),
    audit: Sequence[Table] = (),
    usage: Usage | None = None,
) -> TaskReport:
    """What predicted numbers say in a report.

    Args:
        metrics: their figures.
        truth: float `(examples,)`.
        predicted: likewise.
        origins: where each example comes from; not asked where the worst are shown.
        judged_on: the split that they are of.
        worst: the largest errors with their examples; there is no section without.
        sections: further ones, of the task itself.
        audit: tables of the data audit.
        usage: how one asks a bundle of the task.
    """
    errors = plain_section(
        "numbers",
        link="Errors",
        heading="Errors",
        lead=f"Each dot is one of the {judged_on} examples; on the dashed line both are equal.",
        charts=(
            ("Predicted against true", scatter_chart(truth, predicted)),
            ("Predicted minus true", residual_chart(truth, predicted)),
        ),
        tables=(
            _by_size(truth, predicted),
            *([] if worst else [_worst(truth, predicted, origins)]),
        ),
    )
    shown = []
    if worst:
        html = render(_TEMPLATES / "worst.html.j2", worst=worst, judged_on=judged_on)
        shown = [Section(name="worst", link="Worst", heading="Worst errors", html=html)]
    return TaskReport(
        headline=headline_numbers(metrics, judged_on=judged_on),
        sections=(errors, *shown, *sections),
        audit=audit,
        usage=usage,
    )


def headline_numbers(metrics: NumberMetrics, *, judged_on: str) -> list[Headline]:
    """The figures that the report begins with."""
    figures = [
        ("RMSE", metrics.rmse, "root of the mean squared error"),
        ("Guessing the mean", metrics.true_deviation, "its RMSE"),
        ("MAE", metrics.mae, "mean absolute error"),
        ("R\u00b2", metrics.r2, "share of the variance that is explained"),
        ("Off by at most", metrics.error_90, "nine of ten examples"),
        (f"{judged_on.capitalize()} examples", metrics.examples, ""),
    ]
    return [Headline(name=name, value=number(value), note=note) for name, value, note in figures]


def _by_size(truth: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> Table:
    """The errors among the smallest, the middle and the largest true numbers."""
    edges = np.quantile(truth, [0, 0.25, 0.5, 0.75, 1])
    places = np.clip(np.searchsorted(edges, truth, side="right") - 1, 0, 3)
    rows = []
    for place in range(4):
        errors = (predicted - truth)[places == place]
        if len(errors):
            mean, size = float(errors.mean()), float(np.abs(errors).mean())
            true = truth[places == place]
            low, high = (number(float(each)) for each in (true.min(), true.max()))
            rows.append([f"{low} to {high}", len(errors), size, mean])
    return Table(
        heading="Errors by true number",
        rows=rows,
        columns=("true", "examples", "mean size of the error", "mean error"),
    )


def _worst(
    truth: NDArray[np.floating[Any]],
    predicted: NDArray[np.floating[Any]],
    origins: Sequence[str],
) -> Table:
    rows = worst_rows(truth, predicted)
    return Table(
        heading="Worst errors",
        rows=[[origins[row], float(truth[row]), float(predicted[row])] for row in rows],
        columns=("where", "true", "predicted"),
    )


def worst_rows(truth: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> list[int]:
    """Rows of the largest errors, the largest first.

    Args:
        truth: float `(examples,)`.
        predicted: likewise.
    """
    order = np.argsort(-np.abs(predicted - truth), kind="stable")
    return [int(row) for row in order[:WORST]]
