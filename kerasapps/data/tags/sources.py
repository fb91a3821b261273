"""Whatever the user names as data becomes a stream of sentences with tags."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

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
from kerasapps.data.sources.rows import Row, RowListing, numbered
from kerasapps.data.sources.streams import endless_refused, is_stream
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.tables import add_table
from kerasapps.data.sources.unheard import hearing, refuse_columns
from kerasapps.data.tags.columns import tag_tables
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.conll import add_conll, is_conll
from kerasapps.data.tags.folder import holds_tags, list_tag_folder
from kerasapps.data.tags.hugging_face import is_hugging_face, names_in, open_hugging_face
from kerasapps.data.tags.spacy import add_spacy, is_spacy
from kerasapps.errors import DataError
from kerasapps.files.paths import is_named
from kerasapps.wording.harmless import printable

_ARCHIVES = (".zip", ".tar", ".tgz", ".xz", ".bz2", ".7z", ".rar", ".zst")
_KINDS = (
    "a CoNLL file, a JSONL or Parquet file with tokens and tags or with text and entities, spaCy's "
    "JSON or .spacy, a folder with train.conll, test.conll and so on, a list of (tokens, tags), "
    "(sentences, tags), a list of mappings, a mapping of splits or 'tfds:NAME'"
)


def list_tag_source(data: Any, *, config: TaggingConfig) -> RowListing:
    """The rows of any source, to be read once.

    A row's values are the words, or a text; the tags, or the entities; and where they are known
    the document, as its file and its number there, and the names of tags that are numbers. `values`
    reads them.

    Args:
        data: a CoNLL file; a JSONL, JSON, CSV or Parquet file with columns of tokens and tags, or
            of texts and entities; spaCy's JSON or .spacy; a folder of such files, named after
            splits; a list of `(tokens, tags)` or of `(text, {"entities": …})`; `(sentences,
            tags)`; a list of mappings; a mapping of columns or of splits; a pandas DataFrame; a
            pyarrow Table; a `datasets.Dataset`; a `tf.data.Dataset` or a generator of
            `(tokens, tags)`; `"tfds:NAME[/config]"`.
        config: which columns to take.

    Raises:
        DataError: if there is nothing to read; it says what was expected.
        DependencyError: if the source needs a package that is not installed.
    """
    if isinstance(data, (str, os.PathLike)):
        return _named(os.fsdecode(data), config)
    parts = given_splits(data) if isinstance(data, Mapping) else None
    if parts is not None:
        listing = RowListing()
        told = hearing(
            config,
            [*parts.values()],
            has_columns=lambda part: (
                may_have_columns(part, tables_in=holds_tags)
                or isinstance(part, Mapping)
                or is_hugging_face(part)
            ),
            where=describe_source(parts),
        )
        join_rows(listing, parts, lambda part: list_tag_source(part, config=told(part)))
        return listing
    if is_hugging_face(data) or is_frame(data) or isinstance(data, Mapping):
        refuse_encoding(config.encoding, "data in memory")
        listing = RowListing()
        _add_table(listing, data, config)
        return listing
    refuse_encoding(config.encoding, "data in memory")
    refuse_columns(config, describe_source(data))
    return RowListing([lambda: numbered(_pairs(data))])


def add_file(
    listing: RowListing, file: Path, config: TaggingConfig, split: str | None = None
) -> None:
    """Add one file of any of the forms.

    Raises:
        DataError: if it is none of them, or cannot be read.
    """
    if is_conll(file):
        add_conll(listing, file, config=config, split=split)
    elif is_spacy(file):
        refuse_columns(config, printable(file))
        add_spacy(listing, file, config=config, split=split)
    else:
        _add_table(listing, file, config, split)


def _named(name: str, config: TaggingConfig) -> RowListing:
    if is_named(name):
        refuse_encoding(config.encoding, name)
    if name.startswith("tfds:"):
        from kerasapps.data.tags.tensorflow import list_tag_tfds

        return list_tag_tfds(name.removeprefix("tfds:"), config=config)
    if name.startswith("builtin:"):
        raise DataError(f"there is no {name} of sentences with tags")
    path = data_path(name)
    if is_folder(path, archives=_ARCHIVES):
        return list_tag_folder(path, config=config, add=add_file)
    listing = RowListing()
    if not (is_conll(path) or is_spacy(path) or is_table(path)):
        raise DataError(f"{printable(path)} is a file of unknown kind, expected {_KINDS}")
    add_file(listing, path, config)
    return listing


def _add_table(
    listing: RowListing, data: Any, config: TaggingConfig, split: str | None = None
) -> None:
    table = open_hugging_face(data) if is_hugging_face(data) else data
    columns = add_table(listing, table, kind=tag_tables(config), split=split)
    names = config.tag_names or names_in(data, columns.names[columns.places[1]])
    if names:
        listing.parts.append(functools.partial(_with_names, listing.parts.pop(), names))


def _with_names(rows: Any, names: Sequence[str]) -> Iterator[Row]:
    for row in rows():
        yield row if row.problem is not None else row._replace(values=(*row.values, None, names))


def _pairs(data: Any) -> Iterator[tuple[Any, Any]]:
    """`(tokens, tags)` of each example of data in memory, or of a stream."""
    if is_dataset(data):
        yield from _checked(data.as_numpy_iterator())
    elif isinstance(data, list):
        yield from _checked(data)
    elif isinstance(data, tuple):
        if len(data) != 2 or any(not hasattr(each, "__len__") for each in data):
            raise DataError(f"expected (sentences, tags), got {len(data)} values")
        sentences, tags = data
        if len(sentences) != len(tags):
            raise DataError(f"there are {len(sentences)} sentences but tags for {len(tags)}")
        yield from zip(sentences, tags, strict=True)
    elif is_stream(data):
        yield from endless_refused(data, noun="tokens")
    else:
        raise DataError(f"cannot read tagged words from a {type(data).__name__}: expected {_KINDS}")


def _checked(elements: Any) -> Iterator[tuple[Any, Any]]:
    for number, pair in enumerate(elements):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise DataError(
                f"example {number} is {str(pair)[:80]}: expected a list of (tokens, tags), or "
                "(sentences, tags)"
            )
        yield pair[0], pair[1]
