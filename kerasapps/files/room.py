"""Room on disks: reserved before a file is mapped, and, where there is none, told as one error.

A write to a mapped file for which the disk has no room ends the process by a signal, without a
word; any other write raises, from Python, from C++ libraries and in other processes, in as many
ways. What they have in common is known here.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kerasapps.errors import DiskFullError, KerasAppsError
from kerasapps.machine import free_disk_bytes

_KINDS = {
    errno.ENOSPC: "The disk is full",
    getattr(errno, "EDQUOT", errno.ENOSPC): "The quota of disk space is used up",
    errno.EFBIG: "A file would grow larger than its disk, or a limit (ulimit -f), allows",
}
_NO_TEMPORARY = "No usable temporary directory"  # of the standard library, which tried them all
_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENODEV)
_CAUSES = 100  # of one error that are looked at
_LONGEST = 300  # characters of an error that are told
_BLOCK = 1 << 20
_TIGHT = 64 * 2**20  # free bytes of a disk that may have been full a moment ago
_SHARED_MEMORY = Path("/dev/shm")  # what processes share counts as files there


TEMPORARY = "or set TMPDIR to a folder of another disk"  # advice


def is_out_of_space(error: BaseException) -> bool:
    """Whether an error, or one that it came of, is that a disk, a quota or a limit is used up."""
    return _first_cause(error) is not None


def says_out_of_space(words: str) -> bool:
    """Whether another process, or a library of C++, says so."""
    return _kind_said(words) is not None


def reserve(file: BinaryIO, size: int) -> None:
    """Makes a file as long as it will be, of zeros that have their room on the disk.

    Args:
        file: open for writing; whoever writes on must seek first.
        size: bytes that it will have.

    Raises:
        OSError: if there is no room; it says how much is needed and how much there is.
    """
    file.flush()
    try:
        _allocate(file, size)
    except OSError as error:
        if error.errno is None or error.errno not in _KINDS:
            raise
        raise _lacking(error.errno, file.name, size) from error


def require_room(folder: Path, size: int) -> None:
    """Makes sure that a disk has room for what is about to be written.

    Args:
        folder: where it goes.
        size: bytes that it takes at least.

    Raises:
        OSError: if there is less; it says how much is needed and how much there is.
    """
    if free_disk_bytes(folder) < size:
        raise _lacking(errno.ENOSPC, str(folder), size)


@contextmanager
def telling_of_full_disks(
    *folders: Path | str, advice: str = "and do the same again"
) -> Iterator[None]:
    """Whatever comes of a full disk in the block, as one error that says where and what to do.

    Errors of ours come through: they say it themselves.

    Args:
        folders: that the block writes to, beside the one for temporary files; they need not exist.
        advice: what the user can do besides making room.

    Raises:
        DiskFullError: for any error that came of a full disk.
    """
    try:
        yield
    except KerasAppsError:
        raise
    except Exception as error:
        cause = _first_cause(error)
        if cause is None:
            raise
        kind, words = cause
        remedy = "Raise the limit" if kind == _KINDS[errno.EFBIG] else "Make room"
        raise DiskFullError(
            f"{kind}: {words}. {free_words(*folders)}. {remedy}, {advice}."
        ) from error


def free_words(*folders: Path | str) -> str:
    """How much room there is where these folders are or would be, and for temporary files.

    Other folders' disks are told apart; that of temporary files and of shared memory is named only
    if it is tight.
    """
    free: dict[int, str] = {}
    for folder in map(_existing, folders):
        free.setdefault(folder.stat().st_dev, f"{_free(folder)} in {folder}")
    for folder, name in _everybodys():
        with suppress(OSError):
            if free_disk_bytes(folder) < _TIGHT or not free:
                free.setdefault(folder.stat().st_dev, f"{_free(folder)} in {folder} ({name})")
    return f"Free: {', '.join(free.values())}"


def _everybodys() -> Iterable[tuple[Path, str]]:
    with suppress(OSError):  # none can be written
        yield Path(tempfile.gettempdir()), "temporary files: TMPDIR"
    yield _SHARED_MEMORY, "shared memory"


def _existing(folder: Path | str) -> Path:
    path = Path(folder).absolute()
    return next(each for each in (path, *path.parents) if each.exists())


def _free(folder: Path) -> str:
    """Free room in words; a disk may have room, but not for another file."""
    if hasattr(os, "statvfs"):
        status = os.statvfs(folder)
        if status.f_files and not status.f_favail:
            return "no more files"
    return megabytes(free_disk_bytes(folder))


def megabytes(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1e6:,.1f} MB"


def _lacking(number: int, path: str, size: int) -> OSError:
    words = f"{megabytes(size)} are needed, {_free(_existing(path))} are free"
    return OSError(number, f"{os.strerror(number)}: {words}", path)


def _allocate(file: BinaryIO, size: int) -> None:
    """Room for the whole file, by the file system or by writing all of it."""
    start = os.fstat(file.fileno()).st_size
    if size <= start:
        return
    try:
        os.posix_fallocate(file.fileno(), start, size - start)
    except AttributeError:  # not on macOS and Windows
        _write_zeros(file, size - start)
    except OSError as error:
        if error.errno not in _CANNOT_RESERVE:
            raise
        _write_zeros(file, size - start)


def _write_zeros(file: BinaryIO, count: int) -> None:
    # Not through the stream, which would keep what did not fit and try again when it is closed.
    os.lseek(file.fileno(), 0, os.SEEK_END)
    zeros = bytes(_BLOCK)
    while count > 0:
        count -= os.write(file.fileno(), zeros[: min(count, _BLOCK)])


def _first_cause(error: BaseException) -> tuple[str, str] | None:
    """The kind of shortage that an error came of, and its own words; None if it came of none."""
    chain: BaseException | None = error
    for _ in range(_CAUSES):
        if chain is None:
            break
        number = chain.errno if isinstance(chain, OSError) else None
        kind = _KINDS.get(number) if number is not None else None
        kind = kind or _kind_said(str(chain))
        if kind is not None:
            return kind, _one_line(chain)
        chain = chain.__cause__ or chain.__context__
    return None


def _kind_said(words: str) -> str | None:
    if _NO_TEMPORARY in words:
        return "No folder for temporary files can be written"
    said = (kind for number, kind in _KINDS.items() if os.strerror(number) in words)
    return next(said, None)


def _one_line(error: BaseException) -> str:
    """What an error says, with the file if it has one."""
    words = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        words = f"{where}{error.strerror}"
    return words[:_LONGEST].rstrip(".")
