"""Whether data that is named by its place is there, before anything slow begins."""

from __future__ import annotations

import os
from typing import Any

from kerasapps.data.sources.forms import data_path, is_folder
from kerasapps.data.sources.shard_files import is_listed, is_pattern
from kerasapps.files.paths import is_named


def require_place(data: Any) -> None:
    """A file or folder that is named is there; names of data, lists and patterns are seen later.

    Raises:
        DataError: if there is nothing, or it cannot be read.
    """
    if not isinstance(data, str | os.PathLike):
        return
    name = os.fsdecode(data)
    if not (is_named(name) or is_listed(name) or is_pattern(name)):
        is_folder(data_path(name), archives=())
