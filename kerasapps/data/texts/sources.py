"""Whatever the user names as data becomes a stream of texts with labels."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import TextConfig
from kerasapps.data.images.tables import holds_pictures
from kerasapps.data.labels import Labels
from kerasapps.data.sources.encodings import refuse_encoding
from kerasapps.data.sources.forms import (
    data_path,
    describe_source,
    is_dataset,
    is_folder,
    is_frame,
    may_have_columns,
)
from kerasapps.data.sources.given_splits import given_splits, join_rows
from kerasapps.data.sources.picture_formats import guess_suffix, is_picture_file
from kerasapps.data.sources.rows import RowListing, numbered
from kerasapps.data.sources.several_targets import has_columns, has_several_targets
from kerasapps.data.sources.shard_files import Shards, find_shards
from kerasapps.data.sources.shard_tables import add_shards, shard_head
from kerasapps.data.sources.streams import endless_refused, is_stream
from kerasapps.data.sources.table_folder import folder_has_tables
from kerasapps.data.sources.table_shapes import is_rows, is_table
from kerasapps.data.sources.tables import add_table
from kerasapps.data.sources.unheard import hearing, refuse_columns
from kerasapps.data.sources.walk import files_below, list_children
from kerasapps.data.targets.arrays import cells_of
from kerasapps.data.targets.forms import find_form
from kerasapps.data.texts.folder import list_text_folder
from kerasapps.data.texts.tables import text_tables
from kerasapps.errors import DataError, KerasAppsError
from kerasapps.files.paths import is_named
from kerasapps.wording.harmless import printable

BUILTIN = {"reviews": Path(__file__).parents[1] / "builtin" / "reviews.csv"}
_LOOKED_AT = 200  # files of a folder
_KINDS = (
    "a CSV, TSV, JSONL or Parquet file, a folder with a folder of .txt files per class or with "
    "train, validation and test files, (texts, labels), a list of mappings, a pandas DataFrame, a "
    "pyarrow Table, a tf.data.Dataset or a generator of (text, label), shards ("
    "'train-*.tfrecord', '@LIST', a folder), a mapping of splits, "
    "'tfds:NAME' or 'builtin:reviews'"
)


def list_text_source(data: Any, *, config: TextConfig) -> RowListing:
    """The rows of any source, to be read once.

    Args:
        data: a CSV, TSV, JSONL or Parquet file; a folder with a folder of .txt files per class,
            with train/val/test folders above them, or with train, validation and test tables;
            `(texts, labels)` or a list of `(text, label)`; a pandas DataFrame; a pyarrow Table; a
            `tf.data.Dataset` of `(string, label)`; shards, as `find_shards` takes them;
            `"tfds:NAME[/config]"`; `"builtin:reviews"`.
        config: which columns of a table to take.

    Raises:
        DataError: if there is nothing to read; it says what was expected.
        DependencyError: if the source needs a package that is not installed.
    """
    parts = given_splits(data)
    if parts is not None:
        told = hearing(
            config,
            [*parts.values()],
            has_columns=lambda part: may_have_columns(part, tables_in=folder_has_tables),
            where=describe_source(data),
        )
        listing = RowListing()
        join_rows(listing, parts, lambda part: list_text_source(part, config=told(part)))
        return listing
    if isinstance(data, (str, os.PathLike)):
        return _named(os.fsdecode(data), config)
    if is_frame(data):
        listing = RowListing()
        add_table(listing, data, kind=text_tables(config))
        return listing
    refuse_encoding(config.encoding, "data in memory")
    refuse_columns(config, describe_source(data), but_targets=has_several_targets(data))
    if is_dataset(data):
        from kerasapps.data.texts.tensorflow import list_text_dataset

        return list_text_dataset(data, kind=config.target_kind)
    if isinstance(data, (tuple, list)):
        return _in_memory(data, config)
    if not is_stream(data):
        raise DataError(f"cannot read texts from a {type(data).__name__}: expected {_KINDS}")
    return RowListing([lambda: numbered(endless_refused(data, noun="text"))])


def _named(name: str, config: TextConfig) -> RowListing:
    if is_named(name):
        refuse_encoding(config.encoding, name)
    if name.startswith("builtin:"):
        return _builtin(name.removeprefix("builtin:"), config)
    if name.startswith("tfds:"):
        from kerasapps.data.texts.tensorflow import list_text_tfds

        return list_text_tfds(name.removeprefix("tfds:"), config=config)
    shards = find_shards(name)
    if shards is not None:
        refuse_encoding(config.encoding, name)
        listing = RowListing()
        add_shards(listing, shards, kind=text_tables(config))
        return listing
    return _path(data_path(name), config)


def _builtin(name: str, config: TextConfig) -> RowListing:
    if name not in BUILTIN:
        raise DataError(f"there is no builtin:{name}; known: {', '.join(BUILTIN)}")
    listing = RowListing()
    known = TextConfig(
        text_column=config.text_column or "text", label_column=config.label_column or "label"
    )
    add_table(listing, BUILTIN[name], kind=text_tables(known))
    return listing


def _path(path: Path, config: TextConfig) -> RowListing:
    if is_folder(path):
        return list_text_folder(path, config=config)
    shown, suffix = printable(path), path.suffix.lower()
    if is_table(path):
        listing = RowListing()
        add_table(listing, path, kind=text_tables(config))
        return listing
    if suffix == ".json":
        raise DataError(f"{shown} holds no rows of JSON: expected an array of objects")
    if suffix == ".txt":
        raise DataError(
            f"{shown} is one text: give the folder that holds a folder per class, or a file with a "
            "tab between text and label in each line, or with fastText's __label__"
        )
    raise DataError(f"{shown} is a file, expected {_KINDS}")


def _in_memory(data: Sequence[Any], config: TextConfig) -> RowListing:
    """`(texts, labels)`, or a list of `(text, label)` tuples."""
    if isinstance(data, list) and (len(data) != 2 or isinstance(data[0], tuple)):
        pairs = data
        for number, pair in enumerate(pairs):
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise DataError(
                    f"example {number} is {str(pair)[:80]}: expected (texts, labels), or a list "
                    "of (text, label) pairs"
                )
        return RowListing([lambda: numbered(pairs)])
    if len(data) != 2:
        raise DataError(f"expected (texts, labels), got {len(data)} values")
    texts, labels = data
    if isinstance(texts, (str, bytes)) or not hasattr(texts, "__len__"):
        raise DataError(f"the texts are a {type(texts).__name__}: expected a sequence of texts")
    if has_columns(labels):
        labels = cells_of(labels)
    elif isinstance(labels, np.ndarray) and labels.ndim > 1:
        labels = _cells(labels, config)
    if isinstance(labels, (str, bytes)) or not hasattr(labels, "__len__"):
        raise DataError(f"the labels are a {type(labels).__name__}: expected one label a text")
    if len(texts) != len(labels):
        raise DataError(f"there are {len(texts)} texts but {len(labels)} labels")
    return RowListing([lambda: numbered(zip(texts, labels, strict=True))])


def _cells(labels: np.ndarray, config: TextConfig) -> Sequence[Any]:
    """One label a text, or a list of ones and zeros or of numbers.

    Raises:
        DataError: for one-hot labels of classes.
    """
    cells = cells_of(labels)
    form = find_form(cells, kind=config.target_kind)
    return Labels().names(labels, noun="text") if form.kind == "class" else cells


def is_text_data(data: Any) -> bool:
    """Whether any form of data that a task takes holds texts rather than pictures.

    What cannot be read, or is neither, is no text.
    """
    try:
        if isinstance(data, (str, os.PathLike)):
            return _named_text(os.fsdecode(data))
        if is_dataset(data):
            return _text_dataset(data)
        return not holds_pictures(data) if is_frame(data) else _texts_in_memory(data)
    except (KerasAppsError, OSError):
        return False


def _named_text(name: str) -> bool:
    kind, _, rest = name.partition(":")
    if kind == "builtin":
        return rest in BUILTIN
    if kind == "tfds":
        from kerasapps.data.sources.tfds import find_tfds

        tfds, builder = find_tfds(rest)
        kinds = {type(feature) for feature in dict(builder.info.features).values()}
        return tfds.features.Image not in kinds and tfds.features.Text in kinds
    shards = find_shards(name)
    if shards is not None:
        return not holds_pictures(shards) and not _holds_raw_alone(shards)
    return _text_path(data_path(name))


def _holds_raw_alone(shards: Shards) -> bool:
    """Whether they hold bytes of no known kind, such as raw pixels, and no texts beside them."""
    head = shard_head(shards)
    values = [value for row in head.sample for value in row if isinstance(value, str)]
    return bool(head.raw) and 2 * sum(len(each.split()) > 1 for each in values) < len(head.sample)


def _text_path(path: Path) -> bool:
    if path.is_dir():
        files = list(itertools.islice(_files(path), _LOOKED_AT))
        pictures = sum(map(is_picture_file, files))
        texts = sum(_is_text_file(file) for file in files)
        return texts > pictures
    return is_table(path) and not holds_pictures(path)


def _is_text_file(file: Path) -> bool:
    return file.suffix.lower() == ".txt" or (is_rows(file) and not holds_pictures(file))


def _files(folder: Path) -> Iterator[Path]:
    """Files of the folder and of those in it, a few of each, so that every class is looked at."""
    folders, files = list_children(folder)
    yield from files
    for inner in folders:
        if not inner.is_symlink():
            yield from itertools.islice(files_below(inner), 20)


def _text_dataset(dataset: Any) -> bool:
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or getattr(spec[0], "dtype", None) is None:
        return False
    if spec[0].dtype.name != "string":
        return False
    first = next(dataset.take(1).as_numpy_iterator(), None)
    return first is not None and _is_text(first[0])


def _texts_in_memory(data: Any) -> bool:
    if not isinstance(data, (tuple, list)) or not len(data):
        return False
    first = data[0]
    if not hasattr(first, "__len__") or not len(first):
        return False
    # (texts, labels) and [(text, label), …] alike: the first value of the first is a text
    return _is_text(first if isinstance(first, (str, bytes)) else next(iter(first)))


def _is_text(value: Any) -> bool:
    while isinstance(value, np.ndarray) and value.size:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return guess_suffix(value) is None  # encoded pictures are strings to TensorFlow
    return isinstance(value, str)
