"""What `predict` is given: arguments, or standard input line by line."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kerasapps.errors import DataError
from kerasapps.harmless import one_line, printable

_HALVES = re.compile("[\udc80-\udcff]")  # bytes that the locale's encoding does not have
_NAMED = 5  # inputs that one message names


@dataclass(frozen=True)
class Input:
    """One file or text.

    Attributes:
        name: what messages call it: "text 2", "line 7".
        value: the file's name or the text; empty where there is a problem.
        problem: why it cannot be read, if that is known already.
    """

    name: str
    value: str
    problem: str | None = None


@dataclass(frozen=True)
class GivenLines:
    """Standard input, or what the arguments give.

    Attributes:
        inputs: one for each line, or argument.
        notes: how it was read, where that may not be what was meant.
    """

    inputs: list[Input]
    notes: tuple[str, ...] = ()


def inputs_of_lines(file: BinaryIO, *, encoding: str | None = None) -> GivenLines:
    """One input for each line, also for one that cannot be decoded: all others keep their places.

    Args:
        file: all that is given.
        encoding: of it; None: UTF-8, else guessed.

    Raises:
        DataError: if it begins with the mark of another encoding than was given.
    """
    from kerasapps.data.sources.encodings import find_encoding, utf8_stream

    data = file.read()
    found = find_encoding(lambda: closing(io.BytesIO(data)), name="standard input", named=encoding)
    lines = utf8_stream(io.BytesIO(data), found)
    notes = tuple(each for each in (found.guessed, found.doubt) if each)
    return GivenLines([_input_of_line(*each, found.codec) for each in enumerate(lines, 1)], notes)


def _input_of_line(number: int, line: bytes, codec: str) -> Input:
    name = f"line {number}"
    try:
        # The first may begin with a byte order mark.
        text = line.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        at = f" at byte {error.start + 1}" if codec == "utf-8" else ""
        return Input(name, "", f"{name} is not {codec.upper()}{at}")
    return Input(name, text)


def inputs_of_texts(texts: Sequence[str]) -> GivenLines:
    """One input for each text; a text that is the name of a file is told, as it may be meant."""
    files = [text for text in texts if _is_file(text)]
    notes = [
        f"{one_line(text)} is a file, and its name was taken for the text: to read what is in it, "
        "give - and the file as standard input"
        for text in files[:_NAMED]
    ]
    inputs = [Input(f"text {n}", _as_utf8(each)) for n, each in enumerate(texts, 1)]
    return GivenLines(inputs, tuple(notes))


def _as_utf8(text: str) -> str:
    """An argument of UTF-8, also where the locale has made it half characters."""
    try:
        return os.fsencode(text).decode("utf-8") if _HALVES.search(text) else text
    except UnicodeError:
        return text  # whoever answers it tells


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # longer than a path can be, or with a null character
        return False


def inputs_of_files(names: Iterable[str]) -> Iterator[Input]:
    """One input for each picture file, and for each picture below a folder."""
    number = 0
    for name in names:
        for each in _files_of(name):
            number += 1
            yield Input(f"picture {number}", each.value, each.problem)


def _files_of(name: str) -> Iterator[Input]:
    # Only who looks at pictures waits for what reads them.
    from kerasapps.data.images.values import path_of
    from kerasapps.data.sources.picture_formats import is_picture_file
    from kerasapps.data.sources.walk import files_below

    folder = None
    with suppress(DataError):
        folder = path_of(name)
    if folder is None or not folder.is_dir():
        yield Input("", name)  # what it is, reading it tells
        return
    count = 0
    try:
        for file in filter(is_picture_file, files_below(folder)):
            count += 1
            yield Input("", str(file))
    except DataError as error:
        yield Input("", "", str(error))
        return
    if not count:
        yield Input("", "", f"{printable(folder)} holds no pictures")


def cut_note(names: list[str]) -> str:
    """A message on the texts whose end was not read; at least one."""
    if len(names) == 1:
        return f"note: {names[0]} is longer than the model reads: its end was ignored"
    more = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f"note: {len(names)} texts are longer than the model reads, their ends were ignored: "
        f"{listed}"
    )
