"""Charts of predicted numbers, as inline SVG."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from kerasapps.evaluation.drawing import (
    BAD,
    INK,
    STYLE,
    TRAIN,
    inline_svg,
    make_figure,
    scale_axis,
)

_MANY_DOTS = 200  # they lie on each other, and are small and pale
DOTS = 800  # of the scatter: more would only make the page heavy
_FEWEST_BINS, _MOST_BINS = 10, 30
_TAILS = (0.5, 99.5)  # per cent: what lies beyond is drawn in the last bar


def scatter_chart(truth: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> Markup:
    """Predicted against true numbers, and the diagonal on which both are equal.

    Args:
        truth: float `(examples,)`.
        predicted: likewise; of many examples `DOTS` evenly spread ones are drawn.
    """
    rows = np.linspace(0, len(truth) - 1, min(len(truth), DOTS)).round().astype(int)
    low = float(min(truth.min(), predicted.min()))
    high = float(max(truth.max(), predicted.max()))
    with mpl.rc_context(STYLE):
        figure, axes = make_figure(350, 290)
        size, alpha = (7, 0.45) if len(rows) > _MANY_DOTS else (16, 0.7)
        axes.scatter(truth[rows], predicted[rows], s=size, color=TRAIN, alpha=alpha, linewidths=0)
        axes.plot([low, high], [low, high], color=INK, linewidth=1.5, linestyle=(0, (4, 3)))
        axes.set(xlabel="true", ylabel="predicted")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        for axis in (axes.xaxis, axes.yaxis):
            scale_axis(axis, None)
        return Markup(inline_svg(figure, "scatter", "Predicted against true numbers"))


def residual_chart(
    truth: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]
) -> Markup:
    """How often predicted minus true is how much, and where it is nothing.

    Args:
        truth: float `(examples,)`.
        predicted: likewise.
    """
    errors = predicted - truth
    low, high = (float(value) for value in np.percentile(errors, _TAILS))
    if high - low <= 1e-9 * max(1.0, abs(low)):  # all are off by the same
        low, high = low - 0.5, high + 0.5
    bins = int(np.clip(2 * len(errors) ** 0.5, _FEWEST_BINS, _MOST_BINS))
    counts, edges = np.histogram(np.clip(errors, low, high), bins, (low, high))
    with mpl.rc_context(STYLE):
        figure, axes = make_figure(350, 290)
        width = (edges[1] - edges[0]) * 0.9
        axes.bar(edges[:-1], counts, width, align="edge", color=TRAIN, alpha=0.6)
        axes.axvline(0, color=BAD, linewidth=1.5)
        axes.set(xlabel="predicted minus true", ylabel="examples")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        for axis in (axes.xaxis, axes.yaxis):
            scale_axis(axis, None)
        return Markup(inline_svg(figure, "residuals", "Predicted minus true numbers"))
