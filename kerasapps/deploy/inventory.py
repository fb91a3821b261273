"""What lies in a bundle's folder: regular files only, each as its manifest lists it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.errors import BundleError
from kerasapps.files.named import sha256_of


def check_files(
    folder: Path, files: Mapping[str, str], *, artifacts: Sequence[Mapping[str, Any]]
) -> None:
    """The files of a bundle are those that its manifest lists, and what is run is among them.

    Args:
        folder: the bundle.
        files: path inside the bundle → SHA-256; paths that `rules.is_inner_path` accepts.
        artifacts: their `name` and `path`, of which None means that there is no file.

    Raises:
        BundleError: naming what is missing, changed, a link, no regular file or not listed.
    """
    for name in files:
        _require_regular(folder, name)
    for artifact in artifacts:
        if artifact["path"] is not None:
            _require_listed(folder, artifact["path"], files)
    for name, expected in files.items():
        _require_content(folder / name, expected)


def _require_regular(folder: Path, name: str) -> None:
    """No part of the path is a link, so that it stays in the folder; and its end is a file."""
    parts = name.split("/")
    for depth in range(1, len(parts) + 1):
        path = folder.joinpath(*parts[:depth])
        mode = _mode(path)
        if stat.S_ISLNK(mode):
            raise BundleError(
                f"{path} is a link; a bundle holds its files itself. Copy it with what the links "
                "point to (cp -rL), if you know where that is from."
            )
        what, fits = ("file", stat.S_ISREG) if depth == len(parts) else ("folder", stat.S_ISDIR)
        if not fits(mode):
            raise BundleError(f"{path} is no regular {what}.")


def _require_listed(folder: Path, name: str, files: Mapping[str, str]) -> None:
    """An artifact, and of a folder everything in it, is listed."""
    if name in files:
        return
    top = folder / name
    if not stat.S_ISDIR(_mode(top)):
        raise _unlisted(top)
    # What is listed is without links: so is the way to it.
    below = list(_everything_below(top))
    for path in below:
        if path.relative_to(folder).as_posix() not in files:
            raise _unlisted(path)
    if not below:
        raise BundleError(f"{top} is empty; make the bundle again.")


def _everything_below(top: Path) -> Iterator[Path]:
    """All that is no folder, and links to folders."""
    for place, folders, names in os.walk(top):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in sorted([*names, *links]))


def _require_content(path: Path, expected: str) -> None:
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise _missing(path, error) from error
    if digest != expected:
        raise BundleError(
            f"{path} is not the file that was verified: its SHA-256 is {digest}, the manifest says "
            f"{expected}. Restore it or make the bundle again."
        )


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except (OSError, ValueError) as error:
        raise _missing(path, error) from error


def _missing(path: Path, error: Exception) -> BundleError:
    return BundleError(f"{path} is missing or unreadable ({error}).")


def _unlisted(path: Path) -> BundleError:
    return BundleError(
        f"{path} is not listed in the manifest, so nothing proves what it is. Do not use the "
        "bundle; ask for a whole one, or make it again."
    )
