"""A folder takes the place of another: at every moment one whole folder stands there."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kerasapps.files.paths import real_path

MARK = ".kerasapps"  # an empty file in a scratch folder: it is ours, and may be removed
_HERE = -100  # AT_FDCWD: paths count from the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def replace_folder(source: Path, target: Path) -> None:
    """Moves `source` to `target`; what stood there goes only once the new folder stands.

    Where the system can exchange two names at once (Linux, most file systems), readers find the
    old folder or the new one. Elsewhere the old one is renamed first, and for that moment, or after
    a crash in it, lies under `retired(target)`; `restore_folder` brings it back.

    Args:
        source: the new folder, on the file system of `target`.
        target: its place; where that is a link, what it points to.
    """
    place = real_path(target)
    if not place.exists():
        source.rename(place)
    elif _exchange(source, place):
        shutil.rmtree(source, ignore_errors=True)
    else:
        _replace_in_two_steps(source, place)


def restore_folder(target: Path) -> None:
    """Undoes a `replace_folder` that was cut off between its two renames."""
    place, old = real_path(target), retired(target)
    if old.exists() and not place.exists():
        old.rename(place)


def retired(target: Path) -> Path:
    """Where `replace_folder` keeps the old folder for the moment of the exchange."""
    return _beside(target, "old")


@contextmanager
def workplace(target: Path, purpose: str) -> Iterator[Path]:
    """An empty folder beside `target`, on the same file system, which is gone afterwards.

    What a killed process left there is removed first; the caller holds the lock of `target`.

    Args:
        target: the folder to work for; where it is a link, what it points to.
        purpose: part of the name.

    Raises:
        FileExistsError: if a folder of that name was not made here.
        OSError: if it cannot be made.
    """
    folder = _beside(target, purpose)
    remove_workplace(folder)
    folder.mkdir()
    try:
        (folder / MARK).touch()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_workplace(folder: Path) -> None:
    """Removes what a killed process left.

    Raises:
        FileExistsError: if it has content and no mark, and so is somebody else's.
    """
    if not os.path.lexists(folder):
        return
    ours = folder.is_dir() and not folder.is_symlink()
    if not ours or (any(folder.iterdir()) and not (folder / MARK).exists()):
        raise FileExistsError(
            errno.EEXIST, "is in the way, and was not made by kerasapps; move it away", str(folder)
        )
    shutil.rmtree(folder)


def _beside(target: Path, purpose: str) -> Path:
    place = real_path(target)
    return place.with_name(f".{place.name}.{purpose}")


def _replace_in_two_steps(source: Path, target: Path) -> None:
    old = retired(target)
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        source.rename(target)
    except OSError:
        restore_folder(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchange(source: Path, target: Path) -> bool:
    """Exchanges two names in one step; False where the system cannot.

    Raises:
        OSError: if it can, and fails.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, TypeError, AttributeError):  # not Linux, or a C library without it
        return False
    if not rename(_HERE, os.fsencode(source), _HERE, os.fsencode(target), _EXCHANGE):
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(target))
