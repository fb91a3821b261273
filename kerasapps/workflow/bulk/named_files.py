"""Files of examples in tables: named by a column, or held in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.sources.class_folders import ExampleFiles
from kerasapps.data.sources.column_choice import ColumnChoice, Head, Places, usual_place
from kerasapps.data.sources.columns import Wanted, listed_columns
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.data.sources.places import ShardPlace
from kerasapps.data.sources.rows import is_missing
from kerasapps.errors import DataError
from kerasapps.workflow.bulk.files import FileKind
from kerasapps.workflow.bulk.tables import Asked

_LOOKED_AT = 20  # values that are looked for on the disk

IsHeader = Callable[[Sequence[Sequence[str]]], bool]


def file_kind(
    kind: str,
    examples: ExampleFiles,
    wanted: Wanted,
    *,
    is_header: IsHeader,
    column_of: Callable[..., int | None],
    in_shards: bool = False,
) -> FileKind:
    """Files of a kind of example, and how they are found in tables.

    Args:
        kind: what one is, as the column of a table is called.
        examples: which files are such.
        wanted: the column that names them, or holds them.
        is_header: see `ColumnChoice`.
        column_of: finds that column in the names and values of a table, if it can be told.
        in_shards: whether they may lie in shards.
    """

    def choice(folder: Path) -> ColumnChoice:
        places = FilePlaces(folder, examples=examples)

        def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
            free = [place for place in range(len(head.names)) if place != split]
            place = column_of(
                head.names,
                head.sample,
                free,
                are_files=lambda values: places.holds(values[:_LOOKED_AT]),
            )
            if place is None:
                # None of the files may be there: reading them says of each that it is missing.
                place = usual_place(head.names, wanted.usual, free)
            if place is None:
                raise DataError(
                    f"cannot tell which column of {head.where} holds the {examples.noun}s: name "
                    f"it with {wanted.option}; {listed_columns(head.names)}"
                )
            return (place,), True

        return ColumnChoice(wanted=(wanted,), is_header=is_header, guess=guess)

    return FileKind(
        kind=kind,
        noun=examples.noun,
        is_one=examples.is_one,
        choice=choice,
        asked=lambda folder: _asked(FilePlaces(folder, examples=examples)),
        in_shards=in_shards,
    )


def _asked(places: FilePlaces) -> Asked:
    """The file that a cell names, or what it holds."""

    def asked(value: Any) -> Any:
        if isinstance(value, Mapping):
            held = value.get("bytes")
            if held:
                return bytes(held)
            value = value.get("path")
            value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        if isinstance(value, ShardPlace):
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            return bytes(value)
        if is_missing(value):
            raise DataError("there is no file")
        if isinstance(value, str | int | os.PathLike):
            return str(places.find(str(value).strip()))
        return value

    return asked
