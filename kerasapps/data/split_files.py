"""Files and folders that are named after a split, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kerasapps.data.decode import printable
from kerasapps.data.image_folder import SPLIT_FOLDERS
from kerasapps.errors import DataError

SPLIT_NAMES = {**SPLIT_FOLDERS, "dev": "validation", "valid": "validation"}
# train.csv, and the numbered parts of large sets: train-00000-of-00002.parquet
_NAMED = re.compile(rf"({'|'.join(SPLIT_NAMES)})(?:[-_.]?\d.*)?", re.DOTALL)


def split_of(name: str) -> str | None:
    """The split that a file's name without its suffix begins with: "test-00000-of-00002"."""
    match = _NAMED.fullmatch(name.lower())
    return SPLIT_NAMES[match[1]] if match else None


def check_split_names(root: Path, names: Iterable[str]) -> None:
    """Refuse two names of the validation split, or none of training.

    Args:
        root: the folder, for messages.
        names: of files or folders; each is of a split.

    Raises:
        DataError: naming what is there twice or missing.
    """
    listed = sorted(names)
    found = {match[1] for name in listed if (match := _NAMED.fullmatch(name.lower()))}
    doubled = sorted(name for name in found if SPLIT_NAMES[name] == "validation")
    if len(doubled) > 1:
        raise DataError(f"{printable(root)} has {' and '.join(doubled)}: keep one of them")
    if "train" not in found:
        raise DataError(
            f"{printable(root)} has {', '.join(map(printable, listed))} but no train: add it, or "
            "give the one file that is to be split"
        )


def ignored(files: Iterable[Path], what: str) -> list[str]:
    """The warning that names files which are not read, if there are any.

    Args:
        files: or folders.
        what: they are, in the plural.
    """
    names = ", ".join(printable(file.name) for file in files)
    return [f"{what} are ignored: {names}"] if names else []
