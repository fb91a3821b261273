"""A packed folder becomes the splits and the audit that it was packed with."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.packed.audit_file import audit_of
from kerasapps.data.packed.kinds import Packable, Packing, packing_of, read_field
from kerasapps.data.packed.pack_file import (
    PackedShard,
    PackFile,
    is_unfinished,
    named_as_shard,
    packed_folder,
    read_pack_file,
)
from kerasapps.data.packed.settings import refused_options
from kerasapps.data.sources.forms import data_path
from kerasapps.data.sources.given_splits import given_splits
from kerasapps.data.sources.places import Places
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import DataError
from kerasapps.files.named import open_regular, sha256_of
from kerasapps.files.paths import is_named
from kerasapps.terminal.doing import Progress
from kerasapps.wording.counted import counted
from kerasapps.wording.harmless import printable

AUDIT_FILE = "audit.json"
ORIGINS_FILE = "origins.json"
_AGAIN = "copy it again from where it was whole, or pack the data again into another folder"
_AT_ONCE = 4  # files that are hashed


def column_file(split: str, name: str) -> str:
    """Where a column of a split stands in a packed folder."""
    return f"columns/{split}-{name}.npy"


class Packed(NamedTuple):
    """A packed folder that was read.

    Attributes:
        file: what it says of itself.
        audit: as it was made when the data was packed.
        splits: which read their examples from the shards.
    """

    file: PackFile
    audit: Audit
    splits: Splits[Any]


def read_packed(folder: Path, *, kind: Packable, options: Any, config: LoadConfig) -> Packed:
    """The splits of a packed folder; no example is read.

    Args:
        folder: that `pack` wrote, wherever it lies now.
        kind: of data that the examples must be of.
        options: of the kind of data; those that say how it is read must be what it was packed with,
            or as nobody sets them.
        config: of the splits, likewise.

    Raises:
        DataError: if a file is missing, damaged, changed or not of it, or it was packed with other
            options; every reason is named.
    """
    pack = read_pack_file(folder)
    if pack.kind != kind.NOUN:
        raise DataError(
            f"{printable(folder)} holds packed {pack.kind}s: {kind.NOUN}s are needed here"
        )
    packing = packing_of(kind)
    reasons = [
        *refused_options(folder, pack, options, config, alike=packing.alike),
        *_missing(folder, pack).values(),
    ]
    if reasons:
        raise DataError("\n".join(reasons))
    audit, origins = _read_audit(folder, pack, packing), _read_origins(folder, pack)
    train, validation, test = (
        packing.examples(*_stored(folder, pack, [split]), origins) for split in SPLITS
    )
    splits = Splits(
        pack.labels,
        train,
        validation,
        test,
        audit,
        pack.fingerprint,
        pack.target,
        drawn=pack.drawn,
    )
    return Packed(pack, audit, splits)


def packed_alone(data: Any) -> Path | None:
    """The folder that data names if that is a packed one.

    Raises:
        DataError: if one of several splits is: a packed folder has its own. Also if it was not
            packed to its end.
    """
    if isinstance(data, str | os.PathLike) and not is_named(os.fsdecode(data)):
        place = data_path(data)
        if is_unfinished(place):
            raise DataError(
                f"{printable(place)} is not packed to its end: run the same pack command again"
            )
    for name, part in (given_splits(data) or {}).items():
        folder = packed_folder(part)
        if folder is not None:
            raise DataError(
                f"{name}: {printable(folder)} is packed, with splits of its own: give it alone"
            )
    return packed_folder(data)


def all_examples(folder: Path, pack: PackFile, packing: Packing) -> Any:
    """The examples of all splits, one after another.

    Args:
        folder: a packed one.
        pack: what it says of itself.
        packing: of its kind.

    Raises:
        DataError: if a column cannot be read.
    """
    return packing.examples(*_stored(folder, pack, SPLITS), _read_origins(folder, pack))


def verify_packed(folder: Path) -> tuple[str, ...]:
    """What is not as it was packed: every byte is read and its hash compared.

    Args:
        folder: that `pack` wrote.

    Raises:
        DataError: if `pack.json` itself cannot be read.
    """
    pack = read_pack_file(folder)
    missing = _missing(folder, pack)
    hashes = {shard.name: shard.sha256 for shard in pack.shards}
    hashes |= {name: each.sha256 for name, each in pack.files.items()}
    names = [name for name in hashes if name not in missing]
    changed, progress = [], Progress("files", len(names))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        digests = pool.map(lambda name: _digest(folder / name), names)
        for done, (name, digest) in enumerate(zip(names, digests, strict=True), 1):
            progress(done)
            if digest != hashes[name]:
                changed.append(_told_changed(folder / name))
    return (*missing.values(), *changed)


def _digest(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        return f"unreadable: {error}"


def _missing(folder: Path, pack: PackFile) -> dict[str, str]:
    """Files that are not there, have another size, or are shards of no pack; nothing is read.

    Returns:
        The file's name within the folder → what is wrong, which names it.
    """
    sizes = {shard.name: shard.bytes for shard in pack.shards}
    sizes |= {name: each.bytes for name, each in pack.files.items()}
    wrong = {}
    for name, size in sizes.items():
        file = folder / name
        try:
            there = file.stat().st_size
        except OSError as error:
            wrong[name] = f"{printable(file)}: it cannot be read ({error.strerror}): {_AGAIN}"
            continue
        if there != size:
            wrong[name] = (
                f"{printable(file)}: it has {there:,} bytes, and had {size:,} when it was packed: "
                f"{_AGAIN}"
            )
    try:
        foreign = [each for each in folder.iterdir() if named_as_shard(each.name)]
    except OSError as error:
        raise DataError(f"{printable(folder)} cannot be read: {error.strerror}") from error
    for file in sorted(foreign):
        if file.name not in sizes:
            wrong[file.name] = f"{printable(file)}: this shard is not of the pack: move it away"
    return wrong


def _told_changed(file: Path) -> str:
    return f"{printable(file)}: it is not as it was packed (another SHA-256): {_AGAIN}"


def _read_audit(folder: Path, pack: PackFile, packing: Packing) -> Audit:
    """The audit of the data that was packed, and that it is of then."""
    content = _checked(folder, pack, AUDIT_FILE)
    try:
        audit = audit_of(json.loads(content), items=packing.ITEMS)
    except ValueError as error:
        raise DataError(
            f"{printable(folder / AUDIT_FILE)}: {error}: pack the data again into another folder"
        ) from error
    told = (
        f"{counted(len(pack.shards), 'shard')} packed from {pack.source}, whose audit this is; "
        "it was not made again"
    )
    return dataclasses.replace(audit, source=printable(folder), guesses=(told, *audit.guesses))


def _read_origins(folder: Path, pack: PackFile) -> tuple[str, ...]:
    if ORIGINS_FILE not in pack.files:
        return ()
    return tuple(json.loads(_checked(folder, pack, ORIGINS_FILE)))


def _stored(
    folder: Path, pack: PackFile, splits: Sequence[str]
) -> tuple[Callable[[str], Places], Mapping[str, np.ndarray]]:
    """Where the examples of some splits lie, by field, and their columns."""
    parts = [_columns(folder, pack, split) for split in splits]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    shards = [shard for split in splits for shard in pack.shards_of(split)]
    lying = np.stack([columns.pop("offsets"), columns.pop("lengths")], axis=1)
    return functools.partial(_places, folder, pack, shards, lying), columns


def _places(
    folder: Path,
    pack: PackFile,
    shards: Sequence[PackedShard],
    lying: np.ndarray,
    field: str,
) -> Places:
    counts = np.array([shard.examples for shard in shards], np.int64)
    holder = np.repeat(np.arange(len(shards), dtype=np.int32), counts)
    numbers = np.arange(1, len(lying) + 1) - np.repeat(np.cumsum(counts) - counts, counts)
    name = read_field(field, pack.format)
    holders = [(str(folder.absolute() / shard.name), name) for shard in shards]
    return Places(holders, holder, np.column_stack([lying, numbers]))


def _columns(folder: Path, pack: PackFile, split: str) -> dict[str, np.ndarray]:
    prefix, suffix = f"columns/{split}-", ".npy"
    columns = {}
    for name in pack.files:
        if not name.startswith(prefix):
            continue
        content = io.BytesIO(_checked(folder, pack, name))
        try:
            column = np.load(content, allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise DataError(_told_changed(folder / name)) from error
        if len(column) != pack.splits[split]:
            raise DataError(_told_changed(folder / name))
        columns[name.removeprefix(prefix).removesuffix(suffix)] = column
    return columns


def _checked(folder: Path, pack: PackFile, name: str) -> bytes:
    """The content of a file that is as it was packed.

    Raises:
        DataError: naming the file, if it is not.
    """
    try:
        with open_regular(folder / name) as stream:
            content = stream.read()
    except OSError as error:
        raise DataError(
            f"{printable(folder / name)}: it cannot be read ({error.strerror or error}): {_AGAIN}"
        ) from error
    if name not in pack.files or hashlib.sha256(content).hexdigest() != pack.files[name].sha256:
        raise DataError(_told_changed(folder / name))
    return content
