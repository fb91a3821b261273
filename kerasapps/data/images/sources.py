"""Whatever the user names as data becomes a listing of picture files with labels."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.data.images.arrays import list_arrays, list_digits
from kerasapps.data.images.folder import list_image_folder
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.shards import list_picture_shards
from kerasapps.data.images.stream import list_picture_stream
from kerasapps.data.images.tables import (
    holds_pictures,
    list_picture_table,
    list_picture_tables,
)
from kerasapps.data.sources.file_listing import list_splits
from kerasapps.data.sources.forms import (
    data_path,
    describe_source,
    is_dataset,
    is_folder,
    is_frame,
    may_have_columns,
)
from kerasapps.data.sources.given_splits import given_splits
from kerasapps.data.sources.picture_formats import PICTURE_SUFFIXES
from kerasapps.data.sources.several_targets import has_several_targets
from kerasapps.data.sources.shard_files import find_shards
from kerasapps.data.sources.streams import is_stream
from kerasapps.data.sources.table_folder import folder_has_tables, tables_among
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.unheard import hearing, names_columns, refuse_columns
from kerasapps.data.sources.walk import list_children
from kerasapps.errors import DataError
from kerasapps.files.paths import is_named
from kerasapps.wording.harmless import printable

_KINDS = (
    "a folder with a folder per class, a CSV, TSV, JSONL or Parquet file, (images, labels), a list "
    "of mappings, a pandas DataFrame, a pyarrow Table, a tf.data.Dataset or a generator of (image, "
    "label), shards ('train-*.tfrecord', '@LIST', a folder), a mapping of splits, 'tfds:NAME' or "
    "'builtin:digits'"
)


def list_picture_source(
    data: Any, *, work_dir: Path, image: ImageConfig = ImageConfig()
) -> PictureListing:
    """List the pictures of any source; those that are not files yet are written to `work_dir`.

    Args:
        data: a folder of class folders, with or without train/val/test above them; a CSV, TSV,
            JSONL or Parquet file that names pictures, or a folder with such tables; `(images,
            labels)`; a pandas DataFrame, a pyarrow Table or a list of mappings; a
            `tf.data.Dataset` of `(image, label)`; shards, as `find_shards` takes them;
            `"tfds:NAME[/config]"`; `"builtin:digits"`.
        work_dir: where pictures that are not files yet are written; nothing else is touched.
        image: which columns of a table to take.

    Raises:
        DataError: if there is nothing to list; it says what was expected. Also if `image` names
            columns, and no part of the data is a table.
    """
    parts = given_splits(data)
    forms = [data] if parts is None else [*parts.values()]
    told = hearing(image, forms, has_columns=_may_have_columns, where=describe_source(data))
    if parts is not None:
        return list_splits(
            parts,
            lambda part, image: list_picture_source(part, work_dir=work_dir, image=image),
            told=told,
            has_columns=_may_have_columns,
        )
    if isinstance(data, (str, os.PathLike)):
        return _named(os.fsdecode(data), image, work_dir)
    return _in_memory(data, image, work_dir)


def _may_have_columns(data: Any) -> bool:
    if isinstance(data, (str, os.PathLike)) and is_named(os.fsdecode(data)):
        return os.fsdecode(data).startswith("tfds:")
    return may_have_columns(data, tables_in=folder_has_tables)


def _named(name: str, image: ImageConfig, work_dir: Path) -> PictureListing:
    if name.startswith("builtin:"):
        return _builtin(name.removeprefix("builtin:"), work_dir)
    if name.startswith("tfds:"):
        from kerasapps.data.images.tensorflow import list_picture_tfds

        return list_picture_tfds(name.removeprefix("tfds:"), work_dir=work_dir, image=image)
    shards = find_shards(name, parquet=True)
    if shards is not None:
        return list_picture_shards(shards, config=image, work_dir=work_dir)
    return _path(data_path(name), image, work_dir)


def _in_memory(data: Any, image: ImageConfig, work_dir: Path) -> PictureListing:
    if is_frame(data):
        return list_picture_table(data, config=image, work_dir=work_dir)
    refuse_columns(image, describe_source(data), but_targets=has_several_targets(data))
    asked: Any = {"kind": image.target_kind, "columns": image.target_columns}
    if isinstance(data, list) and data and all(isinstance(each, tuple) for each in data):
        return list_picture_stream(iter(data), work_dir=work_dir, **asked)
    if isinstance(data, (tuple, list)):
        if data and all(map(is_dataset, data)):
            raise DataError(
                f"{len(data)} data sets: say which split each of them is, {{'train': …, "
                "'validation': …}, or give the further ones as validation_data and test_data"
            )
        if len(data) != 2:
            raise DataError(f"expected (images, labels), got {len(data)} values")
        return list_arrays(data[0], data[1], work_dir=work_dir, **asked)
    if is_dataset(data):
        from kerasapps.data.images.tensorflow import list_picture_dataset

        return list_picture_dataset(data, work_dir=work_dir, **asked)
    if is_stream(data):
        return list_picture_stream(data, work_dir=work_dir, **asked)
    raise DataError(f"cannot read pictures from a {type(data).__name__}: expected {_KINDS}")


def _builtin(name: str, work_dir: Path) -> PictureListing:
    known: dict[str, Callable[..., PictureListing]] = {"digits": list_digits}
    if name not in known:
        raise DataError(f"there is no builtin:{name}; known: {', '.join(known)}")
    return known[name](work_dir=work_dir)


def _path(path: Path, image: ImageConfig, work_dir: Path) -> PictureListing:
    if is_folder(path):
        return _folder(path, image, work_dir)
    shown = printable(path)
    suffix = path.suffix.lower()
    if is_table(path):
        return list_picture_table(path, config=image, work_dir=work_dir)
    if suffix in PICTURE_SUFFIXES:
        raise DataError(f"{shown} is one picture: give the folder that holds a folder per class")
    raise DataError(f"{shown} is a file, expected {_KINDS}")


def _folder(root: Path, image: ImageConfig, work_dir: Path) -> PictureListing:
    """Class folders; where there are none, the tables that name the pictures below the folder."""
    listing = list_image_folder(root, kind=image.target_kind)
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
