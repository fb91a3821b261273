"""Whatever the user names as data becomes a stream of texts with their translations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.files import add_aligned, file_language
from kerasapps.data.pairs.folder import has_pair_tables, list_pair_folder
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.pairs.tables import pair_tables
from kerasapps.data.pairs.tmx import add_tmx
from kerasapps.data.sources.encodings import refuse_encoding
from kerasapps.data.sources.forms import (
    data_path,
    describe_source,
    is_dataset,
    is_folder,
    is_frame,
    may_have_columns,
    two_files,
)
from kerasapps.data.sources.given_splits import SplitData, given_splits, join_rows
from kerasapps.data.sources.lines import format_of
from kerasapps.data.sources.rows import numbered
from kerasapps.data.sources.shard_files import find_shards
from kerasapps.data.sources.shard_tables import add_shards
from kerasapps.data.sources.streams import endless_refused, is_stream
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.tables import add_table
from kerasapps.data.sources.unheard import hearing, refuse_columns
from kerasapps.errors import DataError
from kerasapps.files.paths import is_named
from kerasapps.wording.harmless import printable

BUILTIN = {"phrases": Path(__file__).parents[1] / "builtin" / "phrases.csv"}
_ARCHIVES = (".zip", ".tar", ".tgz", ".xz", ".bz2", ".7z", ".rar", ".zst")
_KINDS = (
    "(source file, target file), a folder with train.en, train.de and so on, a TSV, CSV, JSONL, "
    "Parquet or TMX file, a list of (source, target), (sources, targets), a pandas DataFrame, a "
    "pyarrow Table, a tf.data.Dataset or a generator of (string, string), shards ("
    "'train-*.tfrecord', '@LIST', a folder), a mapping of splits, "
    "'tfds:NAME' or 'builtin:phrases'"
)


def list_pair_source(data: Any, *, config: TranslationConfig) -> PairListing:
    """The rows of any source, to be read once.

    Args:
        data: `(source file, target file)` whose lines belong together; a folder with train.en,
            train.de, val.en and so on, or with train, validation and test tables; a TSV, CSV, JSONL
            or Parquet file; a TMX file; a list of `(source, target)`; `(sources, targets)`; a list
            of mappings; a pandas DataFrame; a pyarrow Table; a `tf.data.Dataset` of
            `(string, string)`; shards, as `find_shards` takes them;
            `"tfds:NAME[/config]"`; `"builtin:phrases"`. Files may be packed with gzip.
        config: which languages and columns to take.

    Raises:
        DataError: if there is nothing to read; it says what was expected.
        DependencyError: if the source needs a package that is not installed.
    """
    if isinstance(data, (str, os.PathLike)):
        return _named(os.fsdecode(data), config)
    parts = given_splits(data)
    if parts is not None:
        return _join(parts, config)
    if two_files(data):
        refuse_columns(config, describe_source(data))
        return _two_files(*(data_path(file) for file in data), encoding=config.encoding)
    if is_frame(data):
        return _table(data, config)
    refuse_encoding(config.encoding, "data in memory")
    refuse_columns(config, describe_source(data))
    return _in_memory(data)


def _in_memory(data: Any) -> PairListing:
    if is_dataset(data):
        from kerasapps.data.pairs.tensorflow import list_pair_dataset

        return list_pair_dataset(data)
    if isinstance(data, (tuple, list)):
        return PairListing([lambda: numbered(_listed(data))])
    if not is_stream(data):
        raise DataError(
            f"cannot read sentence pairs from a {type(data).__name__}: expected {_KINDS}"
        )
    return PairListing([lambda: numbered(endless_refused(data, noun="source"))])


def _join(parts: SplitData, config: TranslationConfig) -> PairListing:
    """All splits; their languages are those of training, or of the first that knows them."""
    listing = PairListing()
    told = hearing(
        config,
        [*parts.values()],
        has_columns=lambda part: may_have_columns(part, tables_in=has_pair_tables),
        where=describe_source(parts),
    )

    def listed(part: Any) -> PairListing:
        rows = list_pair_source(part, config=told(part))
        listing.source_language = listing.source_language or rows.source_language
        listing.target_language = listing.target_language or rows.target_language
        return rows

    join_rows(listing, dict(sorted(parts.items(), key=lambda item: item[0] != "train")), listed)
    return listing


def _named(name: str, config: TranslationConfig) -> PairListing:
    if is_named(name):
        refuse_encoding(config.encoding, name)
    if name.startswith("builtin:"):
        return _builtin(name.removeprefix("builtin:"), config)
    if name.startswith("tfds:"):
        from kerasapps.data.pairs.tensorflow import list_pair_tfds

        return list_pair_tfds(name.removeprefix("tfds:"), config=config)
    shards = find_shards(name)
    if shards is not None:
        refuse_encoding(config.encoding, name)
        listing = PairListing()
        add_shards(listing, shards, kind=pair_tables(listing, config))
        return listing
    return _path(data_path(name), config)


def _table(data: Any, config: TranslationConfig) -> PairListing:
    listing = PairListing()
    add_table(listing, data, kind=pair_tables(listing, config))
    return listing


def _two_files(source: Path, target: Path, *, encoding: str | None) -> PairListing:
    listing = PairListing(
        source_language=file_language(source), target_language=file_language(target)
    )
    if source == target:
        raise DataError(f"{printable(source)} is given as both source and target")
    add_aligned(listing, source, target, encoding=encoding)
    return listing


def _builtin(name: str, config: TranslationConfig) -> PairListing:
    if name not in BUILTIN:
        raise DataError(f"there is no builtin:{name}; known: {', '.join(BUILTIN)}")
    asked = (config.source_column, config.target_column)
    if any((*asked, config.source_language, config.target_language)):
        return _table(BUILTIN[name], config)
    return _table(BUILTIN[name], TranslationConfig(source_column="en", target_column="de"))


def _path(path: Path, config: TranslationConfig) -> PairListing:
    shown, suffix = printable(path), format_of(path)
    if is_folder(path, archives=_ARCHIVES):
        return list_pair_folder(path, config=config)
    if is_table(path):
        return _table(path, config)
    if suffix == ".tmx":
        refuse_encoding(config.encoding, f"{shown} (XML, which names its own)")
        refuse_columns(config, shown)
        listing = PairListing()
        add_tmx(listing, path, config=config)
        return listing
    if suffix == ".json":
        raise DataError(f"{shown} holds no rows of JSON: expected an array of objects")
    raise DataError(f"{shown} is one file of unknown kind, expected {_KINDS}")


def _listed(data: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of a list of pairs, or of a tuple of two sequences."""
    if isinstance(data, tuple):
        if len(data) != 2 or any(not hasattr(side, "__len__") for side in data):
            raise DataError(f"expected (sources, targets), got {len(data)} values")
        sources, targets = data
        if len(sources) != len(targets):
            raise DataError(f"there are {len(sources)} sources but {len(targets)} targets")
        yield from zip(sources, targets, strict=True)
        return
    for number, pair in enumerate(data):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise DataError(
                f"pair {number} is {str(pair)[:80]}: expected a list of (source, target), or "
                "(sources, targets)"
            )
        yield pair[0], pair[1]
