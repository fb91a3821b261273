"""In which form the user hands over data: a path, a table, a data set; and how it is called."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from kerasapps.data.sources.given_splits import describe_parts, given_splits
from kerasapps.data.sources.several_targets import has_several_targets
from kerasapps.errors import DataError
from kerasapps.files.named import refuse_irregular
from kerasapps.files.paths import is_named, near_paths, user_path
from kerasapps.wording.harmless import printable

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".7z", ".rar", ".zst")


def data_path(name: object) -> Path:
    """The path of data that the user named.

    Raises:
        DataError: if it is empty, a URL, or of a home folder that there is not.
    """
    return user_path(name, what="data", error=DataError)


def describe_source(data: Any) -> str:
    """A short name of the data for reports."""
    if isinstance(data, (str, os.PathLike)):
        return printable(data)
    parts = given_splits(data)
    if parts is not None:
        return describe_parts(parts, describe_source)
    if two_files(data):
        return " + ".join(printable(file) for file in data)
    if isinstance(data, (tuple, list)):
        return "arrays in memory"
    return "tf.data.Dataset" if is_dataset(data) else type(data).__name__


def two_files(data: Any) -> bool:
    """Whether `data` is a tuple of two paths: of files that are aligned line by line."""
    return (
        isinstance(data, tuple)
        and len(data) == 2
        and all(isinstance(file, str | os.PathLike) for file in data)
    )


def may_have_columns(data: Any, *, tables_in: Callable[[Path], bool]) -> bool:
    """Whether `data` is a table, or a place where there may be one.

    Args:
        data: any form that a task takes.
        tables_in: whether a folder is read as tables.
    """
    if not isinstance(data, (str, os.PathLike)):
        return is_frame(data) or has_several_targets(data)
    if is_named(os.fsdecode(data)):
        return True  # reading it tells
    path = data_path(data)
    return tables_in(path) if path.is_dir() else True


def is_frame(data: Any) -> bool:
    """Whether `data` is a table: a pandas DataFrame, a pyarrow Table, or a list of mappings.

    Neither package is imported to find out.
    """
    if isinstance(data, list | tuple):
        return bool(data) and isinstance(data[0], Mapping)
    return any(
        (kind.__module__.partition(".")[0], kind.__name__)
        in (("pandas", "DataFrame"), ("pyarrow", "Table"))
        for kind in type(data).__mro__
    )


def is_dataset(data: Any) -> bool:
    """Whether `data` is a tf.data.Dataset, found without importing TensorFlow."""
    return any(
        kind.__module__.startswith("tensorflow.") and kind.__name__ == "DatasetV2"
        for kind in type(data).__mro__
    )


def is_folder(path: Path, *, archives: Collection[str] = _ARCHIVES) -> bool:
    """Whether the path is a folder rather than a file that may hold data.

    Args:
        path: of whatever the user named.
        archives: suffixes that no file of data has.

    Raises:
        DataError: if there is nothing, it cannot be read, it is no file, or it is an archive.
    """
    shown = printable(path)
    try:
        if path.is_dir():
            return True
        exists = path.exists()
        if exists:
            refuse_irregular(path)
    except OSError as error:
        raise DataError(f"cannot read {shown}: {error.strerror}") from error
    if not exists:
        raise DataError(f"{shown} {why_missing(path)}")
    if path.suffix.lower() in archives:
        raise DataError(f"{shown} is an archive: unpack it and give the folder")
    return False


def why_missing(path: Path) -> str:
    """Why there is nothing at the path, and what may have been meant."""
    if path.is_symlink():
        return "is a symbolic link to nothing, or to itself"
    try:
        near = near_paths(path)
    except OSError:
        return f"does not exist: nor can its folder {printable(path.parent)} be read"
    if not near:
        return "does not exist"
    return f"does not exist; did you mean {' or '.join(map(printable, near))}?"
