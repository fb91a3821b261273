"""Texts that are answered: as arguments, in tables, line by line, and a file each in folders."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, cast

from kerasapps.data.sources.column_choice import TEXT_NAMES, ColumnChoice, Head, Places, usual_place
from kerasapps.data.sources.columns import Wanted
from kerasapps.data.sources.encodings import Encoding, find_encoding, utf8_stream
from kerasapps.data.sources.headers import names_columns
from kerasapps.data.sources.lines import LINE_LIMIT, encoding_of, open_binary
from kerasapps.data.sources.rows import is_missing
from kerasapps.data.sources.shard_files import (
    Shards,
    find_shards,
    holds_shards,
    is_listed,
    is_pattern,
)
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.walk import files_below
from kerasapps.errors import ConfigError, DataError
from kerasapps.files.named import read_regular
from kerasapps.wording.harmless import printable
from kerasapps.workflow.bulk.feed import Feed, Item, Part, part_of_inputs
from kerasapps.workflow.bulk.files import place_of
from kerasapps.workflow.bulk.tables import lines_in, shards_part, table_part
from kerasapps.workflow.inputs import gather_texts, input_of_line

_HEAD = 1 << 22  # bytes of a stream by which its encoding is known

Guess = Callable[[Head, Sequence[int]], int | None]
"""The beginning of a table and its free columns → that of the texts; None if it cannot be told."""


def classified_column(named: str | None) -> ColumnChoice:
    """How the texts are found that are labelled or tagged; `named` is the user's `text_column`."""
    return text_column(option="text_column", named=named, guess=guess_texts, usual=TEXT_NAMES)


def text_column(
    *, option: str, named: str | None, guess: Guess, usual: Sequence[str]
) -> ColumnChoice:
    """How the one column of texts is found in a table.

    Args:
        option: by which users name it: "text_column".
        named: as they did.
        guess: finds it where they did not.
        usual: names that it usually has, in lower case.
    """

    def found(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        free = [place for place in range(len(head.names)) if place != split]
        place = guess(head, free)
        known = place is not None and head.names[place].strip().lower() in usual
        return (place,), known or len(head.names) == 1

    return ColumnChoice(
        wanted=(Wanted("text", option, named, tuple(usual)),),
        is_header=lambda rows: names_columns(rows, usual=lambda name: name.lower() in usual),
        guess=found,
    )


def guess_texts(head: Head, free: Sequence[int]) -> int | None:
    """The column of a usual name, or else that of the longest values."""
    known = usual_place(head.names, TEXT_NAMES, free)
    if known is not None or not free:
        return known
    return max(free, key=lambda place: _mean_length(head.sample, place))


def _mean_length(sample: Sequence[Sequence[object]], place: int) -> float:
    lengths = [len(str(row[place])) for row in sample if len(row) > place]
    return sum(lengths) / len(lengths) if lengths else 0.0


def feed_of_texts(arguments: Sequence[str], *, encoding: str | None, choice: ColumnChoice) -> Feed:
    """The texts that the arguments are, or that they name.

    Args:
        arguments: texts; or tables, shards as training takes them, files of a text a line, and
            folders of files of a text each; or `-` alone, for the lines of standard input.
        encoding: of files of text, and of standard input; None: UTF-8, else guessed.
        choice: finds the column of a table.

    Raises:
        ConfigError: if there is more than `-`, or something that is neither a text nor a place.
        DataError: if something cannot be read.
    """
    if "-" in arguments:
        if len(arguments) > 1:
            raise ConfigError("- reads the texts from standard input and stands alone.")
        if sys.stdin is None:
            raise ConfigError("- reads the texts from standard input, which is closed.")
        return Feed([_stream_part(sys.stdin.buffer, encoding)])
    parts: list[Part] = []
    texts: list[str] = []
    folders: list[str] = []
    for argument in arguments:
        place = place_of(argument, "text")
        shards = _shards_of(argument, place)
        if shards is not None:
            parts.append(shards_part(shards, choice=choice, asked=_asked, in_place=False))
        elif place is None or not (place.is_file() or _is_folder(argument, place)):
            texts.append(argument)
            if place is not None and place.is_dir():
                folders.append(argument)
        elif place.is_dir():
            parts.append(_folder_part(place, encoding))
        elif is_table(place):
            parts.append(table_part(place, choice=choice, asked=_asked, encoding=encoding))
        else:
            parts.append(_lines_part(place, encoding))
    if texts and parts:
        raise ConfigError(
            f"{texts[0][:60]!r} is no file, and {parts[0].identity} is one: give texts, or files "
            "of them, not both."
        )
    if texts:
        inputs = gather_texts(texts, encoding=encoding)
        parts = [part_of_inputs(inputs, kind="text", identity="texts that were typed")]
        parts[0].notes.extend(
            f"{printable(folder)!r} is taken for a text, though there is a folder of that name: "
            f"{printable(folder)}{os.sep} means the folder"
            for folder in folders
        )
    return Feed(parts)


def _shards_of(argument: str, place: Path | None) -> Shards | None:
    """The shards that an argument names; a text may have signs of a pattern, and begin with `@`."""
    if place is not None and (place.is_file() or _is_folder(argument, place)):
        return find_shards(argument, parquet=True)
    if place is not None and place.is_dir() and holds_shards(place):  # a word names none of these
        return find_shards(argument)
    if is_listed(argument) and Path(argument[1:]).is_file():
        return find_shards(argument, parquet=True)
    if is_pattern(argument) and not argument.count(" "):
        return find_shards(argument, parquet=True)
    return None


def _is_folder(argument: str, place: Path) -> bool:
    """Whether a text clearly names a folder: a word may be called as one is."""
    signs = [sign for sign in (os.sep, os.altsep) if sign]
    return any(sign in argument for sign in signs) and place.is_dir()


def _asked(value: Any) -> str:
    """The text in a cell; a missing one is blank."""
    return value if isinstance(value, str) else "" if is_missing(value) else str(value)


def _lines_part(file: Path, encoding: str | None) -> Part:
    """A text for each line of a file."""
    read = encoding_of(file, encoding)

    def items() -> Iterator[Item]:
        with open_binary(file) as opened:
            yield from _lines(utf8_stream(opened, read), read, where=f"{printable(file.name)}, ")

    return Part(
        identity=str(file.absolute()),
        columns=("text",),
        items=items,
        total=lambda: lines_in(file),
        notes=[each for each in (read.guessed, read.doubt) if each],
    )


def _stream_part(stream: BinaryIO, encoding: str | None) -> Part:
    """A text for each line of a stream, by whose beginning its encoding is known."""
    head = stream.read(_HEAD)
    whole = len(head) < _HEAD
    # A character must not be cut.
    known = head if whole else head[: head.rfind(b"\n") + 1] or head
    read = find_encoding(lambda: closing(io.BytesIO(known)), name="standard input", named=encoding)
    again = cast(BinaryIO, io.BufferedReader(_Rejoined(head, stream)))
    return Part(
        identity="standard input",
        columns=("text",),
        items=lambda: _lines(utf8_stream(again, read), read),
        total=lambda: head.count(b"\n") if whole else None,
        notes=[each for each in (read.guessed, read.doubt) if each],
        once=True,
    )


def _lines(stream: BinaryIO, read: Encoding, *, where: str = "") -> Iterator[Item]:
    for number, line in enumerate(stream, 1):
        each = input_of_line(number, line, read.codec, where=where)
        yield Item(each.name, each.value, problem=each.problem)


class _Rejoined(io.RawIOBase):
    """A stream whose beginning was read before."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._head.read(len(view)) or self._rest.read(len(view))
        view[: len(data)] = data
        return len(data)


def _folder_part(folder: Path, encoding: str | None) -> Part:
    """A text for each file of a folder."""

    def items() -> Iterator[Item]:
        count = 0
        for file in files_below(folder):
            if file.suffix.lower() == ".txt":
                count += 1
                yield _text_of(file, encoding)
        if not count:
            raise DataError(
                f"{printable(folder)} holds no .txt files: give the tables in it one by one, or "
                "the folder of the texts."
            )

    return Part(identity=str(folder.absolute()), columns=("file",), items=items)


def _text_of(file: Path, encoding: str | None) -> Item:
    name = printable(file)
    try:
        content = read_regular(file, limit=LINE_LIMIT)
        text = content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        said = f"{name} is not {(encoding or 'utf-8').upper()} at byte {error.start + 1}"
        return Item(name, "", [str(file)], said)
    except OSError as error:
        return Item(name, "", [str(file)], f"cannot read {name}: {error.strerror}")
    return Item(name, text, [str(file)], within=True)
