"""What figures and explanations print of themselves, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

DASH = "\u2013"
TRUNCATED = "(the text is longer than the model reads: its end was ignored)"

Line: TypeAlias = str | tuple[tuple[str, str], ...]
"""A line of plain text, or its pieces in order: `(text, style)`, a style as `rich` has them."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One table and the lines around it.

    Attributes:
        title: of the table.
        columns: their names.
        rows: the cells of each row, as many as there are columns.
        lead: lines above the title.
        lines: lines below the table.
        spare: columns that may be left out where there is no room, those first that are missed
            least.
        before: what is shown above all of it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    lead: Sequence[Line] = ()
    lines: Sequence[Line] = ()
    spare: Sequence[str] = ()
    before: Sequence[Shown] = ()


def three_digits(value: float) -> str:
    """A size or a time with three digits that count, zeros too: 8.00 below 8.68; all before 1."""
    return f"{value:.0f}" if value >= 99.95 or value == 0 else f"{value:#.3g}".rstrip(".")


def per_cent(share: float | None) -> str:
    """A share from 0 to 1 in per cent, with two digits, or a dash."""
    return cell(None if share is None else 100 * share, "{:.2f} %")


def cell(value: float | None, form: str) -> str:
    """The value in that form, such as "{:.2f}", or a dash."""
    return DASH if value is None else form.format(value)
