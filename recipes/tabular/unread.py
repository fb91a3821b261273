"""Cells of columns of numbers or dates that are neither: they count as missing, which is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kerasapps.data.rows.cells import MISSING, cell_text
from kerasapps.preprocess.row_spec import ColumnSpec, RowSpec
from kerasapps.preprocess.rows import is_missing_in
from kerasapps.wording.counted import are, counted

_REMEMBERED: Final = 10_000  # texts of a column, of which reading one again takes time
_SHOWN: Final = 40  # characters of a cell


def unread_cells(row: Mapping[str, Any], spec: RowSpec) -> dict[str, str]:
    """Column → its cell, as text, where it is not of the kind that the column's others are.

    Args:
        row: with all columns that the bundle uses.
        spec: says what these are.
    """
    cells = [(column, cell_text(row[column.name])) for column in spec.scaled]
    return {
        column.name: text
        for column, text in cells
        if text != MISSING and is_missing_in(text, column)
    }


class Unread:
    """Counts such cells in the rows of a table.

    Args:
        spec: of the bundle's columns.
    """

    def __init__(self, spec: RowSpec) -> None:
        self._columns = spec.scaled
        self._known: dict[str, dict[str, bool]] = {column.name: {} for column in self._columns}
        self._found: dict[str, tuple[int, str]] = {}

    def see(self, row: Mapping[str, Any]) -> None:
        """Takes a row in."""
        for column in self._columns:
            text = cell_text(row[column.name])
            if text != MISSING and self._is_unread(text, column):
                count, first = self._found.get(column.name, (0, text[:_SHOWN]))
                self._found[column.name] = count + 1, first

    def notes(self, where: str) -> list[str]:
        """What there was in each column, for people.

        Args:
            where: the rows are.
        """
        kinds = {column.name: column.kind for column in self._columns}
        return [
            f"{where}: {counted(count, 'value')} of {name!r} {are(count)} no {kinds[name]}, such "
            f"as {first!r}, and {'counts' if count == 1 else 'count'} as missing"
            for name, (count, first) in self._found.items()
        ]

    def _is_unread(self, text: str, column: ColumnSpec) -> bool:
        known = self._known[column.name]
        if text not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[text] = is_missing_in(text, column)
        return known[text]
