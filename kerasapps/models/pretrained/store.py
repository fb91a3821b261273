"""The user's cache: what was made once of a package's file, and is checked whenever it is used.

    ~/.cache/kerasapps/pretrained/efficientnet-lite0-57934424-1f0c5d2ab94e/
        config.json  image_converter.json  model.weights.h5
        made_of.json        the hash of the package's file, and those of the three

It lies in `$KERASAPPS_CACHE`, else in `$XDG_CACHE_HOME/kerasapps`, else where the system keeps
caches. It may be removed at any time. Without a home folder it is a folder that goes when the
process ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from filelock import FileLock

from kerasapps.cache import VARIABLE, cache_folder, passing_folder
from kerasapps.files.named import read_regular, sha256_of
from kerasapps.files.room import is_out_of_space, require_room, telling_of_full_disks
from kerasapps.terminal.streams import tell

RECORD: Final = "made_of.json"
_LIMIT: Final = 1 << 20  # bytes of a record
_HASH: Final = 12  # hexadecimal digits in a folder's name


def kept(source: Path, *, version: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` makes of a file: the one in the cache, if it is there and whole.

    Several processes may ask at once; one makes it. Where the cache cannot be written it is made in
    a folder that goes when the process ends.

    Args:
        source: the file; another content is another folder.
        version: of what `make` does; likewise.
        make: fills an empty folder; called only if there is no whole one.

    Raises:
        DiskFullError: if there is no room for it.
        OSError: if `source` cannot be read.
    """
    made_of = hashlib.sha256(f"{sha256_of(source)} {version}".encode()).hexdigest()
    folder = cache_folder() / "pretrained" / f"{source.stem}-{made_of[:_HASH]}"
    if is_whole(folder, made_of=made_of):
        return folder
    with telling_of_full_disks(folder, advice=f"or set {VARIABLE} to a folder of another disk"):
        try:
            _make(folder, made_of, make, size=source.stat().st_size)
        except OSError as error:
            if is_out_of_space(error):
                raise
            return _make_for_now(folder, made_of, make, error)
    return folder


def is_whole(folder: Path, *, made_of: str) -> bool:
    """Whether a folder is what was made of that, file for file.

    Args:
        folder: in the cache.
        made_of: hash of the source and of what was done with it.
    """
    try:
        record = json.loads(read_regular(folder / RECORD, limit=_LIMIT))
        files: dict[str, str] = dict(record["files"])
        present = {file.name for file in folder.iterdir()} == {RECORD, *files}
        return (
            record["made_of"] == made_of
            and present
            and all(sha256_of(folder / name) == digest for name, digest in files.items())
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _make(folder: Path, made_of: str, make: Callable[[Path], None], *, size: int) -> None:
    """Puts a whole folder of about so many bytes in its place, instead of what may be there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if is_whole(folder, made_of=made_of):
            return  # another process was quicker
        new = folder.with_name(f".making-{folder.name}")
        if os.path.lexists(new):  # of a process that was killed at it
            _remove(new)
        # Where a disk fills up under HDF5, the process crashes at its end.
        require_room(folder.parent, size)
        try:
            _fill(new, made_of, make)
            if os.path.lexists(folder):
                tell(f"{folder} is damaged; it is made anew.")
                _remove(folder)
            new.replace(folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _remove(path: Path) -> None:
    """A folder with all in it; of a link the link alone."""
    if path.is_symlink() or not path.is_dir():
        path.unlink()
    else:
        shutil.rmtree(path)


def _make_for_now(folder: Path, made_of: str, make: Callable[[Path], None], error: OSError) -> Path:
    reason = error.strerror or error
    tell(f"{folder.parent} cannot be written ({reason}); {VARIABLE} may name another folder.")
    passing = passing_folder() / folder.name
    if not is_whole(passing, made_of=made_of):
        shutil.rmtree(passing, ignore_errors=True)  # of an earlier try that failed
        _fill(passing, made_of, make)
    return passing


def _fill(folder: Path, made_of: str, make: Callable[[Path], None]) -> None:
    folder.mkdir()
    make(folder)
    files = {file.name: sha256_of(file) for file in folder.iterdir()}
    (folder / RECORD).write_text(json.dumps({"made_of": made_of, "files": files}, indent=1))
