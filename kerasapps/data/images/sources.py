"""Whatever the user names as data becomes a listing of picture files with labels."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.data.examples import Listing
from kerasapps.data.images.arrays import list_arrays, list_digits
from kerasapps.data.images.folder import list_image_folder
from kerasapps.data.images.formats import PICTURE_SUFFIXES
from kerasapps.data.images.stream import list_stream
from kerasapps.data.images.tables import (
    holds_pictures,
    list_picture_table,
    list_picture_tables,
)
from kerasapps.data.sources.given_splits import describe_given, given_splits, join_listings
from kerasapps.data.sources.streams import is_stream
from kerasapps.data.sources.table_folder import folder_has_tables, tables_among
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.unheard import hearing, names_columns
from kerasapps.data.sources.walk import list_children
from kerasapps.errors import DataError
from kerasapps.files import refuse_irregular
from kerasapps.harmless import printable
from kerasapps.paths import is_named, user_path

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".7z", ".rar", ".zst")
_KINDS = (
    "a folder with a folder per class, a CSV, TSV, JSONL or Parquet file, (images, labels), a list "
    "of mappings, a pandas DataFrame, a pyarrow Table, a tf.data.Dataset or a generator of (image, "
    "label), a mapping of splits, 'tfds:NAME' or 'builtin:digits'"
)


def describe_source(data: Any) -> str:
    """A short name of the data for reports."""
    if isinstance(data, (str, os.PathLike)):
        return printable(data)
    given = given_splits(data)
    if given is not None:
        return describe_given(given, describe_source)
    if isinstance(data, (tuple, list)):
        return "arrays in memory"
    return "tf.data.Dataset" if is_dataset(data) else type(data).__name__


def list_source(data: Any, *, work_dir: Path, image: ImageConfig = ImageConfig()) -> Listing:
    """List the pictures of any source; those that are not files yet are written to `work_dir`.

    Raises:
        DataError: if there is nothing to list; it says what was expected. Also if `image` names
            columns, and no part of the data is a table.
    """
    given = given_splits(data)
    parts = [data] if given is None else [*given.values()]
    told = hearing(image, parts, has_columns=_may_have_columns, where=describe_source(data))
    if given is not None:
        return join_listings(
            given, lambda part: list_source(part, work_dir=work_dir, image=told(part))
        )
    if isinstance(data, (str, os.PathLike)):
        return _named(os.fsdecode(data), image, work_dir)
    return _in_memory(data, image, work_dir)


def _may_have_columns(data: Any) -> bool:
    if isinstance(data, (str, os.PathLike)) and is_named(os.fsdecode(data)):
        return False
    return may_have_columns(data, tables_in=folder_has_tables)


def may_have_columns(data: Any, *, tables_in: Callable[[Path], bool]) -> bool:
    """Whether `data` is a table, or a place where there may be one.

    Args:
        data: any form that a recipe takes.
        tables_in: whether a folder is read as tables.
    """
    if not isinstance(data, (str, os.PathLike)):
        return is_frame(data)
    if is_named(os.fsdecode(data)):
        return True  # reading it tells
    path = data_path(data)
    return tables_in(path) if path.is_dir() else True


def _named(name: str, image: ImageConfig, work_dir: Path) -> Listing:
    if name.startswith("builtin:"):
        return _builtin(name.removeprefix("builtin:"), work_dir)
    if name.startswith("tfds:"):
        from kerasapps.data.images.tensorflow import list_tfds

        return list_tfds(name.removeprefix("tfds:"), work_dir=work_dir)
    return _path(data_path(name), image, work_dir)


def _in_memory(data: Any, image: ImageConfig, work_dir: Path) -> Listing:
    if is_frame(data):
        return list_picture_table(data, config=image, work_dir=work_dir)
    if isinstance(data, list) and data and all(isinstance(each, tuple) for each in data):
        return list_stream(iter(data), work_dir=work_dir)
    if isinstance(data, (tuple, list)):
        if data and all(map(is_dataset, data)):
            raise DataError(
                f"{len(data)} data sets: say which split each of them is, {{'train': …, "
                "'validation': …}, or give the further ones as validation_data and test_data"
            )
        if len(data) != 2:
            raise DataError(f"expected (images, labels), got {len(data)} values")
        return list_arrays(data[0], data[1], work_dir=work_dir)
    if is_dataset(data):
        from kerasapps.data.images.tensorflow import list_dataset

        return list_dataset(data, work_dir=work_dir)
    if is_stream(data):
        return list_stream(data, work_dir=work_dir)
    raise DataError(f"cannot read pictures from a {type(data).__name__}: expected {_KINDS}")


def _builtin(name: str, work_dir: Path) -> Listing:
    known: dict[str, Callable[..., Listing]] = {"digits": list_digits}
    if name not in known:
        raise DataError(f"there is no builtin:{name}; known: {', '.join(known)}")
    return known[name](work_dir=work_dir)


def _path(path: Path, image: ImageConfig, work_dir: Path) -> Listing:
    if is_folder(path):
        return _folder(path, image, work_dir)
    shown = printable(path)
    suffix = path.suffix.lower()
    if is_table(path):
        return list_picture_table(path, config=image, work_dir=work_dir)
    if suffix in PICTURE_SUFFIXES:
        raise DataError(f"{shown} is one picture: give the folder that holds a folder per class")
    raise DataError(f"{shown} is a file, expected {_KINDS}")


def _folder(root: Path, image: ImageConfig, work_dir: Path) -> Listing:
    """Class folders; where there are none, the tables that name the pictures below the folder."""
    listing = list_image_folder(root)
    folders, files = list_children(root)
    meant = names_columns(image)  # of a table: class folders beside it are not
    if meant or listing.errors or len({entry.label for entry in listing.entries}) < 2:
        named = list_picture_tables(root, folders, files, config=image, work_dir=work_dir)
        if meant and named is None:
            raise DataError(
                f"{printable(root)} has no table of pictures, which image_column and label_column "
                "are for: give the table itself, or leave them out"
            )
        return listing if named is None else named
    tables = ", ".join(printable(file.name) for file in tables_among(files) if holds_pictures(file))
    if not tables:
        return listing
    warning = f"{tables} beside the class folders is not read: give it in place of the folder"
    return replace(listing, warnings=(*listing.warnings, warning))


def data_path(name: object) -> Path:
    """The path of data that the user named.

    Raises:
        DataError: if it is empty, a URL, or of a home folder that there is not.
    """
    return user_path(name, what="data", error=DataError)


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
    parent = path.parent
    try:
        names = [item.name for item in parent.iterdir() if not item.name.startswith(".")]
    except OSError:
        return f"does not exist: nor can its folder {printable(parent)} be read"
    near = difflib.get_close_matches(path.name, names, n=3)
    if not near:
        return "does not exist"
    return f"does not exist; did you mean {' or '.join(printable(parent / n) for n in near)}?"


def is_dataset(data: Any) -> bool:
    """Whether `data` is a tf.data.Dataset, found without importing TensorFlow."""
    return any(
        kind.__module__.startswith("tensorflow.") and kind.__name__ == "DatasetV2"
        for kind in type(data).__mro__
    )
