"""The epochs of a training as the report shows them: a chart a quantity, and a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kerasapps.config.metric import Answer, Metric
from kerasapps.evaluation.drawing import (
    INK,
    STYLE,
    TRAIN,
    VALIDATION,
    inline_svg,
    make_figure,
    scale_axis,
)
from kerasapps.evaluation.formats import figure


def curves(history: Sequence[Mapping[str, object]], *, answer: Answer) -> list[tuple[str, Markup]]:
    """Title and chart of each quantity that was measured after every epoch.

    Args:
        history: one mapping per epoch, whose keys are figures by their names or qualities. A single
            epoch has no curve.
        answer: knows their units, which the axes have.
    """
    # Markup: the charts are our own SVG, whose texts Matplotlib has escaped.
    if len(history) < 2:
        return []
    keys = [*history[0]]
    # What is measured on the validation split alone has no twin.
    judged = [key[4:] for key in keys if key.startswith("val_") and key != "val_loss"]
    metrics = [key for key in judged if _points(history, f"val_{key}")]
    shown = [key for key in ("loss", *metrics, "learning_rate") if {key, f"val_{key}"} & {*keys}]
    return [
        (title_of(key), Markup(curve_chart(history, key, metric=measured_by(key, answer))))
        for key in shown
    ]


def history_columns(history: Sequence[Mapping[str, object]]) -> list[str]:
    """The columns of the table of epochs: those with a value in any row."""
    columns = dict.fromkeys(key for row in history for key in row)
    return [key for key in columns if any(row.get(key) is not None for row in history)]


def history_cells(history: Sequence[Mapping[str, object]], *, answer: Answer) -> list[list[str]]:
    """The rows of that table, each figure in its own unit."""
    metrics = {key: measured_by(key, answer) for key in history_columns(history)}
    return [[figure(row.get(key), metric) for key, metric in metrics.items()] for row in history]


def measured_by(quantity: str, answer: Answer) -> Metric | None:
    """The metric that a quantity of an epoch, or its `val_` twin, is a figure of; None: of none."""
    name = quantity.removeprefix("val_")
    metrics = (answer.metric, answer.fitted, answer.judged)
    return next((each for each in metrics if name in (each.name, each.quality)), None)


def curve_chart(
    history: Sequence[Mapping[str, object]], quantity: str, *, metric: Metric | None = None
) -> str:
    """A quantity and its `val_` twin by epoch, with the phases of training marked.

    Args:
        history: one mapping per epoch; an epoch without the quantity is left out of its line.
        quantity: key of the history, such as "loss".
        metric: what the values are figures of, whose unit the axis has.

    Returns:
        An SVG element.
    """
    with mpl.rc_context(STYLE):
        drawing, axes = make_figure(350, 240)
        for key, colour, label in (
            (quantity, TRAIN, "training"),
            (f"val_{quantity}", VALIDATION, "validation"),
        ):
            points = _points(history, key)
            if points:
                # A single epoch has no line: mark it.
                axes.plot(
                    *zip(*points, strict=True),
                    color=colour,
                    label=label,
                    linewidth=2,
                    marker="o" if len(points) < 12 else "",
                    markersize=4,
                )
        if metric is not None:
            scale_axis(axes.yaxis, metric)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
        _mark_phases(axes, history)
        if len(axes.lines) and _points(history, f"val_{quantity}"):
            axes.legend(
                loc="lower left",
                bbox_to_anchor=(-0.02, 1),
                ncols=2,
                borderpad=0,
                handlelength=1.4,
                columnspacing=1.4,
            )
        name = re.sub(r"\W", "-", quantity)
        return inline_svg(drawing, f"curve-{name}", f"{escape(title_of(quantity))} by epoch")


def _points(history: Sequence[Mapping[str, object]], key: str) -> list[tuple[int, float]]:
    # Positions, not the rows' epochs: a run of two phases may count each from 1.
    return [
        (number, float(value))
        for number, row in enumerate(history, start=1)
        if isinstance(value := row.get(key), int | float)
    ]


def _mark_phases(axes: Axes, history: Sequence[Mapping[str, object]]) -> None:
    phases = [str(row.get("phase") or "") for row in history]
    starts = [i for i, phase in enumerate(phases) if i and phase != phases[i - 1]]
    for start in starts:
        axes.axvline(start + 0.5, color=INK, linewidth=1, linestyle=(0, (2, 3)))
        axes.annotate(
            phases[start],
            (start + 0.5, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4, -1),
            textcoords="offset points",
            va="top",
            fontsize=10,
        )


def title_of(quantity: str) -> str:
    """The name of what was measured, to stand above its chart: "Learning rate", "Macro-F1"."""
    words = quantity.replace("_", " ")
    return words[:1].upper() + words[1:]
