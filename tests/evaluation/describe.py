"""Charts as lines of text, held against `charts.txt`: what is drawn where, in which colour.

The report's readers compare runs by their charts: how one looks changes on purpose only.
`python -m tests.evaluation.describe` writes the file anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from kerasapps.evaluation import drawing, epochs, parallel, search_charts
from kerasapps.outputs.classes import charts
from kerasapps.outputs.classes.calibration import CalibrationBin
from tests.evaluation.searches import SHARE, search_of, shown_search

FILE = Path(__file__).with_name("charts.txt")
ROLES = {
    drawing.INK: "ink",
    drawing.GRID: "grid",
    drawing.TRAIN: "train",
    drawing.VALIDATION: "validation",
    drawing.GOOD: "good",
    drawing.BAD: "bad",
    **{colour: f"ramp {level}" for level, colour in enumerate(drawing.RAMP, start=1)},
}
HISTORY = [
    {"phase": "head", "loss": 2.0, "val_loss": 2.5, "accuracy": 0.25},
    {"phase": "head", "loss": 1.0, "val_loss": None, "accuracy": 0.5},
    {"phase": "fine-tune", "loss": 0.5, "val_loss": 1.5, "accuracy": 0.75},
]


def drawings() -> Mapping[str, Callable[[], object]]:
    """Title → what draws one chart."""
    long = [{"loss": 1 / (number + 1), "BLEU": number} for number in range(12)]
    bins = [CalibrationBin(i / 4, (i + 1) / 4, 0.1 + i / 4, i / 5, (i + 2) % 4) for i in range(4)]
    losses = {"metric": None, "higher_is_better": False, "objective": "val_loss"}
    ran_away = search_of([0.25, 0.2, 30.0], **losses)
    return {
        "loss of three epochs": lambda: epochs.curve_chart(HISTORY, "loss"),
        "share without a twin": lambda: epochs.curve_chart(HISTORY, "accuracy", metric=SHARE),
        "twelve epochs": lambda: epochs.curve_chart(long, "loss"),
        "capitals": lambda: epochs.curve_chart([{"val_BLEU": 3.0}], "BLEU"),
        "calibration": lambda: charts.calibration_chart(bins),
        "confusion of two": lambda: charts.confusion_chart([[4, 0], [1, 3]], ["a", "b" * 23]),
        "confusion of a row": lambda: charts.confusion_chart(
            [[8, 1, 7], [0, 0, 0], [5, 0, 0]], ["a", "b" * 22, "c"]
        ),
        "confusion of 70": lambda: charts.confusion_chart(
            [*([0] * 69 + [1],), *([0] * 70,) * 69], [f"class {number}" for number in range(70)]
        ),
        "confusion of 400": lambda: charts.confusion_chart(
            [[1, *[0] * 399], *([0] * 400,) * 399], [str(number) for number in range(400)]
        ),
        "search by trial": lambda: search_charts.progress_chart(shown_search(), over="trial"),
        "search by minutes": lambda: search_charts.progress_chart(ran_away, over="minutes"),
        "search of one": lambda: search_charts.progress_chart(search_of([0.5]), over="minutes"),
        "parallel": lambda: parallel.parallel_chart(shown_search()),
        "parallel of losses": lambda: parallel.parallel_chart(ran_away),
    }


def known_sections() -> Mapping[str, list[str]]:
    """Title → its lines in the file."""
    sections = FILE.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {head.strip("[]"): lines for head, *lines in map(str.splitlines, sections)}


def check_chart(title: str) -> None:
    """The chart is the one that the file has under this title."""
    assert describe(drawings()[title]) == known_sections()[title], f"{title}: see {FILE.name}"


def describe(draw: Callable[[], object]) -> list[str]:
    """The ids' prefix and title of a chart, its size, and one line a thing that is drawn."""
    kept: list[Any] = []

    def keep(figure: Figure, name: str, title: str) -> str:
        kept.extend([figure, name, title, _chart(figure)])
        return ""

    with (
        mock.patch.object(charts, "inline_svg", keep),
        mock.patch.object(epochs, "inline_svg", keep),
        mock.patch.object(search_charts, "inline_svg", keep),
        mock.patch.object(parallel, "inline_svg", keep),
    ):
        draw()
    figure, name, title, lines = kept
    width, height = figure.get_size_inches() * figure.dpi
    return [f"{name}: {title}", f"{width:.1f} by {height:.1f} at {figure.dpi}", *lines]


def _chart(figure: Figure) -> list[str]:
    (axes,) = figure.axes
    figure.draw_without_rendering()
    lines = [
        f"limits {_numbers(axes.get_xlim())} {_numbers(axes.get_ylim())} {axes.get_yscale()} "
        f"on={axes.axison} font={mpl.rcParams['font.size']:g} grid={mpl.rcParams['axes.grid']}",
        f"labels {axes.get_xlabel()!r} {axes.get_ylabel()!r} spines "
        + " ".join(side for side, spine in axes.spines.items() if spine.get_visible()),
    ]
    if figure.get_layout_engine() is None:  # else Matplotlib decides
        lines.append(f"place {_numbers(axes.get_position().bounds)}")
    if axes.axison:
        lines += [_ticks("x", axes.xaxis), _ticks("y", axes.yaxis)]
    return lines + [line for part in axes.get_children() for line in _lines(axes, part)]


def _ticks(name: str, axis: Any) -> str:
    shown = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
    low, high = sorted(axis.get_view_interval())
    texts = [f"{place:.6g}={text.get_text()}" for place, text in shown if low <= place <= high]
    texts = texts if len(texts) < 10 else [f"{len(texts)} ticks", *texts[:3], texts[-1]]
    turned = {text.get_rotation() for text in axis.get_majorticklabels()}
    return f"{name} {axis.get_ticks_position()} {_numbers(sorted(turned))} {'|'.join(texts)}"


def _lines(axes: Axes, part: Artist) -> Iterator[str]:
    if isinstance(part, mpl.lines.Line2D):
        yield (
            f"line {_points(part.get_xdata(), part.get_ydata())} {_colour(part.get_color())} "
            f"width={part.get_linewidth():g} dashes={part._unscaled_dash_pattern} "
            f"marker={part.get_marker()!r} {part.get_markersize():g} {_label(part)} "
            f"alpha={part.get_alpha()} z={part.get_zorder():g} clip={part.get_clip_on()} "
            f"{part.get_drawstyle()}"
        )
    elif isinstance(part, Text) and part.get_text():
        moved = (part.xyann, part.anncoords, part.xycoords) if hasattr(part, "xyann") else ""
        place = getattr(part, "xy", part.get_position())
        yield (
            f"text {part.get_text()!r} {_numbers(place)} {part.get_ha()} {part.get_va()} "
            f"{part.get_fontsize():g} {part.get_fontweight()} {_colour(part.get_color())} "
            f"z={part.get_zorder():g} {moved}".rstrip()
        )
    elif isinstance(part, mpl.legend.Legend):
        corner = part.get_bbox_to_anchor().transformed(axes.transAxes.inverted())
        yield (
            f"legend {[text.get_text() for text in part.get_texts()]} {part._loc} "
            f"{_numbers(corner.min)} columns={part._ncols} {part.prop.get_size():g} "
            f"{part.borderpad:g} {part.handlelength:g} {part.handletextpad:g} "
            f"{part.columnspacing:g} frame={part.get_frame_on()}"
        )
    elif type(part) in (mpl.patches.Rectangle, mpl.patches.PathPatch) and part is not axes.patch:
        corners = part.get_transform().transform(part.get_path().vertices)
        corners = axes.transData.inverted().transform(corners)
        yield (
            f"patch {_points(*corners.T)} {_colour(part.get_facecolor())} "
            f"alpha={part.get_alpha():.4g} edge={part.get_linewidth():g}"
        )


def _label(part: Artist) -> str:
    label = str(part.get_label())
    return "" if label.startswith("_") else repr(label)  # Matplotlib's own name


def _points(across: Any, up: Any) -> str:
    return " ".join(_numbers(pair) for pair in zip(across, up, strict=True))


def _numbers(values: Any) -> str:
    rounded = np.round(np.asarray(values, float), 4) + 0.0  # no negative zero
    return ",".join(f"{value:.6g}" for value in rounded)


def _colour(colour: Any) -> str:
    return ROLES.get(to_hex(colour), f"foreign {colour}")


def _write() -> None:
    sections = ["\n".join([f"[{title}]", *describe(draw)]) for title, draw in drawings().items()]
    FILE.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
