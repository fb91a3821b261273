"""Whether data of any form holds sentence pairs rather than labelled texts or pictures."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.columns import sure_pair, text_columns
from kerasapps.data.pairs.files import aligned_among
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.pairs.sources import BUILTIN
from kerasapps.data.pairs.tables import pair_tables
from kerasapps.data.sources.column_kinds import varied
from kerasapps.data.sources.forms import data_path, is_dataset, is_frame, two_files
from kerasapps.data.sources.headers import has_header
from kerasapps.data.sources.lines import format_of
from kerasapps.data.sources.shard_files import find_shards
from kerasapps.data.sources.shard_tables import head_table
from kerasapps.data.sources.table_folder import split_folder_tables, tables_among
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.walk import folder_below, list_children
from kerasapps.errors import KerasAppsError

_LOOKED_AT = 200  # pairs


def is_pair_data(data: Any) -> bool:
    """Whether any form of data that a task takes holds texts with their translations.

    Files and columns tell by their names, such as train.en and train.de, "en" and "de", or "src"
    and "tgt"; pairs in memory by second texts that differ, and are not single words, as the names
    of classes are. What cannot be read, or could be something else, is no pair.
    """
    try:
        if isinstance(data, (str, os.PathLike)):
            return _named(os.fsdecode(data))
        if two_files(data):
            return all(data_path(file).is_file() for file in data)
        if is_dataset(data):
            return _dataset(data)
        if is_frame(data):
            return _table(data)
        return isinstance(data, (tuple, list)) and _translated(_seconds(data))
    except (KerasAppsError, OSError):
        return False


def _named(name: str) -> bool:
    kind, _, rest = name.partition(":")
    if kind == "builtin":
        return rest in BUILTIN
    if kind == "tfds":
        from kerasapps.data.pairs.tensorflow import text_features
        from kerasapps.data.sources.tfds import find_tfds

        tfds, builder = find_tfds(rest)
        return sure_pair(list(text_features(tfds, builder.info.features)))
    shards = find_shards(name)
    if shards is not None:
        return _table(head_table(shards))
    path = data_path(name)
    if not path.is_dir():
        return path.is_file() and _file(path)
    # A folder around that of the pairs counts: reading it says which was meant.
    return _folder(path) or (not list_children(path)[1] and folder_below(path, _folder) is not None)


def _folder(folder: Path) -> bool:
    folders, files = list_children(folder)
    if aligned_among(files):
        return True
    inside = split_folder_tables(folder, folders, packed=True)
    tables = [*tables_among(files, packed=True), *(f for f in files if format_of(f) == ".tmx")]
    return any(_file(file) for file in (*tables, *inside))


def _file(file: Path) -> bool:
    return format_of(file) == ".tmx" or (is_table(file) and _table(file))


def _table(data: Any) -> bool:
    table = pair_tables(PairListing(), TranslationConfig()).open(data)
    if sure_pair(table.names):
        return True
    if has_header(table.names):
        return False
    places = text_columns(table.names, table.sample)
    if len(places) != 2 or not all(varied(table.sample, place) for place in places):
        return False
    # Columns that are known to be something else speak for Tatoeba's and Anki's files.
    seconds = [row[places[1]] for row in table.sample if len(row) > places[1]]
    return len(places) < len(table.names) or _translated(seconds)


def _dataset(dataset: Any) -> bool:
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2:
        return False
    if any(getattr(getattr(each, "dtype", None), "name", "") != "string" for each in spec):
        return False
    elements = itertools.islice(dataset.as_numpy_iterator(), _LOOKED_AT)
    seconds = [second for _, second in elements]
    flat = [text for each in seconds for text in ([each] if isinstance(each, bytes) else each)]
    return _translated(flat[:_LOOKED_AT])


def _seconds(data: Sequence[Any]) -> Iterable[Any]:
    if isinstance(data, tuple):
        return data[1] if len(data) == 2 and hasattr(data[1], "__len__") else ()
    return [
        pair[1] for pair in data[:_LOOKED_AT] if isinstance(pair, (tuple, list)) and len(pair) == 2
    ]


def _translated(texts: Iterable[Any]) -> bool:
    looked_at = [
        text for text in itertools.islice(texts, _LOOKED_AT) if isinstance(text, (str, bytes))
    ]
    several = sum(len(text.split()) > 1 for text in looked_at)
    return (
        bool(looked_at)
        and 2 * len(set(looked_at)) > len(looked_at)
        and 2 * several > len(looked_at)
    )
