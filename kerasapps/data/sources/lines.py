"""Lines of a text file: decoded one by one, with a memory of what was wrong with them."""

from __future__ import annotations

import codecs
import functools
import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from kerasapps.data.sources.encodings import Encoding, find_encoding, utf8_stream
from kerasapps.data.sources.rows import Problem, decode
from kerasapps.errors import DataError
from kerasapps.files.named import open_regular
from kerasapps.terminal.doing import Progress
from kerasapps.wording.harmless import printable

LINE_LIMIT = 1 << 24  # bytes of one line, or of one file that is one text
_SAMPLE_BYTES = 1 << 18
_TOLD_EVERY = 2000  # lines, of how far they are
_SAMPLE_LINES = 20  # at least, however long they are


class Lines(Iterator[str]):
    """The lines of a binary stream as text, with their ends; only a line feed ends a line.

    Args:
        stream: at its start.
        encoding: of the file, whose bytes the stream has as UTF-8; see `utf8_stream`.
        size: bytes of the stream; None: unknown.

    Attributes:
        number: lines read so far.
        problem: what was first wrong since it was last set to None: bytes that are not UTF-8, or
            a line of more than `LINE_LIMIT` bytes, which comes as an empty one.
        mark: whether the stream begins with a byte order mark (left out).
        last: the line that was read last.
        ended: whether a line was asked for beyond the last.
    """

    def __init__(
        self, stream: BinaryIO, encoding: Encoding = Encoding(), size: int | None = None
    ) -> None:
        self._stream = stream
        self._size, self._told = size, Progress("rows")
        self._encoding = encoding
        self._position = 0
        self.number = 0
        self.problem: Problem | None = None
        self.mark = False
        self.last = ""
        self.ended = False

    def __next__(self) -> str:
        line = self._stream.readline(LINE_LIMIT + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        start, self._position = self._position, self._position + len(line)
        if self._size and self.number % _TOLD_EVERY == 0:
            self._told(self.number, self._position / self._size)
        if len(line) > LINE_LIMIT:
            self._skip_rest(line)
            return "\n"
        if self.number == 1 and line.startswith(codecs.BOM_UTF8):
            self.mark, line, start = True, line[3:], 3
        text, problem = decode(line, start=start)
        if problem is not None and self._encoding.codec != "utf-8":
            reason = f"a byte or more are not {self._encoding.codec.upper()}"
            problem = Problem("bad encoding", reason)
        self.problem = self.problem or problem
        self.last = text
        return text

    def _skip_rest(self, line: bytes) -> None:
        """Read on to the end of a line that is too long, without keeping it."""
        while line and not line.endswith(b"\n"):
            line = self._stream.readline(_SAMPLE_BYTES)
            self._position += len(line)
        reason = f"the line has more than {LINE_LIMIT:,} bytes"
        self.problem = self.problem or Problem("over-long", reason)

    def notes(self, file: Path, blank: Sequence[int]) -> list[str]:
        """What is unusual in the file and handled.

        Args:
            file: for the messages.
            blank: rows that are blank lines.
        """
        name, notes = printable(file.name), []
        if self.mark:
            notes.append(f"{name} begins with a byte order mark: left out")
        if self._encoding.mac:
            notes.append(f"{name} has the line ends of old Macs (CR): handled")
        if blank:
            plural = "s" if len(blank) > 1 else ""
            notes.append(f"{name} has {len(blank)} blank line{plural} (row {blank[0]}): left out")
        return notes


def parted(line: str) -> list[str]:
    """A line that holds carriage returns as the lines of an old Mac, which were copied there."""
    parts = line.rstrip("\r\n").split("\r")
    return [part for part in parts if part.strip()] if len(parts) > 1 else []


def format_of(file: Path) -> str:
    """The suffix that tells a file's format, in lower case; that of gzip is looked through."""
    suffix = file.suffix.lower()
    return Path(file.stem).suffix.lower() if suffix == ".gz" else suffix


@contextmanager
def open_binary(file: Path) -> Iterator[BinaryIO]:
    """The bytes of a file; one named .gz is unpacked on the way.

    Raises:
        DataError: if it cannot be read, then or later.
    """
    try:
        with open_regular(file) as stream:
            if file.suffix.lower() == ".gz":
                with gzip.open(stream) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"cannot unpack {printable(file)}: {error}; it is damaged, or no gzip file"
        ) from error
    except OSError as error:
        raise DataError(f"cannot read {printable(file)}: {error.strerror}") from error


def encoding_of(file: Path, named: str | None = None) -> Encoding:
    """How the lines of a file are read; found out once as long as the file stays as it is.

    Args:
        file: an existing file.
        named: the encoding that the user named.

    Raises:
        DataError: if it cannot be read, its first line is too long, or it begins with the mark of
            another encoding than was given.
    """
    try:
        state = file.stat()
    except OSError as error:
        raise DataError(f"cannot read {printable(file)}: {error.strerror}") from error
    return _encoding_of(file.absolute(), named, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=256)
def _encoding_of(file: Path, named: str | None, *_: int) -> Encoding:
    with open_binary(file) as stream:
        head = stream.read(LINE_LIMIT + 1)
    endless = len(head) > LINE_LIMIT and b"\n" not in head and b"\r" not in head
    if endless and not head.lstrip().startswith((b"[", b"{")):  # JSON may be one long line
        raise _endless(file)
    return find_encoding(lambda: open_binary(file), name=printable(file.name), named=named)


@contextmanager
def open_lines(file: Path, encoding: Encoding) -> Iterator[Lines]:
    """The lines of a file.

    Raises:
        DataError: as `open_binary`.
    """
    with open_binary(file) as stream:
        plain = file.suffix.lower() != ".gz" and encoding.codec == "utf-8"
        size = os.fstat(stream.fileno()).st_size if plain else None
        yield Lines(utf8_stream(stream, encoding), encoding, size)


def _endless(file: Path) -> DataError:
    return DataError(f"{printable(file)}: its first line has more than {LINE_LIMIT:,} bytes")


def sample_lines(file: Path, encoding: Encoding = Encoding()) -> tuple[list[str], bool]:
    """The first lines of a file without the blank ones, and whether they are all.

    The last may be cut when they are not all; there are more then.

    Raises:
        DataError: if they cannot be read, or the first one is too long.
    """
    with open_binary(file) as packed:
        stream = utf8_stream(packed, encoding)
        data = stream.read(_SAMPLE_BYTES + 1)
        while data.count(b"\n") < _SAMPLE_LINES and len(data) <= LINE_LIMIT:
            more = stream.read(_SAMPLE_BYTES)
            if not more:
                break
            data += more
        complete = not stream.read(1)
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    # Not splitlines: a text may hold one of the other line ends of Unicode.
    lines = [f"{line}\n" for line in text.split("\n") if line.strip()]
    if not complete and len(lines) < 2:
        raise _endless(file)
    return lines, complete
