"""The folder of one run: its lock, its scratch space and its bundle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from kerasapps.deploy.exchange import MARK, restore_folder
from kerasapps.deploy.lock import BUNDLE_FOLDER
from kerasapps.deploy.manifest import FILE_NAME, read_manifest
from kerasapps.errors import TrainingError
from kerasapps.files.paths import user_path
from kerasapps.files.room import telling_of_full_disks
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training.checkpoint import changed_settings, stored_settings
from kerasapps.training.team import ALONE, Team
from kerasapps.tuning.store import SNAPSHOT, replace_text, writing
from kerasapps.workflow.extension import goes_on
from kerasapps.workflow.folder import (
    WORKER,
    clear_left,
    clear_work,
    held,
    made,
    make_scratch,
    refuse_foreign,
    refuse_unwritable,
    refuse_within,
    scratch_held,
    try_publishing,
)
from kerasapps.workflow.settings import identity_of

DEFAULT_ROOT = Path("saved_models")
_ASKED = "asked.json"
_ADVICE = "and the same command goes on from here; or choose another output folder"
_LONGEST_STEM = 200  # bytes
TRAINING = "training"
_TUNE, _FOLDS, _ENSEMBLE = "tune", "folds", "ensemble"


@dataclass(frozen=True)
class Run:
    """An output folder, and the processes that train for it.

    Only this process writes to the folder; a worker of several machines to its own scratch space
    in it alone.

    Attributes:
        folder: the output folder.
        team: who trains the network.
    """

    folder: Path
    team: Team = ALONE

    @property
    def bundle_dir(self) -> Path:
        """Where the finished bundle stands."""
        return self.folder / BUNDLE_FOLDER

    @property
    def work(self) -> Path:
        """Caches, checkpoints and files in the making; gone when the run is over."""
        return self.folder / ("work" if self.team.is_chief else f"{WORKER}{self.team.index}")

    @property
    def training(self) -> Path:
        """Checkpoints."""
        return self.work / TRAINING

    @property
    def search(self) -> Path:
        """State and trials of a search."""
        return self.work / "search"

    @property
    def folds(self) -> Path:
        """Trainings of a cross-validation."""
        return self.work / _FOLDS

    @property
    def ensemble(self) -> Path:
        """Networks of an ensemble but the run's own."""
        return self.work / _ENSEMBLE

    @property
    def leaderboard(self) -> Path:
        """The table of a search's trials, which stays beside the bundle."""
        return self.folder / "leaderboard.csv"

    @property
    def kept_search(self) -> Path:
        """A search that is over, which stays beside the bundle so that it can be made longer."""
        return self.folder / SNAPSHOT

    @property
    def logs(self) -> Path:
        """TensorBoard logs, which stay beside the bundle."""
        return self.folder / "tensorboard"

    def bundle_of(self, place: int) -> Path:
        """Where the bundle of a search's configuration stands, by its place from 1."""
        return self.bundle_dir if place == 1 else self.folder / f"top-{place}" / BUNDLE_FOLDER

    def begin_search(self, settings: Mapping[str, Any]) -> None:
        """From its first trial on the folder belongs to the run of these settings."""
        self.begin_repeats(self.search, settings)

    def begin_repeats(self, place: Path, settings: Mapping[str, Any]) -> None:
        """From its first fold or network on the folder belongs to the run of these settings."""
        with writing(place):
            replace_text(place / _ASKED, json.dumps(settings))

    def resume_search(self) -> None:
        """Let the search that was kept go on; before `begin_search`."""
        with writing(self.search):
            replace_text(self.search / SNAPSHOT, self.kept_search.read_text(encoding="utf-8"))

    def keep_search(self) -> None:
        """Leave the search beside the bundle."""
        with writing(self.kept_search):
            text = (self.search / SNAPSHOT).read_text(encoding="utf-8")
            replace_text(self.kept_search, text)

    def begun(self) -> Mapping[str, Any] | None:
        """Settings of the run that was interrupted here and can go on, or None.

        Raises:
            TrainingError: if its checkpoint is damaged.
        """
        searches = [self.search] if (self.search / SNAPSHOT).exists() else []
        # What is repeated comes after what chose its model.
        for place in (self.folds, self.ensemble, *searches):
            if (place / _ASKED).exists():
                settings: Mapping[str, Any] = json.loads((place / _ASKED).read_text("utf-8"))
                return settings
        return stored_settings(self.training)


@contextmanager
def open_run(
    output_dir: Path | str | None,
    *,
    task: str,
    name: str,
    settings: Mapping[str, Any],
    data: Any = None,
    team: Team = ALONE,
) -> Iterator[Run]:
    """The run's folder, held for this process until the block ends.

    A block that ends well leaves the bundle and removes the scratch space. One that fails or is
    killed leaves its checkpoint or its search, and the same call goes on from there; without these
    there is nothing to go on from, and nothing is left.

    Args:
        output_dir: the folder; by default `saved_models/<task>/<name>`, numbered when that
            folder has a run with other settings. A finished run that only had fewer epochs, or a
            shorter time budget, goes on there.
        task: its name.
        name: name of the run.
        settings: JSON-able values that identify the run.
        data: what is trained on; no folder of it may hold the run.
        team: the processes that train for it, of which this is the chief.

    Raises:
        ConfigError: if `output_dir` is no path.
        TrainingError: if another process uses the folder, it holds a run with other settings or
            files of somebody else that would be lost, it lies in the data, or it cannot be written.
        DiskFullError: if there is no room for what the block writes.
    """
    if output_dir is None:
        run = Run(_free_folder(task, name, settings), team)
    else:
        run = Run(user_path(output_dir, what="output_dir"), team)
    refuse_unwritable(settings, run.folder)
    refuse_within(run.folder, data)
    with (
        telling_of_full_disks(run.folder, run.work, advice=_ADVICE),
        held(run.folder, run.bundle_dir),
    ):
        for bundle in (run.bundle_dir, *(top / BUNDLE_FOLDER for top in run.folder.glob("top-*"))):
            restore_folder(bundle)
            refuse_foreign(bundle, (FILE_NAME,))
        refuse_foreign(run.work, (MARK, TRAINING, run.search.name, _FOLDS, _ENSEMBLE))
        longer = is_longer(run, settings)
        changes = [] if longer else _changes(run, settings)
        if changes:
            raise TrainingError(
                f"{run.folder} holds a run with other settings: {'; '.join(changes)}. "
                f"Choose another output folder, use the same settings (a finished run goes on with "
                f"more epochs, or a longer time budget, than it had), or delete {run.folder}."
            )
        if run.bundle_dir.exists() and run.begun() is None:
            what = "trained longer" if longer else "made again"
            tell(f"{run.bundle_dir} is finished; it is {what} and replaced at the end.")
        try:
            clear_left(run.folder, first=team.count)  # of fewer the others clear up themselves
            try_publishing(run.work, run.bundle_dir)
            yield run
        except BaseException:
            if run.begun() is None:
                clear_work(run.work)
            raise
        finally:
            clear_left(run.folder)
        with doing("Clearing up", lasting=False):
            clear_work(run.work)


@contextmanager
def open_scratch(
    output_dir: Path | str | None, *, task: str, name: str, data: Any, team: Team
) -> Iterator[Run]:
    """The scratch space of a worker, beside that of the chief's run; gone when the block ends.

    Args:
        output_dir: as the chief has it, on this machine.
        task: its name.
        name: name of the run.
        data: what is trained on; no folder of it may hold the space.
        team: the processes that train, of which this is a worker.

    Raises:
        ConfigError: if `output_dir` is no path.
        TrainingError: if it lies in the data, holds files of somebody else or cannot be written.
        DiskFullError: if there is no room for what the block writes.
    """
    default = DEFAULT_ROOT / task / _stem(name)
    folder = default if output_dir is None else user_path(output_dir, what="output_dir")
    run = Run(folder, team)
    refuse_within(folder, data)
    with (
        telling_of_full_disks(folder, run.work, advice=_ADVICE),
        made(folder),
        scratch_held(run.work),
    ):
        refuse_foreign(run.work, (MARK,))
        try:
            make_scratch(run.work)
            yield run
        finally:
            clear_work(run.work)


def _stem(name: str) -> str:
    """A folder's name for a run."""
    plain = re.sub(r"[^\w.-]+", "_", name).strip("._") or "run"
    # A folder's name has 255 bytes at most; there is room for a number.
    return plain.encode(errors="replace")[:_LONGEST_STEM].decode(errors="ignore")


def _free_folder(task: str, name: str, settings: Mapping[str, Any]) -> Path:
    """The default folder, or the first numbered one that no run with other settings has."""
    stem = _stem(name)
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    shorter = None
    for folder in (DEFAULT_ROOT / task / name for name in names):
        run = Run(folder)
        if not _changes(run, settings):
            return folder if shorter is None or run.bundle_dir.exists() else shorter
        if shorter is None and is_longer(run, settings):
            shorter = folder
    raise AssertionError("there is always another number")


def is_longer(run: Run, settings: Mapping[str, Any]) -> bool:
    """Whether the folder holds the finished run that goes on with these settings."""
    if run.begun() is not None or not (run.bundle_dir / FILE_NAME).exists():
        return False
    return goes_on(read_manifest(run.bundle_dir), settings)


def _changes(run: Run, settings: Mapping[str, Any]) -> list[str]:
    """What differs from the settings of the run under way, or of the bundle that is there."""
    settings_there = run.begun()
    if settings_there is None and (run.bundle_dir / FILE_NAME).exists():
        settings_there = read_manifest(run.bundle_dir).settings
    if settings_there is None:
        return []
    before, now = identity_of(settings_there), identity_of(settings)
    was, is_now = (_TUNE in each for each in (before, now))
    if was == is_now:
        return changed_settings(before, now)
    # All options of a search would be new, or gone: one word says that.
    kinds = {True: "a search", False: "a training"}
    return [f"it was {kinds[was]}, is {kinds[is_now]}", *_changed_beside_search(before, now)]


def _changed_beside_search(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    plain = ({name: each[name] for name in each if name != _TUNE} for each in (before, now))
    return changed_settings(*plain)
