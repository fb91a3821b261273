"""What a chart shows, read from its SVG."""

from __future__ import annotations

import re
from xml.etree import ElementTree


def texts(svg: str) -> list[str]:
    """All texts in it."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def title_of(svg: str) -> str | None:
    """What it is for those who cannot see it."""
    return ElementTree.fromstring(svg).findtext("title")


def lines(svg: str, variable: str) -> list[list[tuple[float, ...]]]:
    """The points of each line in that colour, those of the legend last."""
    found = re.findall(rf'<path d="([^"]*)"[^>]*fill: none;[^"]* stroke: var\({variable}\)', svg)
    return [
        [tuple(map(float, pair)) for pair in re.findall(r"[ML] ([\d.-]+) ([\d.-]+)", path)]
        for path in found
    ]


def marks(svg: str, variable: str) -> list[str]:
    """The heights of the markers in that colour, that of the legend last."""
    return re.findall(rf'<use [^>]*y="([\d.]+)"[^>]*style="fill: var\({variable}\)', svg)
