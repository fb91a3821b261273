"""A task's data, read and audited once, becomes a packed folder that trainings read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import Timeout

from kerasapps.config import LoadConfig, choose
from kerasapps.data.examine import load_splits
from kerasapps.data.packed.kinds import packing_of
from kerasapps.data.packed.pack_file import (
    MARK,
    PACK_FILE,
    UNFINISHED,
    PackFile,
    packed_folder,
    read_pack_file,
)
from kerasapps.data.packed.plan import plan_shards
from kerasapps.data.packed.read import read_packed
from kerasapps.data.packed.settings import deciding_options, found_options
from kerasapps.data.packed.write import has_begun, ours, write_packed
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError, KerasAppsError
from kerasapps.files.paths import folder_place, real_path
from kerasapps.files.room import is_out_of_space
from kerasapps.shards import FORMATS
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.wording.harmless import printable
from kerasapps.workflow.folder import refuse_within
from kerasapps.workflow.reading import tell_conflicts, tell_findings, tell_sizes
from kerasapps.workflow.task import Task

SHARD_MB = 128
"""MiB of examples in a shard where nobody says."""

_WORK = "data"
_ELSEWHERE = "name another output folder, or move it away"


@dataclass(frozen=True)
class Pack:
    """A packed folder: give it as data to any training of its kind.

    Attributes:
        folder: where it is.
        kind: what an example is: "picture", "text" or "pair".
        format: of the shards.
        examples: of each split.
        shards: how many there are.
        bytes: of all shards.
        fingerprint: of the data, as a bundle has it.

    Examples:
        >>> pack = kerasapps.pack("builtin:reviews", output="packed")
        >>> pack.kind, pack.shards, sum(pack.examples.values()) > 0
        ('text', 3, True)
    """

    folder: Path
    kind: str
    format: str
    examples: dict[str, int]
    shards: int
    bytes: int
    fingerprint: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values that `json.dumps` takes."""
        return {**vars(self), "folder": str(self.folder)}


def pack_data(
    task: Task,
    data: Any,
    *,
    output: Path | str,
    options: Any,
    load: LoadConfig,
    seed: int,
    format: str,
    shard_mb: int,
) -> Pack:
    """Packs the data of a task; what was killed goes on when the same call is made again.

    Args:
        task: reads its kind of data.
        data: any form that training takes.
        output: the packed folder.
        options: the task's own.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        format: of the shards.
        shard_mb: MiB of examples in a shard, about.

    Raises:
        ConfigError: if the folder holds something else, another process packs into it, it cannot
            be written, or an option cannot work.
        DataError: if the data cannot be used, or such data are not packed.
        DependencyError: if reading the data, or the format, needs a package that is not installed.
        TrainingError: if the folder lies in the data.
        OSError: if the disk is full.
    """
    packing = packing_of(task.data.KIND)
    choose(format, FORMATS, what="The format")
    if isinstance(shard_mb, bool) or not isinstance(shard_mb, int) or shard_mb < 1:
        raise ConfigError(f"shard_mb must be a whole number of at least 1, got {shard_mb!r}.")
    place = folder_place(output, what="The output folder")
    refuse_within(place, data)
    asked = _asked(data, options, load, seed)
    with _held(place) as folder:
        finished = _finished(folder, place, {**asked, "format": format})
        splits = _read(task, data, options, folder, load=load, seed=seed)
        if finished is not None:
            _require_same(place, finished, splits)
            read_packed(folder, kind=task.data.KIND, options=task.options(), config=LoadConfig())
            tell(f"{printable(place)} is packed already, and the data are the same")
            return _pack(place, finished)
        pack = PackFile(
            kind=task.data.KIND.NOUN,
            format=format,
            **asked,
            found=found_options(splits, packing.found(splits)),
            labels=splits.labels,
            target=splits.target,
            drawn=splits.drawn,
            fingerprint=splits.fingerprint,
            splits={split: len(getattr(splits, split)) for split in SPLITS},
            shards=(),
            files={},
        )
        with doing(f"Packing into {printable(place)}"):
            plan = plan_shards(
                splits, packing, suffix=FORMATS[format].suffix, format=format, shard_mb=shard_mb
            )
            written = write_packed(folder, pack, splits, packing, plan)
    return _pack(place, written)


def _asked(data: Any, options: Any, load: LoadConfig, seed: int) -> dict[str, Any]:
    """What decides the splits: of data that is packed itself, what did then."""
    packed = packed_folder(data)
    if packed is not None:
        pack = read_pack_file(packed)
        return {"source": pack.source, "seed": pack.seed, "options": pack.options}
    return {
        "source": describe_source(data),
        "seed": seed,
        "options": deciding_options(options, load),
    }


def _read(
    task: Task, data: Any, options: Any, folder: Path, *, load: LoadConfig, seed: int
) -> Splits[Any]:
    """The splits; what is no file yet is written into the folder, where there is room."""
    with doing(f"Reading {describe_source(data)}"):
        splits = load_splits(
            task.data.KIND,
            data,
            options=options,
            config=load,
            seed=seed,
            work_dir=folder / UNFINISHED / _WORK,
        )
    tell_findings(splits, task.rows)
    tell_conflicts(splits, task.noun)
    if len(splits.test):
        tell_sizes(splits, task.noun)
    return splits


@contextmanager
def _held(place: Path) -> Iterator[Path]:
    """The folder, which nobody else packs into meanwhile; where nothing came of it, it is gone."""
    folder = real_path(place)
    try:
        with hold(folder.with_name(f".{folder.name}.lock")):
            _refuse_foreign(folder, place)
            notes = folder / UNFINISHED
            shutil.rmtree(notes / _WORK, ignore_errors=True)
            notes.mkdir(parents=True, exist_ok=True)
            (notes / MARK).touch()
            try:
                yield folder
            finally:
                shutil.rmtree(notes / _WORK, ignore_errors=True)
                if not has_begun(folder) or (folder / PACK_FILE).is_file():
                    shutil.rmtree(notes, ignore_errors=True)
                with suppress(OSError):  # it holds something
                    folder.rmdir()
    except Timeout as error:
        raise ConfigError(
            f"Another process packs into {printable(place)}: wait until it has ended, or name "
            "another output folder."
        ) from error
    except OSError as error:
        if isinstance(error, KerasAppsError) or is_out_of_space(error):
            raise
        where = f" ({error.filename})" if error.filename else ""
        raise ConfigError(
            f"The output folder {printable(place)} cannot be written: {error.strerror or error}"
            f"{where}. {_ELSEWHERE.capitalize()}."
        ) from error


def _refuse_foreign(folder: Path, place: Path) -> None:
    """What packing did not write is never touched.

    Raises:
        ConfigError: if there is something in the folder that it did not write.
    """
    notes = folder / UNFINISHED
    marked = (notes / MARK).is_file()
    foreign = [UNFINISHED] if notes.exists() and not marked else []
    if folder.exists() and not (folder / PACK_FILE).is_file():
        known = ours(folder) if marked else set()
        names = sorted(each.name for each in folder.iterdir())
        foreign = [name for name in names if name not in known and not name.startswith(".")]
    if foreign:
        raise ConfigError(
            f"The output folder {printable(place)} holds {printable(foreign[0])}, which was not "
            f"packed there: {_ELSEWHERE}."
        )


def _finished(folder: Path, place: Path, asked: dict[str, Any]) -> PackFile | None:
    """The pack that is there, if it was asked for in the same way.

    Raises:
        ConfigError: if it was asked for otherwise; the options are named.
        DataError: if it is damaged.
    """
    if not (folder / PACK_FILE).is_file():
        return None
    pack = read_pack_file(folder)
    was = {"source": pack.source, "seed": pack.seed, "format": pack.format, **pack.options}
    now = {**asked, **asked["options"]}
    apart = [f"{name} {was[name]}" for name in was if was[name] != now.get(name)]
    if apart:
        raise ConfigError(
            f"The output folder {printable(place)} was packed already, with "
            f"{', '.join(apart)}: {_ELSEWHERE}."
        )
    return pack


def _require_same(place: Path, pack: PackFile, splits: Splits[Any]) -> None:
    """Raises `ConfigError` if the data are not what was packed."""
    if splits.fingerprint != pack.fingerprint:
        raise ConfigError(
            f"The output folder {printable(place)} was packed already, and the data have changed "
            f"since: {_ELSEWHERE}."
        )


def _pack(place: Path, pack: PackFile) -> Pack:
    return Pack(
        folder=place,
        kind=pack.kind,
        format=pack.format,
        examples=dict(pack.splits),
        shards=len(pack.shards),
        bytes=sum(shard.bytes for shard in pack.shards),
        fingerprint=pack.fingerprint,
    )
