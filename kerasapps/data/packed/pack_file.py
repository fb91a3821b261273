"""`pack.json`: what a packed folder holds, what it was made of, and the hash of each file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.data.sources.forms import data_path
from kerasapps.data.splits import SPLITS, Part, Target
from kerasapps.errors import DataError, KerasAppsError
from kerasapps.files.named import read_regular
from kerasapps.files.paths import is_named
from kerasapps.wording.harmless import printable

PACK_FILE = "pack.json"
UNFINISHED = "unfinished"
"""In a folder that is being packed: what is known of the shards that are whole."""
MARK = ".kerasapps"
"""In that folder: it is ours."""
VERSION = 1
_LIMIT = 1 << 28  # bytes: a hundred for each of millions of shards
_SHARD = re.compile(rf"({'|'.join(SPLITS)})-[0-9]{{5,}}-of-[0-9]{{5,}}\.[a-z]+")
_FILE = re.compile(rf"(audit|origins)\.json|columns/({'|'.join(SPLITS)})-[a-z_]+\.npy")


@dataclass(frozen=True)
class FileHash:
    """A file as it was written."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class PackedShard:
    """A shard as it was written.

    Attributes:
        name: of the file.
        split: of its examples, which are consecutive.
        examples: how many there are.
        bytes: of the file.
        sha256: of the file.
    """

    name: str
    split: str
    examples: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PackFile:
    """What `pack.json` says.

    Attributes:
        kind: what an example is: "picture", "text" or "pair".
        format: of the shards.
        source: the data that was packed, as the user named it.
        seed: of the splits that the data did not have.
        drawn: those splits.
        options: those that decided how the data was read and split, as they were asked for.
        found: what was guessed for those that nobody set.
        labels: as `Splits` has them, like the two below.
        target: what the examples are answered with.
        fingerprint: of the splits.
        splits: examples of each.
        shards: in the order of the examples.
        files: name of each other file → its size and hash.
        made_by: the version that wrote it.
    """

    kind: str
    format: str
    source: str
    seed: int
    drawn: tuple[str, ...]
    options: Mapping[str, Any]
    found: Mapping[str, Any]
    labels: tuple[str, ...]
    target: Target
    fingerprint: str
    splits: Mapping[str, int]
    shards: tuple[PackedShard, ...]
    files: Mapping[str, FileHash]
    made_by: str = ""

    def shards_of(self, split: str) -> list[PackedShard]:
        """Those of a split."""
        return [shard for shard in self.shards if shard.split == split]

    def to_json(self) -> str:
        """The text of the file."""
        values = json.loads(json.dumps({"version": VERSION, **dataclasses.asdict(self)}))
        return f"{json.dumps({**values, 'digest': _digest(values)}, indent=1)}\n"


def _digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of what the file says but for this."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def named_as_shard(name: str) -> bool:
    """Whether a file is called as the shards of packed folders are."""
    return _SHARD.fullmatch(name) is not None


def packed_folder(data: Any) -> Path | None:
    """The folder that data names if that is a packed one, else None."""
    if not isinstance(data, str | os.PathLike) or is_named(os.fsdecode(data)):
        return None
    try:
        folder = data_path(data)
        return folder if (folder / PACK_FILE).is_file() else None
    except (KerasAppsError, OSError, ValueError):
        return None  # whoever reads it tells


def is_unfinished(folder: Path) -> bool:
    """Whether a folder is being packed, or was when that was stopped."""
    try:
        return (folder / UNFINISHED / MARK).is_file() and not (folder / PACK_FILE).is_file()
    except (OSError, ValueError):
        return False  # whoever reads it tells


def read_pack_file(folder: Path) -> PackFile:
    """What a packed folder says of itself.

    Raises:
        DataError: if it cannot be read, or is not as `pack` writes it.
    """
    file = folder / PACK_FILE
    try:
        values = json.loads(read_regular(file, limit=_LIMIT))
        digest = values.pop("digest", None)
        whole = digest == _digest(values)
        version = values.pop("version")
        if type(version) is not int:
            raise ValueError("its version is no number")
        if version != VERSION:
            raise DataError(
                f"{printable(file)} is of version {version}, and this version reads {VERSION}: "
                "pack the data again, or use the version of kerasapps that packed it"
            )
        pack = _pack_of(values)
        if not whole:
            raise ValueError("it was changed after it was packed")
    except OSError as error:
        raise DataError(f"{printable(file)} cannot be read: {error.strerror or error}") from error
    except DataError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f"{printable(file)} is damaged ({error}): copy it again from where it was whole, or "
            "pack the data again into another folder"
        ) from error
    return pack


def _pack_of(values: dict[str, Any]) -> PackFile:
    target = values["target"]
    parts = tuple(Part(each["name"], each["kind"], (*each["labels"],)) for each in target["parts"])
    pack = PackFile(
        **{
            **values,
            "drawn": (*values["drawn"],),
            "labels": (*values["labels"],),
            "target": Target(target["kind"], (*target["names"],), parts),
            "shards": tuple(PackedShard(**each) for each in values["shards"]),
            "files": {name: FileHash(**each) for name, each in values["files"].items()},
        }
    )
    _check(pack)
    return pack


def _check(pack: PackFile) -> None:
    """What is opened, counted or compared is what `pack` can have written."""
    if not all(isinstance(each, dict) for each in (pack.options, pack.found, pack.splits)):
        raise ValueError("options, found and splits are mappings")
    if not all(isinstance(each, str) for each in (pack.source, pack.fingerprint, *pack.labels)):
        raise ValueError("source, fingerprint and labels are texts")
    counted = [shard.bytes for shard in pack.shards]
    counted += [shard.examples for shard in pack.shards]
    counted += [file.bytes for file in pack.files.values()]
    if not all(type(each) is int and each >= 0 for each in counted):
        raise ValueError("sizes are whole numbers")
    for shard in pack.shards:
        if not named_as_shard(shard.name) or not shard.name.startswith(f"{shard.split}-"):
            raise ValueError(f"{shard.name!r} is no shard")
    for name in pack.files:
        if not _FILE.fullmatch(name):
            raise ValueError(f"{name!r} is none of its files")
    for split in SPLITS:
        if sum(shard.examples for shard in pack.shards_of(split)) != pack.splits[split]:
            raise ValueError(f"the shards of {split} do not add up")
