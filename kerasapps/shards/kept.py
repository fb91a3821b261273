"""Open files that are kept, as random access would open the same ones again and again."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from kerasapps.files.named import refuse_irregular
from kerasapps.shards.record import shard_error

OpenT = TypeVar("OpenT")
_Key = tuple[str, int, int, int, int]


class Kept(Generic[OpenT]):
    """The files that were opened last; a changed file is opened anew.

    A process that was forked opens its own.

    Args:
        open_file: opens one.
        most: files that are open at once; the one used longest ago goes first, and closes itself
            when nobody holds it.
        shared: whether all threads have the same; else each has its own, and as many.
    """

    def __init__(
        self, open_file: Callable[[Path], OpenT], *, most: int = 16, shared: bool = False
    ) -> None:
        self._open_file = open_file
        self._most = most
        self._local = _Common() if shared else threading.local()
        self._lock = threading.Lock()

    def get(self, file: Path) -> OpenT:
        """The open file.

        Raises:
            DataError: if it is not there or cannot be opened.
        """
        try:
            state = file.stat()
        except OSError as error:
            raise shard_error(file, f"cannot be read: {error.strerror}") from error
        key = (os.fspath(file), os.getpid(), state.st_ino, state.st_mtime_ns, state.st_size)
        with self._lock:
            files: OrderedDict[_Key, OpenT] = self._local.__dict__.setdefault(
                "files", OrderedDict()
            )
            if key in files:
                files.move_to_end(key)
                return files[key]
        try:
            refuse_irregular(file)
            opened = self._open_file(file)
        except OSError as error:
            raise shard_error(file, f"cannot be read: {error.strerror or error}") from error
        with self._lock:
            opened = files.setdefault(key, opened)
            while len(files) > self._most:
                files.popitem(last=False)
        return opened


class _Common:
    """What all threads see, in place of what each has."""


class Bytes:
    """A file of bytes, read at any place by any number of threads.

    Attributes:
        size: bytes of it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size

    def read(self, offset: int, length: int) -> bytes:
        """As many bytes as asked, or fewer at the end of the file."""
        content = b""
        while len(content) < length:
            part = self._part(offset + len(content), length - len(content))
            if not part:
                break
            content = content + part if content else part
        return content

    def _part(self, offset: int, length: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), length, offset)
        self._file.seek(offset)  # Windows; a thread has its own files
        return self._file.read(length)
