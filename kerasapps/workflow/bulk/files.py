"""Files that are answered: named one by one, in folders, in lists and in tables."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from kerasapps.data.sources.column_choice import ColumnChoice
from kerasapps.data.sources.lines import open_binary
from kerasapps.data.sources.table_shapes import TABLE_SUFFIXES
from kerasapps.errors import ConfigError, DataError
from kerasapps.files.paths import user_path, without_scheme
from kerasapps.workflow.bulk.feed import Feed, Item, Part
from kerasapps.workflow.bulk.tables import Asked, lines_in, table_part
from kerasapps.workflow.inputs import files_of

LIST: Final = "@"
"""Before the name of a file that lists others, one a line; `@-` is standard input."""


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """What kind of files a bundle is asked about.

    Attributes:
        kind: what one is, as the column of a table is called.
        noun: the same for messages.
        is_one: whether a file in a folder is one.
        choice: finds the column of a table that names them, or has them in it.
        asked: from the folder of a table to what makes the bundle's input of a cell.
    """

    kind: str
    noun: str
    is_one: Callable[[Path], bool]
    choice: Callable[[Path], ColumnChoice]
    asked: Callable[[Path], Asked]


def feed_of_files(arguments: Sequence[str], *, files: FileKind) -> Feed:
    """The files that the arguments name, hold or list.

    Args:
        arguments: files, folders of them, tables that name them, and `@LIST`, a file with a name a
            line, which begin in the folder where we are.
        files: of which kind they are.

    Raises:
        ConfigError: if there is `-`.
        DataError: if a list or a table cannot be read.
    """
    if "-" in arguments:
        raise ConfigError(
            f"- reads texts from standard input; this bundle takes {files.noun} files: @- reads "
            "their names from there, one a line."
        )
    return Feed(_parts(arguments, files))


def _parts(arguments: Sequence[str], files: FileKind) -> list[Part]:
    parts: list[Part] = []
    named: list[str] = []

    def close() -> None:
        if named:
            parts.append(_named_part([*named], files))
            named.clear()

    for argument in arguments:
        place = place_of(argument, files.noun)
        if argument.startswith(LIST) and (place is None or not place.exists()):
            close()
            parts.append(_list_part(argument[len(LIST) :], files))
        elif place is not None and place.is_dir():
            close()
            parts.append(_folder_part(argument, place, files))
        elif place is not None and place.suffix.lower() in TABLE_SUFFIXES and place.is_file():
            close()
            folder = place.parent
            choice, asked = files.choice(folder), files.asked(folder)
            parts.append(table_part(place, choice=choice, asked=asked, encoding=None))
        else:
            named.append(argument)
    close()
    return parts


def place_of(argument: str, noun: str) -> Path | None:
    """The path that an argument may be; None if it can be none."""
    with suppress(DataError, OSError, ValueError):
        return user_path(without_scheme(argument), what=noun, error=DataError)
    return None


def _named_part(names: Sequence[str], files: FileKind) -> Part:
    return Part(
        identity=f"{files.noun} {Path(names[0]).absolute()}"
        + (f" and {len(names) - 1} more" if len(names) > 1 else ""),
        columns=(files.kind,),
        items=lambda: (Item(name, name) for name in names),
        total=lambda: len(names),
    )


def _folder_part(argument: str, folder: Path, files: FileKind) -> Part:
    def items() -> Iterator[Item]:
        for name, problem in files_of(argument, files.noun, files.is_one):
            yield Item(name, name, problem=problem)

    return Part(
        identity=str(folder.absolute()),
        columns=(files.kind,),
        items=items,
        total=lambda: _count_below(folder, files.is_one),
    )


def _count_below(folder: Path, is_one: Callable[[Path], bool]) -> int:
    """How many files lie below a folder, about: links are not followed, which would take longer."""
    return sum(
        is_one(Path(root, name))
        for root, _, names in os.walk(folder)
        for name in names
        if not name.startswith(".")
    )


def _list_part(name: str, files: FileKind) -> Part:
    """The files that a list names."""
    if name == "-":
        if sys.stdin is None:
            raise ConfigError("@- reads names from standard input, which is closed.")
        stream = sys.stdin.buffer
        return Part(
            identity="standard input",
            columns=(files.kind,),
            items=lambda: _listed(stream),
            once=True,
        )
    file = user_path(name, what="the list", error=DataError)
    if not file.is_file():
        raise DataError(f"{LIST}{file}: there is no such list; it is a file with a name a line.")

    def items() -> Iterator[Item]:
        with open_binary(file) as opened:
            yield from _listed(opened)

    return Part(
        identity=str(file.absolute()),
        columns=(files.kind,),
        items=items,
        total=lambda: lines_in(file),
    )


def _listed(stream: BinaryIO | Iterable[bytes]) -> Iterator[Item]:
    for line in stream:
        name = os.fsdecode(line.rstrip(b"\r\n"))
        if name.strip():
            yield Item(name, name)


def same(value: Any) -> Any:
    """A value that is asked as it is."""
    return value
