"""The folder of one run: its lock, its scratch space and its bundle."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kerasapps.deploy.manifest import BUNDLE_FOLDER, FILE_NAME, read_manifest
from kerasapps.errors import TrainingError
from kerasapps.export.files import restore_folder
from kerasapps.training.checkpoint import changed_settings, stored_settings

from .terminal import say

DEFAULT_ROOT = Path("saved_models")
_LOCK = ".lock"


@dataclass(frozen=True)
class Run:
    """An output folder that this process alone writes to.

    Attributes:
        folder: the output folder.
    """

    folder: Path

    @property
    def bundle_dir(self) -> Path:
        """Where the finished bundle stands."""
        return self.folder / BUNDLE_FOLDER

    @property
    def work(self) -> Path:
        """Caches, checkpoints and files in the making; gone when the run is over."""
        return self.folder / "work"

    @property
    def training(self) -> Path:
        """Checkpoints."""
        return self.work / "training"

    @property
    def logs(self) -> Path:
        """TensorBoard logs, which stay beside the bundle."""
        return self.folder / "tensorboard"


@contextmanager
def open_run(
    output_dir: Path | str | None, *, recipe: str, name: str, settings: Mapping[str, Any]
) -> Iterator[Run]:
    """The run's folder, held for this process until the block ends.

    A block that ends well leaves the bundle and removes the scratch space. One that fails or is
    killed leaves its checkpoint, and the same call goes on from there; without a checkpoint there
    is nothing to go on from, and nothing is left.

    Args:
        output_dir: the folder; by default `saved_models/<recipe>/<name>`, numbered when that
            folder has a run with other settings.
        recipe: name of the task.
        name: name of the run.
        settings: JSON-able values that identify the run.

    Raises:
        TrainingError: if another process uses the folder, it holds a run with other settings, or
            it cannot be written.
    """
    run = Run(Path(output_dir) if output_dir else _free_folder(recipe, name, settings))
    with _locked(run.folder):
        restore_folder(run.bundle_dir)
        changes = _changes(run, settings)
        if changes:
            raise TrainingError(
                f"{run.folder} holds a run with other settings: {'; '.join(changes)}. "
                f"Choose another output folder, use the same settings, or delete {run.folder}."
            )
        if run.bundle_dir.exists() and stored_settings(run.training) is None:
            say(f"{run.bundle_dir} is finished; it is made again and replaced at the end.")
        try:
            yield run
        except BaseException:
            if stored_settings(run.training) is None:
                shutil.rmtree(run.work, ignore_errors=True)
            raise
        shutil.rmtree(run.work, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder, which is made and, when nothing came of it, removed again."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TrainingError(
            f"Another process uses {folder}. Choose another output folder."
        ) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise TrainingError(f"{folder} is a file. Choose another output folder.") from error
    except OSError as error:
        raise TrainingError(f"{folder}: {error}. Choose another output folder.") from error
    try:
        yield
    finally:
        (folder / _LOCK).unlink(missing_ok=True)
        lock.release()
        for each in made:
            if any(each.iterdir()):
                break
            each.rmdir()


def _free_folder(recipe: str, name: str, settings: Mapping[str, Any]) -> Path:
    """The default folder, or the first numbered one that no run with other settings has."""
    stem = re.sub(r"[^\w.-]+", "_", name).strip("._") or "run"
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    folders = (DEFAULT_ROOT / recipe / name for name in names)
    return next(folder for folder in folders if not _changes(Run(folder), settings))


def _changes(run: Run, settings: Mapping[str, Any]) -> list[str]:
    """What differs from the settings of the run under way, or of the bundle that is there."""
    found = stored_settings(run.training)
    if found is None and (run.bundle_dir / FILE_NAME).exists():
        found = read_manifest(run.bundle_dir).settings
    if found is None:
        return []
    # What is in the data is compared when the data has been read.
    return changed_settings({key: found[key] for key in found if key != "fingerprint"}, settings)
