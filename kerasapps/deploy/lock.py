"""One process at a time writes a bundle, or the folder of the run that it is of."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kerasapps.files.paths import real_path

BUNDLE_FOLDER = "bundle"
LOCK = ".lock"


@contextmanager
def hold(*files: Path) -> Iterator[None]:
    """Holds locks until the block ends, and then removes their files.

    Args:
        files: the locks' files; made where they are missing, their folders are not.

    Raises:
        filelock.Timeout: if another process holds one.
        OSError: if a file cannot be made.
    """
    with ExitStack() as stack:
        for file in dict.fromkeys(files):
            if not file.parent.is_dir():  # which the lock would make
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file.parent))
            lock = _acquired(file)
            stack.callback(lock.release)
            # Removed before it is released: whoever waits for it then finds that it is gone.
            stack.callback(file.unlink, missing_ok=True)
        yield


def _acquired(file: Path) -> FileLock:
    """The lock of a file, held."""
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if not os.path.lexists(
            file
        ):  # it went meanwhile, or no file can be made there, as in /proc
            with tempfile.TemporaryFile(dir=file.parent):
                pass
        raise
    return lock


def locks_of(bundle: Path) -> tuple[Path, ...]:
    """The locks that whoever replaces a bundle must hold.

    They are of the run that it is of, as `run/bundle` and `run/top-2/bundle` are; a bundle of
    another name has its own. Where the bundle is a link, those of what it points to come as well.
    """
    # The same file by two ways would be waited for by whoever holds it.
    itself = real_path(bundle.absolute().parent) / bundle.name
    return tuple(dict.fromkeys(map(_lock_of, (itself, real_path(bundle)))))


def _lock_of(bundle: Path) -> Path:
    run = bundle.parent
    if bundle.name != BUNDLE_FOLDER:
        return run / f".{bundle.name}{LOCK}"
    return (run.parent if re.fullmatch(r"top-\d+", run.name) else run) / LOCK
