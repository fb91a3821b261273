"""Folders of data: what lies directly in one, and all files below one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

READ_AGAIN = "leads to a folder above it, or to one that is read already"
# What systems leave in folders: Windows, macOS, and the thumbnails of network storage.
_SYSTEM_NAMES = {
    "thumbs.db",
    "desktop.ini",
    "icon\r",
    "__macosx",
    "@eadir",
    "#recycle",
    "$recycle.bin",
    "system volume information",
}


def list_children(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders and files directly in `folder`, sorted by name, without hidden and system files.

    Raises:
        DataError: if the folder cannot be listed.
    """
    folders, files = _children(folder)
    return [Path(folder, name) for name in folders], [Path(folder, name) for name in files]


def _children(folder: Path) -> tuple[list[str], list[str]]:
    """The same by their names alone: a folder may have millions."""
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as scan:
            for item in scan:
                if item.name.startswith(".") or item.name.lower() in _SYSTEM_NAMES:
                    continue
                try:
                    is_folder = item.is_dir()
                except OSError:  # a symbolic link that points at itself; reading it tells why
                    is_folder = False
                (folders if is_folder else files).append(item.name)
    except OSError as error:
        raise DataError(f"cannot list {printable(folder)}: {error.strerror}") from error
    return sorted(folders), sorted(files)


def files_below(folder: Path, *, again: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """All files below a folder, those of a folder before those of its folders, sorted by name.

    Each folder is read once, however many symbolic links lead to it, and none that lies above
    `folder`: links in a circle end, and so do links that double with every step. However deep the
    folders are, the time grows with their number only.

    Args:
        folder: where to begin.
        again: hears of the links and folders that are not read for that reason.

    Raises:
        DataError: if a folder cannot be listed.
    """
    real = Path(os.path.realpath(folder))
    seen = {_identity(each) for each in (*folder.absolute().parents, *real.parents)}
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        identity = _identity(here)
        if identity in seen:
            if again is not None:
                again(here)
            continue
        seen.add(identity)
        folders, files = _children(here)
        yield from (Path(here, name) for name in files)
        waiting += [Path(here, name) for name in reversed(folders)]


def _identity(folder: Path) -> tuple[int, int] | str:
    """What is equal for all paths of a folder."""
    try:
        state = folder.stat()
    except OSError:  # listing it tells why
        return os.fspath(folder)
    return state.st_dev, state.st_ino


def folder_below(root: Path, usable: Callable[[Path], bool], *, depth: int = 3) -> Path | None:
    """The first folder below `root` that is usable, the nearest first.

    Args:
        root: is not looked at itself.
        usable: tells whether a folder is.
        depth: levels to look down.

    Raises:
        DataError: if a folder cannot be listed.
    """
    level = [root]
    for _ in range(depth):
        inner = [each for folder in level for each in list_children(folder)[0]]
        level = [folder for folder in inner if not folder.is_symlink()]
        first = next(filter(usable, level), None)
        if first is not None:
            return first
    return None


def is_utf8(name: str) -> bool:
    """Whether a file name from the system can be stored as UTF-8."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
