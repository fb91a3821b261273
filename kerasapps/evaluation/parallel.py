"""Parallel coordinates of a hyperparameter search, as inline SVG: what went with what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator

from kerasapps.config.metric import Metric
from kerasapps.evaluation.drawing import (
    GRID,
    RAMP,
    STYLE,
    VALIDATION,
    inline_svg,
    make_figure,
    tick_text,
)
from kerasapps.evaluation.formats import number
from kerasapps.evaluation.shown import DASH
from kerasapps.evaluation.shown_search import ShownAxis, ShownSearch, ShownTrial

DRAWN = 300  # lines of the picture, the best trials first
_BAND = 0.05  # of an axis: trials with the same choice lie side by side
_ABSENT = -0.12  # place below an axis of trials in which its option plays no part


def parallel_chart(search: ShownSearch) -> str | None:
    """Parallel coordinates: an axis an option, a line a trial, the darker the better.

    Returns:
        An SVG element; None if no two trials differ in an option.
    """
    drawn = search.drawable[:DRAWN]
    scales = [(axis.name, _scale_of(axis, drawn)) for axis in search.axes if _differs(axis, drawn)]
    if not scales:
        return None
    outcomes = [each.figure for each in drawn if each.figure is not None]
    scales.append((search.objective, _numbers(outcomes, log=search.is_wide(outcomes))))
    with mpl.rc_context({**STYLE, "axes.grid": False}):
        figure, axes = make_figure(1020, 330)
        axes.set(
            xlim=(-0.15, len(scales) - 0.45), ylim=(-0.16 if plays_no_part(search) else -0.04, 1.04)
        )
        axes.set_axis_off()
        for place, (name, scale) in enumerate(scales):
            metric = search.metric if place + 1 == len(scales) else None
            _draw_axis(axes, place, name, scale, metric=metric)
        for position, trial in reversed([*enumerate(drawn)]):  # the best on top
            best = trial.number == search.winner
            _draw_trial(axes, trial, scales, position=position, count=len(drawn), best=best)
        title = f"Options of each trial and the {escape(search.objective)} that came of them"
        return inline_svg(figure, "search-parallel", title)


def plays_no_part(search: ShownSearch) -> bool:
    """Whether there are trials in which an axis's option plays no part."""
    return any(
        each.values.get(axis.name) is None for axis in search.axes for each in search.drawable
    )


@dataclass(frozen=True)
class _Scale:
    """Where values lie on an axis from 0 to 1.

    Attributes:
        places: of each choice, by its text; empty if the values are numbers.
        low: number at 0.
        high: number at 1.
        log: whether orders of magnitude are evenly spaced.
        ticks: places and numbers, or texts, written beside the axis.
    """

    places: Mapping[str, float]
    low: float
    high: float
    log: bool
    ticks: Sequence[tuple[float, float | str]]

    def place(self, value: object, *, shift: float) -> float:
        """Where a value lies, None below the axis; `shift`, -0.5 to 0.5, parts equal choices."""
        if value is None:
            return _ABSENT + _BAND * shift
        if self.places:
            return self.places[number(value)] + _BAND * shift
        return _between(self, float(cast(float, value)))


def _between(scale: _Scale, value: float) -> float:
    low, high, value = (
        (math.log(each) if scale.log else each) for each in (scale.low, scale.high, value)
    )
    return (value - low) / (high - low) if high > low else 0.5


def _differs(axis: ShownAxis, trials: Sequence[ShownTrial]) -> bool:
    return len({number(each.values.get(axis.name), digits=12) for each in trials}) > 1


def _scale_of(axis: ShownAxis, trials: Sequence[ShownTrial]) -> _Scale:
    values = [value for each in trials if (value := each.values.get(axis.name)) is not None]
    absent = len(values) < len(trials)
    numbers = [float(each) for each in values if isinstance(each, int | float)]
    if not axis.choices and len(numbers) == len(values):
        return _numbers(numbers, log=axis.log, absent=absent)
    # What trial 0 has may stand outside of the choices.
    names = list(dict.fromkeys(number(each) for each in (*axis.choices, *values)))
    places = {name: index / max(len(names) - 1, 1) for index, name in enumerate(names)}
    ticks = [(place, name) for name, place in places.items()]
    return _Scale(places, 0, 1, False, [*ticks, *_absence(absent)])


def _absence(absent: bool) -> list[tuple[float, float | str]]:
    return [(_ABSENT, DASH)] if absent else []


def _numbers(values: Sequence[float], *, log: bool, absent: bool = False) -> _Scale:
    low, high = min(values), max(values)
    log = log and low > 0
    ends = sorted({low, high})
    # Round numbers; of less than two orders of magnitude also halves and fifths of the powers.
    locators = [LogLocator(), LogLocator(subs=(1, 2, 5))] if log else [MaxNLocator(5)]
    rounded = [_inside(locator.tick_values(low, high), low, high) for locator in locators]
    ticks = next((each for each in rounded if len(each) > 2), ends) if high > low else ends
    scale = _Scale({}, low, high, log, ())
    places = [(_between(scale, each), each) for each in ticks]
    return _Scale({}, low, high, log, [*places, *_absence(absent)])


def _inside(ticks: Iterable[float], low: float, high: float) -> list[float]:
    return [float(each) for each in ticks if low <= each <= high]


def _draw_axis(axes: Axes, place: int, name: str, scale: _Scale, *, metric: Metric | None) -> None:
    written = tick_text(metric) if metric is not None else partial(number, digits=3)
    axes.plot([place, place], [0, 1], color=GRID, linewidth=1.5, zorder=1)
    shown = name if len(name) <= 20 else f"{name[:19]}…"
    axes.text(place, 1.07, shown, ha="center", va="bottom", fontsize=11, fontweight="bold")
    for height, tick in scale.ticks:
        text = tick if isinstance(tick, str) else written(tick)
        text = text if len(text) <= 14 else f"{text[:13]}…"
        axes.text(place + 0.04, height, text, va="center", fontsize=10, zorder=1000, gid="tick")


def _draw_trial(
    axes: Axes,
    trial: ShownTrial,
    scales: Sequence[tuple[str, _Scale]],
    *,
    position: int,
    count: int,
    best: bool,
) -> None:
    shift = 0.5 - (position + 0.5) / count
    *options, (_, outcome) = scales
    heights = [scale.place(trial.values.get(name), shift=shift) for name, scale in options]
    heights.append(outcome.place(trial.figure, shift=shift))
    level = len(RAMP) - 1 - position * len(RAMP) // count
    axes.plot(
        range(len(heights)),
        heights,
        color=VALIDATION if best else RAMP[level],
        linewidth=2.6 if best else 1.3,
        linestyle="-" if trial.rank is not None else (0, (3, 3)),
        marker="o",
        markersize=4 if best else 2.5,
        zorder=2 + (count - position),
        clip_on=False,
    )
