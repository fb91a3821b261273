"""Disks without room: a small one of memory, and a limit of how large a file may grow."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FILLER = "filler"


@contextmanager
def small_disk(folder: Path, size: int, *, files: int = 0) -> Iterator[Path]:
    """A disk of so many bytes; the test is skipped where none may be mounted.

    Args:
        folder: where to mount it; made.
        size: of the disk, in bytes.
        files: that it has room for, folders among them; 0: any number.
    """
    folder.mkdir()
    if not mounted(folder, f"size={size},nr_inodes={files}"):
        pytest.skip("no disk may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mounted(folder: Path, options: str) -> bool:
    """Whether a disk in memory could be mounted at an empty folder."""
    try:
        ended = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
            capture_output=True,
            check=False,
        )
    except OSError:  # no such program
        return False
    return ended.returncode == 0


def leave(disk: Path, free: int) -> None:
    """Fill a small disk but for so many bytes."""
    filler = disk / FILLER
    filler.unlink(missing_ok=True)
    status = os.statvfs(disk)
    with filler.open("wb") as file:
        if (size := status.f_bavail * status.f_frsize - free) > 0:
            os.posix_fallocate(file.fileno(), 0, size)


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """No file of this process, and of those that it starts, grows beyond so many bytes."""
    resource = pytest.importorskip("resource")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
