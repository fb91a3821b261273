"""Tables and shards whose rows are answered: each keeps its cells, and one of them is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.sources.column_choice import ColumnChoice
from kerasapps.data.sources.columns import Columns
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.sources.places import ShardPlace
from kerasapps.data.sources.rows import Row, RowListing, origin
from kerasapps.data.sources.shard_files import Shards
from kerasapps.data.sources.shard_tables import add_shards
from kerasapps.data.sources.table_shapes import shape_of
from kerasapps.data.sources.tables import TableKind, add_table
from kerasapps.errors import DataError
from kerasapps.workflow.bulk.feed import Item, Part, cell_of

_BLOCK = 1 << 22

Asked = Callable[[Any], Any]
"""The value of a cell → what the bundle is asked; a `DataError` says what is wrong with it."""


def table_part(file: Path, *, choice: ColumnChoice, asked: Asked, encoding: str | None) -> Part:
    """The rows of a table.

    Args:
        file: the table.
        choice: finds the one column that is asked.
        asked: from the value of its cell to what the bundle is asked.
        encoding: of a file of text; None: found out.

    Raises:
        DataError: if it cannot be read, or the column cannot be told.
        DependencyError: if reading its format needs a package that is not installed.
    """
    kind = _kind(choice, encoding)
    return _part_of(
        lambda listing: add_table(listing, file, kind=kind),
        asked,
        identity=str(file.absolute()),
        total=lambda columns: rows_about(file, header=columns.header),
    )


def frame_part(frame: Any, *, choice: ColumnChoice, asked: Asked) -> Part:
    """The rows of a table in memory, as `table_part` has those of a file.

    Args:
        frame: a pandas DataFrame, a pyarrow Table or a list of mappings.
        choice: see there.
        asked: see there.
    """
    kind = _kind(choice, None)
    return _part_of(
        lambda listing: add_table(listing, frame, kind=kind),
        asked,
        identity=describe_source(frame),
        total=lambda _: None,
    )


def shards_part(shards: Shards, *, choice: ColumnChoice, asked: Asked, in_place: bool) -> Part:
    """The examples of shards, whatever split they are of.

    Args:
        shards: of one data set.
        choice: finds the one field that is asked.
        asked: from its value to what the bundle is asked.
        in_place: whether bytes stay where they lie, and whoever answers reads them.

    Raises:
        DataError: if they cannot be read, or the field cannot be told.
        DependencyError: if reading their format needs a package that is not installed.
    """
    kind = _kind(choice, None)
    return _part_of(
        lambda listing: add_shards(listing, shards, kind=kind, in_place=in_place),
        asked,
        identity=", ".join(str(part.file.absolute()) for part in shards.parts),
        total=lambda _: None,
    )


def _kind(choice: ColumnChoice, encoding: str | None) -> TableKind:
    """How all columns are read, that which is asked first."""

    def chosen(names: Sequence[str], sample: Sequence[Sequence[object]], where: str) -> Columns:
        columns = choice.choose(names, sample, where)
        (place,) = columns.places
        others = [other for other in range(len(names)) if other != place]
        return dataclasses.replace(columns, places=(place, *others), split=None)

    return TableKind(
        names=choice.names,
        choose=chosen,
        example=f'{{"{choice.wanted[0].noun}": "…"}}',
        encoding=encoding,
        narrow=True,
    )


def _part_of(
    add: Callable[[RowListing], Columns],
    asked: Asked,
    *,
    identity: str,
    total: Callable[[Columns], int | None],
) -> Part:
    """What is added to a listing, which is done anew each time that the rows are read."""
    first = RowListing()
    columns = add(first)
    notes = [*first.guesses, *first.warnings]
    # The one that is asked comes first in a row, and stands where it was in a table.
    order = [columns.places.index(place) for place in range(len(columns.names))]

    def items() -> Iterator[Item]:
        listing = RowListing()
        add(listing)
        for row in listing.rows():
            yield _item(row, order, asked)
        if listing.errors:
            raise DataError("; ".join(listing.errors))
        notes.extend(listing.notes)

    return Part(
        identity=identity,
        columns=tuple(columns.names),
        items=items,
        total=lambda: total(columns),
        notes=notes,
    )


def _item(row: Row, order: Sequence[int], asked: Asked) -> Item:
    name = origin(row.where, row.number)
    if row.problem is not None:
        return Item(name, "", [""] * len(order), f"{name}: {row.problem.reason}")
    cells = [_cell(row.values[place], name) for place in order]
    try:
        return Item(name, asked(row.values[0]), cells, within=True)
    except DataError as error:
        return Item(name, "", cells, f"{name}: {error}")


def _cell(value: object, name: str) -> Any:
    """A value as a cell; what is no text, such as a picture's bytes, is called by its row."""
    if isinstance(value, bytes | bytearray | memoryview | ShardPlace):
        return name
    if isinstance(value, Mapping) and "bytes" in value:
        path = value.get("path")
        path = path.decode("utf-8", "replace") if isinstance(path, bytes) else path
        return path or name
    return cell_of(value)


def rows_about(file: Path, *, header: bool) -> int | None:
    """About how many rows a table has: as many as lines, where a text has none of its own.

    Args:
        file: the table.
        header: whether its first line holds names.

    Returns:
        None where only reading it tells.
    """
    if shape_of(file) == "parquet":
        from pyarrow import parquet

        with parquet.ParquetFile(file) as opened:
            rows: int = opened.metadata.num_rows
        return rows
    lines = lines_in(file)
    return None if lines is None else max(lines - header, 0)


def lines_in(file: Path) -> int | None:
    """How many lines a file of text has; None if it is packed, or cannot be read."""
    if file.suffix.lower() == ".gz":
        return None
    try:
        with file.open("rb") as stream:
            count, last = 0, b"\n"
            while block := stream.read(_BLOCK):
                count, last = count + block.count(b"\n"), block[-1:]
    except OSError:
        return None
    return count + (last != b"\n")
