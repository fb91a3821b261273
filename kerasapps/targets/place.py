"""The folder that an app goes to: nothing of the user's is ever replaced, nothing is half there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from filelock import Timeout

from kerasapps.deploy.exchange import replace_folder, restore_folder, workplace
from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError
from kerasapps.files.named import read_regular, sha256_of
from kerasapps.files.paths import folder_place, real_path
from kerasapps.wording.harmless import printable

RECORD = "kerasapps.json"
"""In every app: what made it of what, and the SHA-256 of each of its files."""

_MOST_BYTES = 1 << 24  # of a record


def place_app(
    output: object, *, outside: Path, made_of: Mapping[str, Any], fill: Callable[[Path], None]
) -> Path:
    """Writes a folder whole, or leaves what is there as it is.

    Args:
        output: the folder, as the user named it. It may be missing, empty, or what an earlier
            export left there, all files as they were written.
        outside: the bundle's folder, which must not hold the output or lie in it.
        made_of: goes into the record.
        fill: writes into an empty folder.

    Returns:
        The folder.

    Raises:
        ConfigError: if something else is there, or another process writes to it.
        OSError: if it cannot be written.
    """
    place = folder_place(output, what="The output folder")
    real, bundle = real_path(place), real_path(outside)
    if real == bundle or bundle in real.parents or real in bundle.parents:
        raise ConfigError(
            f"The output folder {printable(place)} and the bundle {printable(outside)} lie in each "
            "other: name a folder beside it."
        )
    try:
        with hold(real.with_name(f".{real.name}.lock")):
            restore_folder(real)
            require_replaceable(place)
            with workplace(real, "new") as scratch:
                folder = scratch / "app"
                folder.mkdir()
                fill(folder)
                _record(folder, made_of)
                require_replaceable(place)  # to write took its time
                replace_folder(folder, real)
    except Timeout as error:
        raise ConfigError(
            f"Another process writes to the output folder {printable(place)}: wait until it has "
            "ended, or name another folder."
        ) from error
    except FileExistsError as error:
        raise ConfigError(f"{error.filename} {error.strerror}.") from error
    return place


def require_replaceable(folder: Path) -> None:
    """Make sure that a folder holds nothing that is not as an export left it.

    Raises:
        ConfigError: if it does; it names the first such file.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    files = _recorded(folder / RECORD)
    advice = "move it away, or name another output folder"
    if files is None:
        raise ConfigError(
            f"The output folder {printable(folder)} is not empty, and no export wrote what is in "
            f"it: {advice}."
        )
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or (not path.is_dir() and name not in {RECORD, *files}):
            raise ConfigError(f"{printable(path)} was added after the export: {advice}.")
        if name in files and sha256_of(path) != files[name]:
            raise ConfigError(f"{printable(path)} was changed after the export: {advice}.")


def files_in(folder: Path) -> dict[str, str]:
    """Path of each file below a folder → its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _record(folder: Path, made_of: Mapping[str, Any]) -> None:
    values = {**made_of, "files": files_in(folder)}
    text = json.dumps(values, indent=1, ensure_ascii=False)
    (folder / RECORD).write_text(f"{text}\n", encoding="utf-8")


def _recorded(file: Path) -> dict[str, str] | None:
    """The files that a record lists; None where there is none."""
    try:
        values = json.loads(read_regular(file, limit=_MOST_BYTES))
        files = values["files"]
        known = isinstance(files, dict) and isinstance(values["target"], str)
        return {str(name): str(digest) for name, digest in files.items()} if known else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
