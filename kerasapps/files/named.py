"""Files that users name: regular ones only, and no more of one than fits.

A named pipe would hang whoever opens it, a device such as /dev/zero never ends. Everything that
opens a file which comes from outside does so here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

_IRREGULAR: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a disk"),
)
# A pipe that took the file's place in between is not waited for.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class IrregularFileError(OSError):
    """Something that is neither a file nor a folder; `strerror` says what it is and the way out."""


def refuse_irregular(path: Path) -> None:
    """Make sure that what the path leads to, if anything, is a file or a folder.

    Raises:
        IrregularFileError: if it is a pipe, a socket or a device.
        OSError: if it cannot be looked at.
    """
    _refuse_mode(path.stat().st_mode, path)


def open_regular(path: Path) -> BufferedReader:
    """A regular file, open for reading bytes.

    Raises:
        IrregularFileError: if it is a pipe, a socket or a device; nothing was read of it.
        OSError: if it cannot be opened.
    """
    refuse_irregular(path)  # to open some devices does something
    stream = open(path, "rb", opener=_open)  # noqa: SIM115 — the caller closes it
    try:
        _refuse_mode(os.fstat(stream.fileno()).st_mode, path)
    except BaseException:
        stream.close()
        raise
    return stream


def read_regular(path: Path, *, limit: int) -> bytes:
    """All of a regular file.

    Args:
        path: of the file.
        limit: bytes that it may have.

    Raises:
        OSError: as `open_regular`, and if it has more bytes; `strerror` says so.
    """
    with open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        content = b""
        if size <= limit:
            # Room is made for what is asked for: not for `limit`, unless the file has grown.
            content = stream.read(size + 1)
            content += stream.read(limit + 1 - len(content)) if len(content) > size else b""
        size = max(len(content), os.fstat(stream.fileno()).st_size)
    if size > limit:
        reason = f"it has {size:,} bytes, and {limit:,} are read at most"
        raise OSError(errno.EINVAL, reason, os.fspath(path))
    return content


def sha256_of(path: Path) -> str:
    """SHA-256 of a regular file's content, in hexadecimal digits.

    Raises:
        OSError: as `open_regular`, or if it cannot be read.
    """
    with open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)


def _refuse_mode(mode: int, path: Path) -> None:
    kind = next((name for test, name in _IRREGULAR if test(mode)), None)
    if kind is not None:
        reason = f"it is {kind}, not a file: save what comes out of it as a file"
        raise IrregularFileError(errno.EINVAL, reason, os.fspath(path))
