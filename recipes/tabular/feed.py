"""The rows of tables, read one by one: `predict` of any number of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.sources.all_columns import TableListing, list_table
from kerasapps.data.sources.rows import origin
from kerasapps.errors import DataError
from kerasapps.recipes.tabular.reader import (
    RowReader,
    gather_rows,
    input_of,
    is_json,
    note_strange,
    refuse_no_table,
)
from kerasapps.recipes.tabular.unread import Unread
from kerasapps.workflow.bulk.feed import Feed, Item, Part, part_of_inputs
from kerasapps.workflow.bulk.tables import rows_about


def feed_of_rows(arguments: Sequence[str], *, reader: RowReader, encoding: str | None) -> Feed:
    """The same rows, one by one.

    Args:
        arguments: of a command line.
        reader: knows which columns there must be.
        encoding: of files of text; None: found out.

    Raises:
        DataError: as `gather_rows`, as far as it shows before the rows are read.
    """

    def part(name: str) -> Part:
        if is_json(name):
            alone = gather_rows([name], reader=reader, encoding=encoding)
            return part_of_inputs(alone, kind="row", identity="a row that was typed")
        return _table_part(name, reader=reader, encoding=encoding)

    return Feed([part(name) for name in arguments])


def rows_of(frame: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of a DataFrame, each its values by column.

    Raises:
        DataError: if one cannot be read.
    """
    listing = list_table(frame, splits=False)
    for row in listing.rows():
        if row.problem is not None:
            raise DataError(f"{origin(row.where, row.number)}: {row.problem.reason}")
        yield dict(zip(listing.names, row.values, strict=True))


def _table_part(name: str, *, reader: RowReader, encoding: str | None) -> Part:
    refuse_no_table(name)

    def listed() -> TableListing:
        return list_table(name, named=reader.spec.names, splits=False, encoding=encoding)

    listing = listed()
    notes = [*listing.guesses]
    note_strange(notes, reader.check_columns(listing.names, where=name), name)

    def items() -> Iterator[Item]:
        fresh, unread = listed(), Unread(reader.spec)
        for row in fresh.rows():
            each = input_of(row, listing.names, listing.names)
            unread.see(each.value)
            yield Item(each.name, each.value, [*each.value.values()], each.problem)
        if fresh.errors:
            raise DataError("; ".join(fresh.errors))
        told = (*fresh.guesses, *unread.notes(name))
        notes.extend(note for note in told if note not in notes)

    path = Path(name)
    return Part(
        identity=str(path.absolute()),
        columns=listing.names,
        items=items,
        total=lambda: rows_about(path, header=True) if path.is_file() else None,
        notes=notes,
    )
