"""The folder of one run: its lock, its settings, its scratch space and its bundle."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kerasapps.deploy.manifest import BUNDLE_FOLDER
from kerasapps.errors import TrainingError
from kerasapps.export.files import restore_folder
from kerasapps.training.checkpoint import changed_settings

DEFAULT_ROOT = Path("saved_models")
_SETTINGS = "run.json"


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
    def logs(self) -> Path:
        """TensorBoard logs, which stay beside the bundle."""
        return self.folder / "tensorboard"

    @property
    def training(self) -> Path:
        """Checkpoints."""
        return self.work / "training"


@contextmanager
def open_run(
    output_dir: Path | str | None, *, recipe: str, name: str, settings: Mapping[str, Any]
) -> Iterator[Run]:
    """The run's folder, held for this process until the block ends.

    A block that ends well leaves the bundle and removes the scratch space; one that fails or is
    killed leaves the scratch space, and the same command goes on from it.

    Args:
        output_dir: the folder; by default `saved_models/<recipe>/<name>`, numbered when that
            folder has a run with other settings.
        recipe: name of the task.
        name: name of the run.
        settings: JSON-able values that identify the run.

    Raises:
        TrainingError: if another process uses the folder, a run with other settings is in it, or
            it cannot be written.
    """
    folder = Path(output_dir) if output_dir else _free_folder(recipe, name, settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TrainingError(
            f"Another process is using {folder}. Choose another output_dir."
        ) from error
    except OSError as error:
        raise TrainingError(
            f"{folder} cannot be written ({error}). Choose another output_dir."
        ) from error
    try:
        _claim(folder, settings)
        run = Run(folder)
        restore_folder(run.bundle_dir)
        yield run
        shutil.rmtree(run.work, ignore_errors=True)
    finally:
        lock.release()


def _free_folder(recipe: str, name: str, settings: Mapping[str, Any]) -> Path:
    """The default folder, or the first numbered one that no run with other settings has."""
    stem = re.sub(r"[^\w.-]+", "_", name).strip("._") or "run"
    for number in count(1):
        folder = DEFAULT_ROOT / recipe / (stem if number == 1 else f"{stem}-{number}")
        if not _changes(folder, settings):
            return folder
    raise AssertionError("count() does not end")


def _claim(folder: Path, settings: Mapping[str, Any]) -> None:
    changes = _changes(folder, settings)
    if changes:
        raise TrainingError(
            f"{folder} holds a run with other settings: {'; '.join(changes)}. "
            f"Choose another output_dir, use the same settings, or delete {folder}."
        )
    partial = folder / f".{_SETTINGS}.partial"
    partial.write_text(json.dumps(settings, indent=2), encoding="utf-8")
    partial.replace(folder / _SETTINGS)


def _changes(folder: Path, settings: Mapping[str, Any]) -> list[str]:
    try:
        found = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder / _SETTINGS} cannot be read ({error}); delete it.") from error
    return changed_settings(found, settings)
