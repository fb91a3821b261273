"""Whether data is one of sounds, told without reading all of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from kerasapps.data.sounds.tables import holds_sounds
from kerasapps.data.sources.forms import data_path, is_frame
from kerasapps.data.sources.given_splits import given_splits
from kerasapps.data.sources.sound_formats import SOUND_SUFFIXES, is_sound_file
from kerasapps.data.sources.table_folder import tables_among
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.walk import files_below, list_children
from kerasapps.errors import KerasAppsError
from kerasapps.files.paths import is_named


def is_sound_data(data: Any) -> bool:
    """Whether data is a sound file or a folder of some, a table that names or holds sounds, or
    sounds with their rate.

    What cannot be read is none; nothing is raised.
    """
    try:
        return _is_sound_data(data)
    except (KerasAppsError, OSError, ValueError, TypeError):
        return False


def _is_sound_data(data: Any) -> bool:
    parts = given_splits(data)
    if parts is not None:
        return any(map(is_sound_data, parts.values()))
    if isinstance(data, str | os.PathLike):
        return not is_named(os.fsdecode(data)) and _is_sound_path(data)
    if is_frame(data):
        return holds_sounds(data)
    if isinstance(data, tuple) and len(data) == 3:
        return isinstance(data[2], int)
    if isinstance(data, tuple | list) and data and not isinstance(data[0], str | os.PathLike):
        first = next(iter(data[0]), None)
        return isinstance(first, Mapping) and "sampling_rate" in first
    return False


def _is_sound_path(data: Any) -> bool:
    path = data_path(data)
    if not path.is_dir():
        return path.suffix.lower() in SOUND_SUFFIXES or (is_table(path) and holds_sounds(path))
    if any(map(is_sound_file, files_below(path))):
        return True
    return any(map(holds_sounds, tables_among(list_children(path)[1])))
