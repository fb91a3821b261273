"""Bars of files, parsed strictly."""

from __future__ import annotations

import math
from xml.etree import ElementTree

from kerasapps.evaluation.file_charts import Bar, bar_chart
from tests.evaluation.svg import texts, title_of


def lengths(svg: str) -> list[float]:
    return [float(each.get("width") or 0) for each in ElementTree.fromstring(svg).iter("rect")]


def test_bars_are_as_long_as_their_values() -> None:
    bars = [Bar("a", 4.0, "4 MB"), Bar("b<", 1.0, "1 MB"), Bar("c", 0.001, "tiny"), Bar("d", None)]
    svg = bar_chart("x", "Size & more", bars)
    assert title_of(svg) == "Size & more: a 4 MB, b< 1 MB, c tiny, d –"
    assert texts(svg) == ["a", "4 MB", "b<", "1 MB", "c", "tiny", "d", "–"]
    long, short, least, none = lengths(svg)
    assert long == 4 * short and 0 < least < short and none == 0


def test_what_is_no_number_or_nothing_has_no_bar() -> None:
    assert lengths(bar_chart("x", "t", [Bar("a", 0.0, "0"), Bar("b", math.nan, "nan")])) == [0, 0]
    assert lengths(bar_chart("x", "t", [])) == []
