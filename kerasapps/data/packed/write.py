"""Splits become a packed folder; what was killed goes on with the shards that are whole."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.packed.audit_file import audit_values
from kerasapps.data.packed.kinds import LABEL, Packing, named_fields
from kerasapps.data.packed.pack_file import PACK_FILE, UNFINISHED, FileHash, PackedShard, PackFile
from kerasapps.data.packed.plan import PackPlan, PlannedShard
from kerasapps.data.packed.read import AUDIT_FILE, ORIGINS_FILE, column_file
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import DataError
from kerasapps.files.named import sha256_of
from kerasapps.files.npy import save_array
from kerasapps.files.room import require_room
from kerasapps.files.whole import replaced
from kerasapps.shards import FORMATS
from kerasapps.terminal.doing import Progress
from kerasapps.wording.harmless import printable

_NAMES = "shards.json"  # of all shards that are planned
_AT_ONCE = 4  # shards that are written
_TOLD = 64  # examples after which it is told how far it is


@dataclass
class _Counter:
    """How many examples are packed, by several threads."""

    told: Progress
    done: int = 0
    ended: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, count: int) -> None:
        """Count some examples.

        Raises:
            InterruptedError: if all is to end, as another thread failed or who waits has gone.
        """
        if self.ended:
            raise InterruptedError
        with self.lock:
            self.done += count
            self.told(self.done)


@dataclass(frozen=True)
class _Written:
    """A whole shard, and where each of its examples lies: int64 `(n, 2)`, offset and length."""

    shard: PackedShard
    places: np.ndarray


def write_packed(
    folder: Path, pack: PackFile, splits: Splits[Any], packing: Packing, plan: PackPlan
) -> PackFile:
    """Writes shards, columns, the audit and at last `pack.json`.

    Args:
        folder: of the pack, which only the caller writes to.
        pack: all that it says but for shards and files.
        splits: to be packed.
        packing: of their kind.
        plan: of the shards.

    Returns:
        What `pack.json` says.

    Raises:
        DataError: if an example cannot be read any more, or a format cannot hold it.
        OSError: if a file cannot be written.
    """
    notes = folder / UNFINISHED
    names = [shard.name for shard in plan.shards]
    _remove_others(folder, names)
    _write_json(notes / _NAMES, names)
    whole = {shard.name: _whole(folder, shard) for shard in plan.shards}
    missing = [shard for shard in plan.shards if whole[shard.name] is None]
    known = sum(each.shard.bytes for each in whole.values() if each is not None)
    require_room(folder, max(0, plan.bytes - known))
    total = sum(shard.stop - shard.start for shard in missing)
    counter = _Counter(Progress(f"{pack.kind}s", total))

    def write(shard: PlannedShard) -> _Written:
        return _write_shard(folder, shard, pack, splits, packing=packing, counter=counter)

    for written in _each(write, missing, counter):
        whole[written.shard.name] = written
    done = [each for name in names if (each := whole[name]) is not None]
    finished = _with_files(folder, pack, splits, packing, done)
    with replaced(folder / PACK_FILE) as stream:
        stream.write(finished.to_json().encode())
    shutil.rmtree(notes, ignore_errors=True)
    return finished


def has_begun(folder: Path) -> bool:
    """Whether shards of a folder that is being packed were begun."""
    return (folder / UNFINISHED / _NAMES).is_file()


def ours(folder: Path) -> set[str]:
    """Names in a folder that is being packed which packing wrote, or writes anew."""
    try:
        names = json.loads((folder / UNFINISHED / _NAMES).read_bytes())
    except (OSError, ValueError):
        names = []
    files = [*names, AUDIT_FILE, ORIGINS_FILE, PACK_FILE]
    return {*files, *(f"{name}.partial" for name in files), UNFINISHED, "columns"}


def _each(
    write: Callable[[PlannedShard], _Written], shards: list[PlannedShard], counter: _Counter
) -> Iterator[_Written]:
    """Some shards at once; the first that fails, or who interrupts, ends all."""
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield from pool.map(write, shards)
    finally:
        counter.ended = True
        pool.shutdown(cancel_futures=True)


def _remove_others(folder: Path, names: list[str]) -> None:
    """What an earlier attempt wrote of shards that are not planned any more."""
    for name in ours(folder) - {UNFINISHED, "columns", PACK_FILE, *names}:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "columns", ignore_errors=True)


def _whole(folder: Path, shard: PlannedShard) -> _Written | None:
    """A shard that an earlier attempt wrote, if it is of the same examples and as it was."""
    note = folder / UNFINISHED / shard.name
    try:
        values = json.loads(note.with_suffix(".json").read_bytes())
        places = np.load(note.with_suffix(".npy"), allow_pickle=False)
        if values.pop("digest") != shard.digest or len(places) != shard.stop - shard.start:
            return None
        written = PackedShard(**values)
        same = sha256_of(folder / shard.name) == written.sha256
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    return _Written(written, places) if same else None


def _write_shard(
    folder: Path,
    shard: PlannedShard,
    pack: PackFile,
    splits: Splits[Any],
    *,
    packing: Packing,
    counter: _Counter,
) -> _Written:
    examples = getattr(splits, shard.split)
    file, places = folder / shard.name, np.zeros((shard.stop - shard.start, 2), np.int64)
    records = packing.records(examples, shard.rows)
    with FORMATS[pack.format].write(file) as writer:
        for place, record in enumerate(records):
            label = _label(splits, examples, shard.start + place)
            fields = record if label is None else {**record, LABEL: label}
            try:
                places[place] = writer.add(named_fields(fields, pack.format))
            except DataError as error:
                raise DataError(f"{printable(record['origin'])}: {error}") from error
            if place % _TOLD == _TOLD - 1:
                counter.add(_TOLD)
    counter.add(len(places) % _TOLD)
    written = PackedShard(
        shard.name, shard.split, len(places), file.stat().st_size, sha256_of(file)
    )
    note = folder / UNFINISHED / shard.name
    save_array(note.with_suffix(".npy"), places)
    _write_json(note.with_suffix(".json"), {"digest": shard.digest, **vars(written)})
    return _Written(written, places)


def _label(splits: Splits[Any], examples: Any, row: int) -> Any:
    """The answer of an example for readers of shards; ours is among the columns."""
    if not hasattr(examples, "labels"):
        return None
    label, target = examples.labels[row], splits.target
    if target.kind != "several":
        return _answer(label, target.kind, splits.labels)
    ends = np.cumsum([part.columns for part in target.parts]).tolist()
    parts = zip(target.parts, np.split(label, ends[:-1]), strict=True)
    answers = {
        part.name: _answer(each if part.kind == "labels" else each[0], part.kind, part.labels)
        for part, each in parts
    }
    return json.dumps(answers, ensure_ascii=False)


def _answer(label: Any, kind: str, names: tuple[str, ...]) -> Any:
    if kind == "class":
        return names[int(label)]
    return [names[place] for place in np.flatnonzero(label)] if kind == "labels" else float(label)


def _with_files(
    folder: Path, pack: PackFile, splits: Splits[Any], packing: Packing, written: list[_Written]
) -> PackFile:
    """The pack with its shards, and the columns and the audit that are written beside."""
    names = [AUDIT_FILE]
    _write_json(folder / AUDIT_FILE, audit_values(splits.audit))
    origins = packing.origins(splits)
    if origins:
        _write_json(folder / ORIGINS_FILE, origins)
        names.append(ORIGINS_FILE)
    (folder / "columns").mkdir()
    for split in SPLITS:
        places = [each.places for each in written if each.shard.split == split]
        placed = np.concatenate([np.zeros((0, 2), np.int64), *places])
        columns = packing.columns(getattr(splits, split))
        columns |= {"offsets": placed[:, 0], "lengths": placed[:, 1]}
        for name, column in columns.items():
            save_array(folder / column_file(split, name), column)
            names.append(column_file(split, name))
    files = {
        name: FileHash((folder / name).stat().st_size, sha256_of(folder / name)) for name in names
    }
    shards = tuple(each.shard for each in written)
    return PackFile(**{**vars(pack), "shards": shards, "files": files})


def _write_json(file: Path, values: Any) -> None:
    with replaced(file) as stream:
        stream.write(json.dumps(values).encode())
