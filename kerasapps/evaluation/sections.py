"""Parts of a report: tables, and sections that a task gives, as ready HTML."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kerasapps.evaluation import formats
from kerasapps.evaluation.shown import DASH

TEMPLATES = Path(__file__).parent / "templates"
_FILTERS = (
    *("number", "figure", "share", "points", "file_size", "milliseconds"),
    *("picture_url", "sound_url"),
)
_WIDE = 48  # characters of the longest cells, beyond which a table has the page's width


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of plain values.

    Attributes:
        heading: above it.
        rows: numbers, texts, or None for a dash.
        columns: their names; may be empty.
        note: said under the heading.
    """

    heading: str
    rows: Sequence[Sequence[object]]
    columns: Sequence[str] = ()
    note: str = ""

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers only."""
        return [all(isinstance(value, int | float) for value in each) for each in self._columns]

    @property
    def at_right(self) -> list[bool]:
        """Which columns stand to the right: numbers, and shares in per cent."""
        shares = [
            any(map(_is_share, values))
            and all(value in (None, DASH) or _is_share(value) for value in values)
            for values in self._columns
        ]
        return [each or share for each, share in zip(self.numeric, shares, strict=True)]

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """The rows as texts; the numbers of a column have equally many decimals."""
        texts = [
            formats.column(cast(Sequence[float], values))
            if is_numeric
            else [formats.number(each) for each in values]
            for values, is_numeric in zip(self._columns, self.numeric, strict=True)
        ]
        return list(zip(*texts, strict=True))

    @property
    def is_wide(self) -> bool:
        """Whether it needs the page's full width."""
        columns = zip(*self.cells, strict=True)
        longest = [max(map(len, column)) for column in columns]
        return len(longest) > 4 or sum(longest) > _WIDE

    @property
    def _columns(self) -> list[tuple[object, ...]]:
        return list(zip(*self.rows, strict=True))


def _is_share(value: object) -> bool:
    return isinstance(value, str) and value.endswith(f"{formats.NARROW_SPACE}%")


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a report.

    Attributes:
        name: its anchor, unlike all others of the page.
        link: what the page's navigation calls it.
        heading: above it.
        html: what it holds.
    """

    name: str
    link: str
    heading: str
    html: Markup


def plain_section(
    name: str,
    *,
    link: str,
    heading: str,
    lead: str = "",
    charts: Sequence[tuple[str, Markup]] = (),
    tables: Sequence[Table] = (),
) -> Section:
    """A section of prose, charts and tables, in this order.

    Args:
        name: see `Section`, as `link` and `heading`.
        link: likewise.
        heading: likewise.
        lead: prose; escaped.
        charts: caption and SVG of each; see `drawing.inline_svg`.
        tables: side by side where they are narrow.
    """
    html = render(TEMPLATES / "section.html.j2", lead=lead, charts=charts, tables=tables)
    return Section(name=name, link=link, heading=heading, html=html)


def render(template: Path, **values: Any) -> Markup:
    """A template filled with values, whose texts are escaped.

    Args:
        template: a Jinja file. It may include and import those of this package, knows the
            functions of `formats` as filters, and `dash`.
        values: all that it names.
    """
    return Markup(_environment(template.parent).get_template(template.name).render(**values))


@functools.cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=formats.for_page,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in _FILTERS:
        environment.filters[name] = getattr(formats, name)
    environment.globals["dash"] = DASH
    return environment
