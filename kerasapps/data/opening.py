"""Raw data of any kind is opened for those who have no run folder."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import Kind, examine, load_splits
from kerasapps.data.splits import Splits
from kerasapps.files.paths import folder_place

Folder = str | os.PathLike[str] | None
"""Where examples go that are not files yet; None: a temporary folder, gone with the process."""


def load_kind(
    kind: Kind[Any, Any, Any, Any, Any],
    data: Any,
    *,
    options: Any,
    load: LoadConfig,
    seed: int,
    folder: Folder,
) -> Splits[Any]:
    """The splits of data of a kind.

    Args:
        kind: the steps of the kind.
        data: any form that it reads.
        options: of the kind.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        folder: see `Folder`.

    Raises:
        DataError: with every reason why the data cannot be used.
    """
    work = _work_folder(folder)
    return load_splits(kind, data, options=options, config=load, seed=seed, work_dir=work)


def audit_kind(
    kind: Kind[Any, Any, Any, Any, Any],
    data: Any,
    *,
    options: Any,
    load: LoadConfig,
    seed: int,
    folder: Folder,
) -> Audit:
    """What `load_kind` finds, as a value: also where the data cannot be used."""
    work = _work_folder(folder)
    return examine(kind, data, options=options, config=load, seed=seed, work_dir=work)[0]


def _work_folder(folder: Folder) -> Path:
    if folder is not None:
        return folder_place(folder, what="folder")
    temporary = Path(tempfile.mkdtemp(prefix="kerasapps-"))
    # Examples read from it whenever they are asked, so it lives as long as they can.
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary
