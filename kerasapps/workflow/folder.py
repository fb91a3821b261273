"""A folder that is written to: nobody else's, by one process, and fit for what comes at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import Timeout

from kerasapps.data.sources.forms import data_path
from kerasapps.data.sources.given_splits import given_splits
from kerasapps.deploy.exchange import MARK, replace_folder, workplace
from kerasapps.deploy.lock import hold, locks_of
from kerasapps.errors import TrainingError
from kerasapps.files.paths import is_named, real_path
from kerasapps.files.room import is_out_of_space

WORKER = "worker-"
"""What the scratch space of a worker is called, before its index."""

# The deepest files that are written: while a trial's files are made, and into a bundle.
_IN_WORK = (
    "trial-000/export/static_batch/variables/variables_temp/"
    "part-00000-of-00001.data-00000-of-00001.tempstate00000000000000000000"
)
_IN_BUNDLE = "saved_model/variables/variables.data-00000-of-00001"


@contextmanager
def held(folder: Path, bundle: Path) -> Iterator[None]:
    """Holds a run's folder, which is made and, when nothing came of it, removed again.

    Args:
        folder: of the run.
        bundle: in it.

    Raises:
        TrainingError: if another process uses it, or it cannot be written.
    """
    with made(folder), _holding(*locks_of(bundle)):
        yield


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Makes a folder, which is removed again where nothing is in it when the block ends.

    Raises:
        TrainingError: if it cannot be made.
    """
    with _readable(folder):
        new = [each for each in (folder, *folder.parents) if not each.exists()]
        # TensorFlow is given whole paths, whose length is limited, too.
        (folder.absolute() / "work" / "try" / _IN_WORK).exists()
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):  # somebody removed it meanwhile
            for each in new:
                if any(each.iterdir()):
                    break
                each.rmdir()


@contextmanager
def held_bundle(bundle: Path) -> Iterator[None]:
    """Holds a finished bundle, and the run that it is of.

    Raises:
        TrainingError: as `held`.
    """
    with _holding(*locks_of(bundle)):
        yield


def refuse_within(folder: Path, data: Any) -> None:
    """What is written into a folder of data would be taken for data the next time.

    Raises:
        TrainingError: if the data is a folder that holds this one.
    """
    for part in (given_splits(data) or {}).values():
        refuse_within(folder, part)
    if not isinstance(data, str | os.PathLike) or is_named(os.fsdecode(data)):
        return
    root = data_path(data)
    if not root.is_dir():
        return
    with _readable(folder):
        within = real_path(folder).is_relative_to(real_path(root))
    if within:
        raise TrainingError(
            f"The output folder {folder} lies in the data, {data}: what is written there would "
            "be taken for data the next time. Choose another output folder."
        )


def refuse_foreign(folder: Path, marks: Sequence[str]) -> None:
    """What is replaced or removed must be ours.

    Args:
        folder: that may be there.
        marks: names of which ours has one.

    Raises:
        TrainingError: if it has content and none of the marks.
    """
    ours = any((folder / mark).exists() for mark in marks)
    with _readable(folder):
        # An empty one may be of a run that was killed as it began, and holds nothing to lose.
        foreign = folder.exists() and any(folder.iterdir()) and not ours
    if foreign:
        raise TrainingError(
            f"{folder} was not made by kerasapps, and the run would remove it. Choose another "
            "output folder, or move it away."
        )


def refuse_unwritable(settings: Mapping[str, Any], folder: Path) -> None:
    """Names that come from the command line must be texts, as bundle and report quote them.

    Raises:
        TrainingError: if a name holds bytes that the system's encoding has no characters for.
    """
    with _readable(folder):
        os.fsencode(folder)
    for name in (str(folder), *_texts(settings)):
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise _encoding_error(ascii(name)) from error


def try_publishing(work: Path, bundle: Path) -> None:
    """What is done at the end of a run is done once at its beginning, with empty files.

    Args:
        work: the run's scratch space, which is made; a link to another disk may do.
        bundle: the bundle's place; it may be a link, too.

    Raises:
        TrainingError: if it cannot be done: a disk that cannot be written, a name that is too
            long, a mount point or a dead link in the way.
    """
    with _readable(work):
        work.mkdir(exist_ok=True)
        (work / MARK).touch()
        shutil.rmtree(work / "try", ignore_errors=True)  # of a process that was ended in it
        _touch(work.absolute() / "try" / _IN_WORK)
        shutil.rmtree(work / "try")
    place = real_path(bundle)
    if place.is_symlink():  # links that lead to each other
        raise TrainingError(
            f"{bundle} is a link to {place.readlink()}, which is not there. Choose another output "
            "folder."
        )
    if place.is_mount():
        raise TrainingError(
            f"{bundle} is where a disk is mounted, and cannot be replaced as a whole. Mount it one "
            "folder higher, or choose another output folder."
        )
    with _readable(place), workplace(place, "try") as scratch:
        for name in ("new", "old"):
            _touch(scratch / name / _IN_BUNDLE)
        replace_folder(scratch / "new", scratch / "old")


@contextmanager
def in_its_place(bundle: Path, purpose: str) -> Iterator[Path]:
    """Scratch space beside a bundle that is held; see `exchange.workplace`.

    Raises:
        TrainingError: if it cannot be made, such as where a user's own folder is in the way.
    """
    with ExitStack() as stack:
        with _readable(bundle):
            folder = stack.enter_context(workplace(bundle, purpose))
        yield folder


def make_scratch(work: Path) -> None:
    """Makes scratch space that is ours, and empty, as after a process that was killed.

    Raises:
        TrainingError: if it cannot be made.
    """
    with _readable(work):
        clear_work(work)
        work.mkdir(exist_ok=True)
        (work / MARK).touch()


@contextmanager
def scratch_held(work: Path) -> Iterator[None]:
    """Holds a worker's scratch space, so that nobody takes it for what a killed one left.

    Raises:
        TrainingError: if another process uses it.
    """
    with _holding(*locks_of(work)):
        yield


def clear_left(folder: Path, *, first: int = 1) -> None:
    """Removes the scratch space of workers that are no more, as of those that were killed.

    Args:
        folder: of the run.
        first: index of the first worker whose space may go.
    """
    for work in folder.glob(f"{WORKER}*"):
        number = work.name.removeprefix(WORKER)
        if number.isdecimal() and int(number) >= first and (work / MARK).exists():
            with suppress(Timeout, OSError), hold(*locks_of(work)):
                clear_work(work)


def clear_work(work: Path) -> None:
    """Removes a run's scratch space; of a link what it points to is emptied."""
    if work.is_symlink():
        for each in work.iterdir() if work.is_dir() else ():
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    else:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _holding(*locks: Path) -> Iterator[None]:
    folder = locks[0].parent
    with _readable(folder):
        holding = hold(*locks)
        try:
            holding.__enter__()
        except Timeout as error:
            raise TrainingError(
                f"Another process uses {folder}. Wait for its end, or choose another output folder."
            ) from error
    try:
        yield
    finally:
        holding.__exit__(None, None, None)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """What a file system says of a folder as one error that says what to do."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise _encoding_error(ascii(str(folder))) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise TrainingError(
            f"{_in_the_way(folder, error)} Choose another output folder."
        ) from error
    except OSError as error:
        if is_out_of_space(error):
            raise  # for whoever knows what else needs room
        missing = f": {error.filename}" if isinstance(error, FileNotFoundError) else ""
        raise TrainingError(
            f"{folder} cannot be used ({error.strerror or error}{missing}). Choose another output "
            "folder."
        ) from error


def _in_the_way(folder: Path, error: OSError) -> str:
    file = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if file.is_symlink() and not file.exists():
        return f"{file} is a link to {file.readlink()}, which is not there."
    if file.is_dir():
        return f"{error.filename} {error.strerror}."
    return f"{file} is a file."


def _encoding_error(name: str) -> TrainingError:
    return TrainingError(
        f"{name} has characters that this system is not set up for, and bundle and report could "
        "not name it. Set PYTHONUTF8=1 or a locale of UTF-8 (LC_ALL=C.UTF-8), or choose another "
        "name."
    )


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from _texts(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _texts(value)


def _touch(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.touch()
