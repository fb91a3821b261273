"""Charts of a classifier, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Shape
from matplotlib.ticker import FuncFormatter

from kerasapps.evaluation.drawing import (
    BAD,
    DOTS_PER_INCH,
    GOOD,
    INK,
    STYLE,
    TRAIN,
    inline_svg,
    make_figure,
)
from kerasapps.outputs.classes.calibration import CalibrationBin

_PAGE_WIDTH = 1020  # pixels inside a section of the report
_LEVELS = 12  # shades of the confusion chart


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
