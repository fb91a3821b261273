"""Bars that compare files: pictures of numbers, as inline SVG that takes its colours from the page.

Written by hand, so that a light installation draws them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kerasapps.evaluation.shown import DASH

_WIDTH, _ROW, _NAMES, _VALUES = 320, 26, 104, 82  # CSS pixels
_BAR, _TEXT = 14, 13
_LEAST = 2.0  # of a bar whose value is above nothing


@dataclass(frozen=True)
class Bar:
    """One file in a chart.

    Attributes:
        name: of the file.
        value: how long its bar is; None or no number: none, and a dash.
        text: the value as it is written.
    """

    name: str
    value: float | None
    text: str = DASH


def bar_chart(name: str, title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars from 0, one below the other, as an SVG element of a page.

    Args:
        name: prefix of its ids, which no other chart of the page may have.
        title: what is compared, for those who cannot see it.
        bars: from the first to the last; none below 0.
    """
    longest = max((each.value or 0.0 for each in bars), default=0.0)
    height = _ROW * len(bars)
    told = f"{title}: {', '.join(f'{each.name} {each.text}' for each in bars)}"
    rows = "".join(_row(each, _ROW * place, longest) for place, each in enumerate(bars))
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" font-size="{_TEXT}" aria-labelledby="{name}-title">'
        f'<title id="{name}-title">{escape(told)}</title>{rows}</svg>'
    )


def _row(bar: Bar, top: int, longest: float) -> str:
    middle, room = top + _ROW / 2, _WIDTH - _NAMES - _VALUES
    value = bar.value or 0.0
    length = max(_LEAST, room * value / longest) if 0 < value <= longest else 0.0
    text = middle + 0.36 * _TEXT
    return (
        f'<text x="0" y="{text:g}" fill="var(--text)">{escape(bar.name)}</text>'
        f'<rect x="{_NAMES}" y="{middle - _BAR / 2:g}" width="{length:.1f}" height="{_BAR}" rx="3" '
        f'fill="var(--series-train)"/>'
        f'<text x="{_NAMES + length + 6:.1f}" y="{text:g}" fill="var(--muted)">'
        f"{escape(bar.text)}</text>"
    )
