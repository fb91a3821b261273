"""Whatever the user names as data becomes a listing of sounds with labels."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.data.sounds.arrays import list_arrays, list_sound_stream
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.folder import list_sound_folder
from kerasapps.data.sounds.listing import BACKGROUND, SoundListing, file_entry
from kerasapps.data.sounds.tables import holds_sounds, list_sound_table, list_sound_tables
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
from kerasapps.data.sources.several_targets import has_several_targets
from kerasapps.data.sources.sound_formats import SOUND_SUFFIXES, is_sound_file
from kerasapps.data.sources.streams import is_stream
from kerasapps.data.sources.table_folder import folder_has_tables, tables_among
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.unheard import hearing, names_columns, refuse_columns
from kerasapps.data.sources.walk import files_below, list_children
from kerasapps.errors import DataError
from kerasapps.files.paths import is_named, user_path
from kerasapps.wording.harmless import printable

_KINDS = (
    "a folder with a folder per class, a CSV, TSV, JSONL or Parquet file, (sounds, labels, rate), "
    "a list of mappings, a pandas DataFrame, a pyarrow Table, a tf.data.Dataset or a generator of "
    "(sound, label), a mapping of splits or 'tfds:NAME'"
)


def list_sound_source(
    data: Any, *, work_dir: Path, audio: AudioConfig = AudioConfig()
) -> SoundListing:
    """List the sounds of any source; those that are not files yet are written to `work_dir`.

    Args:
        data: a folder of class folders, with or without train/val/test above them; a CSV, TSV,
            JSONL or Parquet file that names sounds, or a folder with such tables; `(sounds,
            labels, rate)`; a pandas DataFrame, a pyarrow Table or a list of mappings; a
            `tf.data.Dataset` of `(samples, label)`; `"tfds:NAME[/config]"`.
        work_dir: where sounds that are not files yet are written; nothing else is touched.
        audio: which columns of a table to take, and where the background is.

    Raises:
        DataError: if there is nothing to list; it says what was expected. Also if `audio` names
            columns, and no part of the data is a table.
    """
    listing = _list(data, work_dir=work_dir, audio=audio)
    return listing if audio.background is None else _with_background(listing, audio.background)


def _list(data: Any, *, work_dir: Path, audio: AudioConfig) -> SoundListing:
    parts = given_splits(data)
    forms = [data] if parts is None else [*parts.values()]
    told = hearing(audio, forms, has_columns=_may_have_columns, where=describe_source(data))
    if parts is not None:
        return list_splits(
            parts,
            lambda part, audio: _list(part, work_dir=work_dir, audio=audio),
            told=told,
            has_columns=_may_have_columns,
        )
    if isinstance(data, (str, os.PathLike)):
        return _named(os.fsdecode(data), audio, work_dir)
    return _in_memory(data, audio, work_dir)


def _with_background(listing: SoundListing, folder: str) -> SoundListing:
    """The listing with the sounds of a folder as background, and as nothing else.

    Raises:
        DataError: if there is no such folder, or no sound in it.
    """
    root = user_path(folder, what="background", error=DataError)
    if not is_folder(root):
        raise DataError(f"background: {printable(root)} is no folder")
    files = [file for file in files_below(root) if is_sound_file(file)]
    if not files:
        raise DataError(f"background: {printable(root)} holds no sounds")
    there = {os.path.realpath(file) for file in files}
    others = [each for each in listing.entries if os.path.realpath(each.clip.path) not in there]
    return replace(listing, entries=(*others, *(file_entry(file, BACKGROUND) for file in files)))


def _may_have_columns(data: Any) -> bool:
    if isinstance(data, (str, os.PathLike)) and is_named(os.fsdecode(data)):
        return False
    return may_have_columns(data, tables_in=folder_has_tables)


def _named(name: str, audio: AudioConfig, work_dir: Path) -> SoundListing:
    if name.startswith("builtin:"):
        raise DataError(f"there is no {name} of sounds")
    if name.startswith("tfds:"):
        if audio.target_kind not in (None, "class"):
            raise DataError(
                f"{name} is read as sounds of one class each, and target_kind is "
                f"{audio.target_kind}: leave it out, or give the sounds as a table or in memory"
            )
        from kerasapps.data.sounds.tensorflow import list_sound_tfds

        return list_sound_tfds(
            name.removeprefix("tfds:"), rate=audio.sample_rate, work_dir=work_dir
        )
    return _path(data_path(name), audio, work_dir)


def _in_memory(data: Any, audio: AudioConfig, work_dir: Path) -> SoundListing:
    if is_frame(data):
        return list_sound_table(data, config=audio, work_dir=work_dir)
    refuse_columns(audio, describe_source(data), but_targets=has_several_targets(data))
    asked: dict[str, Any] = {
        "rate": audio.sample_rate,
        "work_dir": work_dir,
        "kind": audio.target_kind,
        "columns": audio.target_columns,
    }
    if isinstance(data, list) and data and all(isinstance(each, tuple) for each in data):
        return list_sound_stream(iter(data), **asked)
    if isinstance(data, (tuple, list)):
        if len(data) not in (2, 3):
            raise DataError(f"expected (sounds, labels, rate), got {len(data)} values")
        asked |= {"rate": data[2]} if len(data) == 3 else {}
        return list_arrays(data[0], data[1], **asked)
    if is_dataset(data):
        from kerasapps.data.sounds.tensorflow import list_sound_dataset

        return list_sound_dataset(data, **asked)
    if is_stream(data):
        return list_sound_stream(data, **asked)
    raise DataError(f"cannot read sounds from a {type(data).__name__}: expected {_KINDS}")


def _path(path: Path, audio: AudioConfig, work_dir: Path) -> SoundListing:
    if is_folder(path):
        return _folder(path, audio, work_dir)
    shown = printable(path)
    if path.suffix.lower() in SOUND_SUFFIXES:
        raise DataError(f"{shown} is one sound: give the folder that holds a folder per class")
    if is_table(path):
        return list_sound_table(path, config=audio, work_dir=work_dir)
    raise DataError(f"{shown} is a file, expected {_KINDS}")


def _folder(root: Path, audio: AudioConfig, work_dir: Path) -> SoundListing:
    """Class folders; where there are none, the tables that name the sounds below the folder."""
    listing = list_sound_folder(root, kind=audio.target_kind)
    folders, files = list_children(root)
    meant = names_columns(audio)  # of a table: class folders beside it are not
    labels = {entry.label for entry in listing.entries} - {BACKGROUND}
    if meant or listing.errors or len(labels) < 2:
        named = list_sound_tables(root, folders, files, config=audio, work_dir=work_dir)
        if meant and named is None:
            raise DataError(
                f"{printable(root)} has no table of sounds, which sound_column, label_column and "
                "the others are for: give the table itself, or leave them out"
            )
        return listing if named is None else named
    tables = ", ".join(printable(file.name) for file in tables_among(files) if holds_sounds(file))
    if not tables:
        return listing
    warning = f"{tables} beside the class folders is not read: give it in place of the folder"
    return replace(listing, warnings=(*listing.warnings, warning))
