"""How charts become inline SVG that takes its colours from the page, light or dark.

Matplotlib knows no CSS. It draws with stand-in colours, one per role, and each is replaced by
the page's variable for that role: text follows the page's text, lines its series colours.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kerasapps.config.metric import Metric
from kerasapps.evaluation.formats import number

# stand-in colour -> CSS variable of templates/report.css
INK, GRID, TRAIN, VALIDATION, GOOD, BAD = (
    "#010203",
    "#010204",
    "#010205",
    "#010206",
    "#010207",
    "#010208",
)
RAMP = ("#010211", "#010212", "#010213", "#010214", "#010215")  # from the worst to the best
_VARIABLES = {
    INK: "--muted",
    GRID: "--line",
    TRAIN: "--series-train",
    VALIDATION: "--series-validation",
    GOOD: "--good",
    BAD: "--bad",
    **{colour: f"--ramp-{level}" for level, colour in enumerate(RAMP, start=1)},
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": GRID,
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,
    "ytick.major.pad": 5,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,  # a factor above an axis is overlooked
    "axes.formatter.limits": (-7, 12),
    "legend.frameon": False,
}
DOTS_PER_INCH = 72  # the SVG backend's unit, so that sizes below are CSS pixels


def make_figure(width: int, height: int) -> tuple[Figure, Axes]:
    """An empty chart of that size in CSS pixels, with horizontal grid lines only."""
    figure = Figure(
        figsize=(width / DOTS_PER_INCH, height / DOTS_PER_INCH),
        dpi=DOTS_PER_INCH,
        layout="constrained",
    )
    axes = figure.add_subplot()
    axes.spines["left"].set_visible(False)
    axes.xaxis.grid(False)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    return figure, axes


def scale_axis(axis: Axis, metric: Metric | None) -> None:
    """Writes the numbers of an axis as the page does, with the unit of what was measured.

    Called when all is drawn: the axis ends where a figure that is there may not go beyond.
    """
    text = tick_text(metric)
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))
    if metric is None or metric.perfect is None:
        return
    axis.axes.autoscale_view()
    (low, high), (least, most) = axis.get_view_interval(), axis.get_data_interval()
    ends = (
        0.0 if low < 0 <= least else low,
        metric.perfect if most <= metric.perfect < high else high,
    )
    if ends != (low, high):
        axis.set_view_interval(*ends, ignore=True)
        for line in axis.axes.lines:
            line.set_clip_on(False)  # a marker on the end of the axis is whole


def tick_text(metric: Metric | None) -> Callable[[float], str]:
    """A place on an axis → the short text beside it: "97.5 %", "31", "0.65 m"."""
    if metric is None:
        return lambda value: number(float(value))
    if metric.in_per_cent:
        return lambda value: f"{number(100 * float(value) / (metric.perfect or 1))} %"
    return lambda value: f"{number(float(value))}{metric.unit}"


def inline_svg(figure: Figure, name: str, title: str) -> str:
    """The figure as an SVG element of a page.

    Args:
        figure: drawn with the stand-in colours above and nothing else.
        name: prefix of its ids, which no other chart of the page may have.
        title: what it shows, for those who cannot see it; escaped.
    """
    figure.patch.set_visible(False)
    for axes in figure.axes:
        axes.patch.set_visible(False)
    buffer = io.StringIO()
    with warnings.catch_warnings(), mpl.rc_context({"svg.hashsalt": name}):
        # The browser's fonts, not Matplotlib's, draw the labels: any script is fine.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return _inline(buffer.getvalue(), name, title)


def _inline(document: str, name: str, title: str) -> str:
    start, end = document.index("<svg"), document.rindex("</svg>")
    head, _, body = document[start:end].partition(">")
    width, height = re.findall(r"[\d.]+", head.partition('viewBox="')[2])[2:4]
    body = body.replace("xlink:href=", "href=")
    # What Matplotlib says for the whole document would hold for the whole page.
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r" font-family: [^;]*;| transform=\"rotate\(-0 [^\"]*\"|(?<=\n) +", "", body)
    for stand_in, variable in _VARIABLES.items():
        body = body.replace(stand_in, f"var({variable})")
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {width} {height}" '
        f'width="{float(width):.0f}" height="{float(height):.0f}" '
        f'aria-labelledby="{name}-title"><title id="{name}-title">{title}</title>'
        f"{_prefixed_ids(body.strip(), name)}</svg>"
    )


def _prefixed_ids(body: str, name: str) -> str:
    # Charts share a page: an id that is referred to gets the chart's prefix, the others go.
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(
        r' id="([^"]+)"', lambda match: f' id="{name}-{match[1]}"' if match[1] in used else "", body
    )
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", body)
