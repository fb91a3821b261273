"""What `predict` is given: texts as arguments, or standard input line by line."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kerasapps.deploy.readers import checked_text
from kerasapps.errors import ConfigError, DataError
from kerasapps.wording.harmless import one_line

_HALVES = re.compile("[\udc80-\udcff]")  # bytes that the locale's encoding does not have
_SEPARATORS = [sign for sign in (os.sep, os.altsep) if sign]
_NAMED = 5  # inputs that one message names


@dataclass(frozen=True)
class Input:
    """One file, text or row.

    Attributes:
        name: what messages call it: "text 2", "line 7".
        value: the file's name, the text, or the row's cells by the names of their columns; empty
            where there is a problem.
        problem: why it cannot be read, if that is known already.
    """

    name: str
    value: Any
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """All that is to be answered.

    Attributes:
        inputs: in order.
        notes: how they were read, where that may not be what was meant.
        by_line: whether exactly one line of output answers each, also one that has a problem.
        columns: of the rows, in order; nothing else has any.
    """

    inputs: Sequence[Input]
    notes: Sequence[str] = ()
    by_line: bool = False
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Named:
    """How many inputs there are of which the same is to be said, and what the first are called.

    Attributes:
        count: of all of them.
        first: names of some.
    """

    count: int
    first: Sequence[str]

    @classmethod
    def of(cls, names: Sequence[str]) -> Named:
        """All of some inputs."""
        return cls(len(names), tuple(names[:_NAMED]))

    @property
    def listed(self) -> str:
        """The first names, and how many more there are."""
        more = self.count - len(self.first)
        return ", ".join(self.first) + (f" and {more:,} more" if more > 0 else "")

    def with_more(self, more: Named) -> Named:
        """These and further ones."""
        return Named(self.count + more.count, (*self.first, *more.first)[:_NAMED])


def gather_texts(arguments: Sequence[str], *, encoding: str | None) -> Inputs:
    """Texts: the arguments, or where there is `-` alone the lines of standard input.

    Args:
        arguments: of a command line.
        encoding: of standard input; None: UTF-8, else guessed.

    Raises:
        ConfigError: if there is more than `-`, an encoding for arguments, or one that is no text.
        DataError: if standard input begins with the mark of another encoding than was given.
    """
    if "-" not in arguments:
        if encoding is not None:
            raise ConfigError("--encoding is for texts from standard input: give - as the input.")
        return inputs_of_texts(arguments)
    if len(arguments) > 1:
        raise ConfigError("- reads the texts from standard input and stands alone.")
    if sys.stdin is None:
        raise ConfigError("- reads the texts from standard input, which is closed.")
    return inputs_of_lines(sys.stdin.buffer, encoding=encoding)


def inputs_of_lines(file: BinaryIO, *, encoding: str | None = None) -> Inputs:
    """One input for each line, also for one that cannot be decoded: all others keep their places.

    Args:
        file: all that is given.
        encoding: of it; None: UTF-8, else guessed.

    Raises:
        DataError: if it begins with the mark of another encoding than was given.
    """
    from kerasapps.data.sources.encodings import find_encoding, utf8_stream

    data = file.read()
    read = find_encoding(lambda: closing(io.BytesIO(data)), name="standard input", named=encoding)
    lines = utf8_stream(io.BytesIO(data), read)
    inputs = [input_of_line(*each, read.codec) for each in enumerate(lines, 1)]
    notes = [each for each in (read.guessed, read.doubt) if each]
    return Inputs(inputs=inputs, notes=notes, by_line=True)


def input_of_line(number: int, line: bytes, codec: str, *, where: str = "") -> Input:
    """The text in a line, or what is wrong with it.

    Args:
        number: of the line, from 1.
        line: in UTF-8, with its end.
        codec: that it was read as, for messages.
        where: stands before its name in them.
    """
    name = f"{where}line {number}"
    try:
        # The first may begin with a byte order mark.
        text = line.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        at = f" at byte {error.start + 1}" if codec == "utf-8" else ""
        return Input(name, "", f"{name} is not {codec.upper()}{at}")
    return Input(name, text)


def inputs_of_texts(texts: Sequence[str]) -> Inputs:
    """One input for each text; an empty one has a problem where others are none.

    Raises:
        ConfigError: for the name of a file or folder; of empty texts only if there are no others.
    """
    given = [each for each in texts if each.strip()]
    for text in given or texts:
        _refuse_no_text(text)
    return Inputs(inputs=[_input_of_text(f"text {n}", each) for n, each in enumerate(texts, 1)])


def _input_of_text(name: str, text: str) -> Input:
    if not text.strip():
        return Input(name, "", f"{name} is empty: give one in quotes")
    return Input(name, _as_utf8(text))


def _refuse_no_text(text: str) -> None:
    """Refuses, in words of the command line, what is an answer to nothing."""
    if not text.strip():
        raise ConfigError("the text is empty: give one in quotes.")
    refuse_name(
        text,
        "Give a text in quotes; predict also answers each line of a file, predict BUNDLE - < FILE, "
        "and with --csv OUT whole tables and shards.",
    )


def refuse_name(text: str, advice: str) -> None:
    """Refuses a text of the user's own that is the name of a file or folder.

    Args:
        text: never one of a stranger, whom the answer would tell what files there are.
        advice: what to do.

    Raises:
        ConfigError: with it.
    """
    if _is_file(text):
        kind = "folder" if Path(text).is_dir() else "file"
        raise ConfigError(
            f"{one_line(text)} is a {kind}, and its name is not the text that is meant. {advice}"
        )


def require_text(text: Any) -> None:
    """Makes sure that there is a text to explain.

    Raises:
        ConfigError: if it is empty.
        DataError: if it is no text.
    """
    if not checked_text(text).strip():
        raise ConfigError("the text is empty: there is nothing to explain.")


def _as_utf8(text: str) -> str:
    """An argument of UTF-8, also where the locale has made it half characters."""
    try:
        return os.fsencode(text).decode("utf-8") if _HALVES.search(text) else text
    except UnicodeError:
        return text  # whoever answers it tells


def _is_file(text: str) -> bool:
    """Whether a text names a file, or clearly a folder: a word may be called as one is."""
    try:
        path = Path(text)
        if not path.is_dir():
            return path.is_file()
        return any(sign in text for sign in _SEPARATORS) or _has_shards(path)
    except (OSError, ValueError, DataError):  # longer than a path can be, or with a null character
        return False


def _has_shards(folder: Path) -> bool:
    from kerasapps.data.sources.shard_files import find_shards  # which few texts need

    return find_shards(folder) is not None


def cut_note(named: Named) -> str:
    """A message on the texts whose end was not read; at least one."""
    if named.count == 1:
        return f"note: {named.first[0]} is longer than the model reads: its end was ignored"
    return (
        f"note: {named.count:,} texts are longer than the model reads, their ends were ignored: "
        f"{named.listed}"
    )


def blank_note(named: Named) -> str:
    """A message on the lines that hold no text; at least one."""
    if named.count == 1:
        return f"note: {named.first[0]} is blank and has no answer"
    return f"note: {named.count:,} lines are blank and have no answer: {named.listed}"
