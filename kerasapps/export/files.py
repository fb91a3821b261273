"""Small file operations that never leave a half-written result."""

from __future__ import annotations

import shutil
from pathlib import Path


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size


def replace_folder(source: Path, target: Path) -> None:
    """Moves `source` to `target`; a folder that stood there goes only once the new one stands.

    A crash between the two renames leaves the old folder under `retired(target)`, from where
    `restore_folder` brings it back.
    """
    old = retired(target)
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    try:
        source.rename(target)
    except OSError:
        restore_folder(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def restore_folder(target: Path) -> None:
    """Undoes a `replace_folder` that was cut off between its two renames."""
    old = retired(target)
    if old.exists() and not target.exists():
        old.rename(target)


def retired(target: Path) -> Path:
    """Where `replace_folder` keeps the old folder for the moment of the exchange."""
    return target.with_name(f".{target.name}.old")
