"""Files that are answered: named one by one, in folders, in lists and in tables."""

from __future__ import annotations

import codecs
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from kerasapps.data.sources.column_choice import ColumnChoice
from kerasapps.data.sources.lines import open_binary
from kerasapps.data.sources.shard_files import (
    COMMENT,
    Shards,
    find_shards,
    is_listed,
    is_pattern,
)
from kerasapps.data.sources.table_shapes import TABLE_SUFFIXES
from kerasapps.errors import ConfigError, DataError
from kerasapps.files.paths import user_path, without_scheme
from kerasapps.shards import named_format
from kerasapps.workflow.bulk.feed import Feed, Item, Part
from kerasapps.workflow.bulk.tables import Asked, lines_in, shards_part, table_part
from kerasapps.workflow.input_files import files_of, mistyped

_LOOKED_AT = 100  # names in a folder

LIST: Final = "@"
"""Before the name of a file that lists others, one a line; `@-` is standard input."""


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """What kind of files a bundle is asked about.

    Attributes:
        kind: what one is, as the column of a table is called.
        noun: the same for messages.
        is_one: whether a file in a folder is one.
        choice: from the folder of a table to what finds the column that names them, or has them.
        asked: from the folder of a table to what makes the bundle's input of a cell.
        in_shards: whether they may lie in shards.
    """

    kind: str
    noun: str
    is_one: Callable[[Path], bool]
    choice: Callable[[Path], ColumnChoice]
    asked: Callable[[Path], Asked]
    in_shards: bool = False


def feed_of_files(arguments: Sequence[str], *, files: FileKind) -> Feed:
    """The files that the arguments name, hold or list.

    Args:
        arguments: files, folders of them, tables that name them, shards as training takes them,
            and `@LIST`, a file with a name a line, which starts at its folder.
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
        shards = _shards_of(argument, place, files)
        if shards is not None:
            close()
            parts.append(_shards_part(shards, files))
        elif argument.startswith(LIST) and (place is None or not place.exists()):
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


def _shards_of(argument: str, place: Path | None, files: FileKind) -> Shards | None:
    """The shards that an argument names, if any; a folder of files is not listed to find out."""
    if not files.in_shards:
        return None
    if place is not None and place.exists():
        if place.is_dir() and _begins_with(place, files.is_one):
            return None
        return find_shards(argument, parquet=True)
    if is_pattern(argument):
        return find_shards(argument, parquet=True)
    if is_listed(argument) and argument != f"{LIST}-" and _lists_shards(argument[len(LIST) :]):
        return find_shards(argument, parquet=True)
    return None


def _begins_with(folder: Path, is_one: Callable[[Path], bool]) -> bool:
    with suppress(OSError), os.scandir(folder) as scan:
        return any(is_one(Path(item.path)) for item in itertools.islice(scan, _LOOKED_AT))
    return False


def _lists_shards(name: str) -> bool:
    """Whether the first name in a list is of shards, rather than of a file that is answered."""
    file = user_path(name, what="the list", error=DataError)
    if not file.is_file():
        return False
    with open_binary(file) as opened:
        names = map(str.strip, _names_in(opened))
        first = next((name for name in names if name and not name.startswith(COMMENT)), "")
    return is_pattern(first) or named_format(Path(first).name) is not None


def _shards_part(shards: Shards, files: FileKind) -> Part:
    folder = shards.parts[0].file.parent
    choice, asked = files.choice(folder), files.asked(folder)
    return shards_part(shards, choice=choice, asked=asked, in_place=True)


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
        items=lambda: (Item(name, name, problem=_mistyped(name, files)) for name in names),
        total=lambda: len(names),
    )


def _mistyped(name: str, files: FileKind) -> str | None:
    path = place_of(name, files.noun)
    return None if path is None else mistyped(path)


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
            items=lambda: _listed(stream, Path()),
            once=True,
        )
    file = user_path(name, what="the list", error=DataError)
    if not file.is_file():
        raise DataError(f"{LIST}{file}: there is no such list; it is a file with a name a line.")

    def items() -> Iterator[Item]:
        with open_binary(file) as opened:
            yield from _listed(opened, file.parent)

    return Part(
        identity=str(file.absolute()),
        columns=(files.kind,),
        items=items,
        total=lambda: lines_in(file),
    )


def _listed(stream: BinaryIO | Iterable[bytes], folder: Path) -> Iterator[Item]:
    for name in _names_in(stream):
        if name.strip():
            yield Item(name, str(folder / name), [name])


def _names_in(stream: BinaryIO | Iterable[bytes]) -> Iterator[str]:
    """The lines of a list, without a mark of its encoding."""
    for number, line in enumerate(stream):
        whole = line if number else line.removeprefix(codecs.BOM_UTF8)
        yield os.fsdecode(whole.rstrip(b"\r\n"))
