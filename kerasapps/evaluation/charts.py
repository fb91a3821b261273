"""Charts of a training and of a classifier, as inline SVG."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from html import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Shape
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kerasapps.evaluation.calibration import CalibrationBin
from kerasapps.evaluation.drawing import (
    BAD,
    DOTS_PER_INCH,
    GOOD,
    INK,
    STYLE,
    TRAIN,
    VALIDATION,
    inline_svg,
    make_figure,
)

_PAGE_WIDTH = 1020  # pixels inside a section of the report
_LEVELS = 12  # shades of the confusion chart


def curve_chart(
    history: Sequence[Mapping[str, object]], quantity: str, *, share: bool = False
) -> str:
    """A quantity and its `val_` twin by epoch, with the phases of training marked.

    Args:
        history: one mapping per epoch; an epoch without the quantity is left out of its line.
        quantity: key of the history, such as "loss".
        share: whether the values are shares, to be shown in per cent.

    Returns:
        An SVG element.
    """
    with mpl.rc_context(STYLE):
        figure, axes = make_figure(350, 240)
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
        if share:
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %"))
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
        return inline_svg(figure, f"curve-{name}", f"{escape(title_of(quantity))} by epoch")


def calibration_chart(bins: Sequence[CalibrationBin]) -> str:
    """How often predictions of each confidence are right, against the diagonal that is ideal."""
    with mpl.rc_context(STYLE):
        figure, axes = make_figure(350, 290)
        filled = [each for each in bins if each.count]
        width = 1 / len(bins)
        axes.bar(
            [each.low for each in filled],
            [each.accuracy for each in filled],
            width * 0.9,
            align="edge",
            color=TRAIN,
            alpha=0.6,
        )
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1.5, linestyle=(0, (4, 3)))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %"))
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy")
        return inline_svg(figure, "calibration", "Accuracy by confidence of the prediction")


def confusion_chart(confusion: Sequence[Sequence[int]], labels: Sequence[str]) -> str:
    """A confusion matrix of many classes as shades: right predictions green, wrong ones red.

    A cell's shade is its share of the row. Few classes are better shown as a table of numbers.
    """
    classes = len(labels)
    names = [label if len(label) <= 22 else f"{label[:21]}…" for label in labels]
    margin = 5.6 * max(len(name) for name in names) + 16
    cell = max(3.0, min(16.0, (_PAGE_WIDTH - margin) / classes))
    step = math.ceil(7.5 / cell)  # name every step-th class where a name is taller than a cell
    side = cell * classes
    with mpl.rc_context({**STYLE, "axes.grid": False, "font.size": min(10, max(8, cell))}):
        figure = Figure(figsize=((side + margin) / DOTS_PER_INCH,) * 2, dpi=DOTS_PER_INCH)
        share = side / (side + margin)
        axes = figure.add_axes((1 - share, 0.002, share - 0.002, share - 0.002))
        for level, right, shape in _shaded_cells(confusion):
            axes.add_patch(
                PathPatch(
                    shape,
                    facecolor=GOOD if right else BAD,
                    linewidth=0,
                    alpha=0.18 + 0.82 * (level + 1) / _LEVELS,
                )
            )
        axes.set(xlim=(0, classes), ylim=(classes, 0))
        ticks = [number + 0.5 for number in range(0, classes, step)]
        axes.set_xticks(ticks, names[::step], rotation=90)
        axes.set_yticks(ticks, names[::step])
        axes.xaxis.tick_top()
        axes.spines[:].set_visible(True)
        return inline_svg(
            figure, "confusion", "Confusion matrix: true classes down, predicted across"
        )


def _shaded_cells(
    confusion: Sequence[Sequence[int]],
) -> list[tuple[int, bool, Shape]]:
    # All cells of one shade are one path: 100 by 100 cells stay some 20 elements.
    squares: dict[tuple[int, bool], list[Shape]] = {}
    for row, counts in enumerate(confusion):
        total = max(sum(counts), 1)
        for column, count in enumerate(counts):
            if count:
                level = min(_LEVELS - 1, int(_LEVELS * count / total))
                square = [
                    (column, row),
                    (column + 1, row),
                    (column + 1, row + 1),
                    (column, row + 1),
                    (column, row),
                ]
                squares.setdefault((level, row == column), []).append(Shape(square, closed=True))
    return [
        (level, right, Shape.make_compound_path(*shapes))
        for (level, right), shapes in sorted(squares.items(), key=lambda item: item[0])
    ]


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
