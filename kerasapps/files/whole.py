"""Files that at every moment are whole: the old one, or the new one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replaced(path: Path, *, beside: str = ".partial") -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when the block has written all of it, durably.

    It is written beside its place; if the block or the disk fails nothing of it is left, and what
    stood there stays. Who may read and write the old file may do so with the new one.

    Args:
        path: of the file; its folder is made if missing.
        beside: what the name has at its end meanwhile.

    Raises:
        OSError: if it cannot be written.
    """
    with replaced_path(path, beside=beside) as partial, partial.open("wb") as stream:
        yield stream
        stream.flush()


@contextmanager
def replaced_path(path: Path, *, beside: str = ".partial") -> Iterator[Path]:
    """As `replaced`, for libraries that open files themselves: the block writes to the path.

    Args:
        path: of the file; its folder is made if missing.
        beside: see `replaced`.

    Raises:
        OSError: if it cannot be written.
    """
    partial = path.with_name(f"{path.name}{beside}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        _sync_file(partial)
        if path.is_file():
            shutil.copymode(path, partial)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_file(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable (Windows has no such call, and needs none)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
