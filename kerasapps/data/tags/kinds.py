"""Whether data of any form holds sentences with tags rather than something else."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.data.sources.column_choice import Head
from kerasapps.data.sources.forms import data_path, is_dataset, is_frame
from kerasapps.data.sources.given_splits import given_splits
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.walk import list_children
from kerasapps.data.tags.columns import sure_columns, tag_tables
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.conll import is_conll
from kerasapps.data.tags.folder import tag_files
from kerasapps.data.tags.hugging_face import is_hugging_face, open_hugging_face
from kerasapps.data.tags.spacy import is_spacy
from kerasapps.data.tags.values import holds_entities, holds_list
from kerasapps.errors import KerasAppsError

_LOOKED_AT = 20


def is_tag_data(data: Any) -> bool:
    """Whether any form of data that a task takes holds words with tags, or texts with entities.

    What cannot be read, or could be something else, does not.
    """
    try:
        if isinstance(data, (str, os.PathLike)):
            return _named(os.fsdecode(data))
        if isinstance(data, Mapping) and (parts := given_splits(data)) is not None:
            return all(map(is_tag_data, parts.values()))
        if is_hugging_face(data):
            table = open_hugging_face(data)
            return sure_columns(Head(table.names, table.sample, ""))
        if is_frame(data) or isinstance(data, Mapping):
            return _table(data)
        return not is_dataset(data) and _in_memory(data)
    except (KerasAppsError, OSError):
        return False


def _named(name: str) -> bool:
    kind, _, rest = name.partition(":")
    if kind == "tfds":
        from kerasapps.data.sources.tfds import find_tfds
        from kerasapps.data.tags.tensorflow import tag_sequences, text_sequences

        tfds, builder = find_tfds(rest)
        features = builder.info.features
        return bool(text_sequences(tfds, features)) and bool(tag_sequences(tfds, features))
    if kind == "builtin":
        return False
    path = data_path(name)
    if not path.is_dir():
        return path.is_file() and _file(path)
    folders, files = list_children(path)
    if not files:  # those of splits may lie in folders
        files = [file for folder in folders[:3] for file in list_children(folder)[1][:3]]
    tagged = tag_files(files[:_LOOKED_AT])
    return bool(tagged) and all(map(_file, tagged))


def _file(file: Path) -> bool:
    return is_conll(file) or is_spacy(file) or (is_table(file) and _table(file))


def _table(data: Any) -> bool:
    table = tag_tables(TaggingConfig()).open(data)
    return sure_columns(Head(table.names, table.sample[:_LOOKED_AT], table.where))


def _in_memory(data: Any) -> bool:
    if isinstance(data, tuple):
        if len(data) != 2 or any(not hasattr(each, "__len__") for each in data):
            return False
        pairs = list(itertools.islice(zip(*data, strict=False), _LOOKED_AT))
    elif isinstance(data, list):
        pairs = data[:_LOOKED_AT]
    else:
        return False
    return bool(pairs) and all(map(_is_tagged, pairs))


def _is_tagged(pair: Any) -> bool:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        return False
    tokens, tags = pair
    if isinstance(tokens, str):
        return isinstance(tags, Mapping) and holds_entities(tags)
    return holds_list(tokens) and holds_list(tags) and len(tokens) == len(tags)
