"""The progress of a hyperparameter search, as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kerasapps.evaluation.drawing import (
    BAD,
    INK,
    STYLE,
    TRAIN,
    VALIDATION,
    inline_svg,
    make_figure,
    scale_axis,
)
from kerasapps.evaluation.shown_search import ShownSearch, ShownTrial


def progress_chart(search: ShownSearch, *, over: Literal["trial", "minutes"]) -> str:
    """The objective of every trial in their order, and the best so far as a line.

    Args:
        search: at least one of its trials has a figure.
        over: what runs to the right: the trials' numbers, or their time, added up.

    Returns:
        An SVG element.
    """
    trials = sorted(search.trials, key=lambda each: each.number)
    spent = accumulate(each.seconds / 60 for each in trials)
    places = dict(
        zip((each.number for each in trials), spent, strict=True)
        if over == "minutes"
        else ((each.number, float(each.number)) for each in trials)
    )
    with mpl.rc_context(STYLE):
        figure, axes = make_figure(350, 240)
        _draw_points(axes, trials, places)
        _draw_best(axes, trials, places, higher=search.higher_is_better)
        _scale_values(axes, search)
        axes.set_xlabel("trial" if over == "trial" else "minutes of all trials together")
        axes.xaxis.set_major_locator(MaxNLocator(integer=over == "trial", nbins=8, min_n_ticks=1))
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(-0.02, 1),
            ncols=4,
            fontsize=9.5,
            borderpad=0,
            handlelength=1,
            handletextpad=0.4,
            columnspacing=1,
        )
        title = f"{search.objective} by {'trial' if over == 'trial' else 'time'}"
        return inline_svg(figure, f"search-{over}", escape(title))


def _draw_points(axes: Axes, trials: Sequence[ShownTrial], places: Mapping[int, float]) -> None:
    kinds = (
        ("done", TRAIN, "o", [each for each in trials if each.rank is not None]),
        ("ended early", INK, "v", [each for each in trials if each.state == "stopped"]),
        ("over a limit", BAD, "x", [each for each in trials if each.is_over]),
    )
    for label, colour, marker, some in kinds:
        points = [(places[each.number], each.figure) for each in some if each.is_drawable]
        if points:
            axes.plot(
                *zip(*points, strict=True),
                color=colour,
                marker=marker,
                markersize=5,
                linestyle="",
                label=label,
                alpha=0.75,
            )


def _draw_best(
    axes: Axes, trials: Sequence[ShownTrial], places: Mapping[int, float], *, higher: bool
) -> None:
    ranked = [each for each in trials if each.rank is not None and each.is_drawable]
    if not ranked:
        return
    best = [*accumulate((each.figure or 0.0 for each in ranked), max if higher else min)]
    steps = [places[each.number] for each in ranked]
    end = max(places.values())
    axes.plot(
        [*steps, end],
        [*best, best[-1]],
        color=VALIDATION,
        linewidth=2,
        drawstyle="steps-post",
        label="best so far",
    )


def _scale_values(axes: Axes, search: ShownSearch) -> None:
    values = [each.figure for each in search.drawable if each.figure is not None]
    if search.is_wide(values):
        axes.set_yscale("log")
        # Matplotlib's own labels are formulas, which the SVG holds as they are typed.
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    elif search.metric is not None:
        scale_axis(axes.yaxis, search.metric)
