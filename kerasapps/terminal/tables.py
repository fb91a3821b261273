"""Tables that suit the width there is: all columns, those that count most, or a block a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from kerasapps.wording.harmless import harmless

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

WIDE = 24
"""Characters of a cell that may be broken between words; shorter ones never are."""


class FittedTable(NamedTuple):
    """A table for one width.

    Attributes:
        shown: the table, or the blocks in its place.
        left_out: columns for which there was no room.
    """

    shown: RenderableType
    left_out: tuple[str, ...] = ()


def fitted_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    spare: Sequence[str] = (),
    left: Sequence[int] = (0,),
) -> FittedTable:
    """A table in which no word is broken, as far as the width allows.

    Args:
        columns: their names.
        rows: the cells of each row.
        width: characters of a line.
        spare: columns that may be left out, those first that are missed least.
        left: places of the columns whose cells stand to the left.
    """
    out: list[str] = []
    while not _fits(columns, rows, out, width):
        waiting = [name for name in spare if name in columns and name not in out]
        if not waiting:
            break
        out.append(waiting[0])
    if not _fits(columns, rows, out, width) and len(columns) > 1:
        return FittedTable(_blocks(columns, rows))
    kept = [at for at, name in enumerate(columns) if name not in out]
    table = _table(
        [columns[at] for at in kept],
        [[row[at] for at in kept] for row in rows],
        left=[kept.index(at) for at in left if at in kept],
    )
    return FittedTable(table, tuple(name for name in columns if name in out))


def _fits(
    columns: Sequence[str], rows: Sequence[Sequence[str]], out: Sequence[str], width: int
) -> bool:
    from rich.cells import cell_len

    def least(cells: Sequence[str]) -> int:
        """What the column cannot be narrower than."""
        longest = max(map(cell_len, cells))
        return longest if longest <= WIDE else max(cell_len(w) for c in cells for w in c.split(" "))

    needed = [
        least([name, *(harmless(row[at]) for row in rows)])
        for at, name in enumerate(columns)
        if name not in out
    ]
    return sum(needed) + 3 * len(needed) + 1 <= width


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, left: Sequence[int]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for at, column in enumerate(columns):
        longest = max([len(column), *(len(row[at]) for row in rows)])
        table.add_column(
            Text(column),
            justify="left" if at in left else "right",
            overflow="fold",
            no_wrap=longest <= WIDE and len(columns) > 1,
        )
    for row in rows:
        table.add_row(*(Text(harmless(cell)) for cell in row))
    return table


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    """Each row as its first cell and, below that, a line for each of the others."""
    from rich.text import Text

    longest = max(map(len, columns[1:]))
    text = Text()
    for row in rows:
        text.append(f"{harmless(row[0])}\n", style="bold")
        for name, cell in zip(columns[1:], row[1:], strict=True):
            if cell:
                text.append(f"  {name:{longest}}  {harmless(cell)}\n")
    text.rstrip()
    return text
