"""The formats of shards by name, and which of them a file has."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

from kerasapps.errors import DataError
from kerasapps.files.named import open_regular
from kerasapps.shards import array_record, parquet, tfrecord, webdataset
from kerasapps.shards.record import Located, Record, Writer, content_of, name_fields, shard_error

_SUFFIXES: Final = MappingProxyType(
    {
        "tfrecord": ("tfrecord", "tfrecords", "tfrec"),
        "arrayrecord": ("arrayrecord", "array_record", "arecord"),
        "webdataset": ("tar",),
        "parquet": ("parquet", "pq"),
    }
)
_PACKED: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"PK\x03\x04", "zip"),
)
_SHARDED: Final = re.compile(r"(?P<stem>.+)-\d{2,}-of-\d{2,}$")


@dataclass(frozen=True)
class Format:
    """A format of shards.

    Attributes:
        name: such as "tfrecord".
        suffix: of the names of its files.
        scan: all records of a file, in order, with their places.
        write: a new file, whole when the block ends; texts, bytes, numbers and lists of them.
        at: the record at an offset and of a length, as `scan` and `write` tell them.
        is_one: whether a file begins as those of the format do.
    """

    name: str
    suffix: str
    scan: Callable[[Path], Iterator[Located]]
    write: Callable[[Path], AbstractContextManager[Writer]]
    at: Callable[[Path, int, int], Record]
    is_one: Callable[[Path], bool]

    def read(self, file: Path) -> Iterator[Record]:
        """All records of a file, in order."""
        return (located.record for located in self.scan(file))

    def content(self, file: Path, offset: int, length: int, field: str) -> bytes:
        """The bytes of one field of the record at an offset.

        Args:
            file: of the shard.
            offset: of the record, as `scan` tells it.
            length: of the record, likewise.
            field: its name, or several with ";" between, of which the first that the record has
                counts ("jpg;png").

        Raises:
            DataError: if the record cannot be read, or has no such field.
        """
        record = self.at(file, offset, length)
        try:
            for name in (field, *field.split(";")):
                content = content_of(record, name)
                if content is not None:
                    return content
            raise DataError(f"there is no field {field!r}, only {name_fields(list(record))}")
        except DataError as error:
            raise shard_error(file, f"the example at {offset:,}: {error}") from error


def _format(module: ModuleType) -> Format:
    kept: Any = module
    return Format(kept.NAME, kept.SUFFIX, kept.scan, kept.write, kept.at, kept.is_one)


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {each.name: each for each in map(_format, (tfrecord, array_record, webdataset, parquet))}
)


def format_of(file: Path) -> Format | None:
    """The format of a file: its first bytes tell it, or else its name, as of one that is broken.

    Raises:
        DataError: if it cannot be read, or is a compressed shard, which nothing finds its way in.
    """
    named = named_format(file.name)
    try:
        for name in sorted(FORMATS, key=lambda name: named is None or name != named.name):
            if FORMATS[name].is_one(file):
                return FORMATS[name]
        with open_regular(file) as stream:
            head = stream.read(8)
    except OSError as error:
        raise shard_error(file, f"cannot be read: {error.strerror}") from error
    packed = next((name for magic, name in _PACKED if head.startswith(magic)), None)
    how = " (gzip -dc FILE > SHARD)" if packed == "gzip" else ""
    if packed and (named is not None or named_format(Path(file.name).stem) is not None):
        raise shard_error(file, f"it is compressed with {packed}: unpack it first{how}")
    return named


def shard_format(file: Path) -> Format:
    """The format of a file that is a shard, which is looked at once while it stays the same.

    Raises:
        DataError: if it is none, or cannot be read.
    """
    try:
        there = file.stat()
    except OSError as error:
        raise shard_error(file, f"cannot be read: {error.strerror}") from error
    return _shard_format(file, (there.st_ino, there.st_size, there.st_mtime_ns))


@functools.lru_cache(maxsize=1 << 16)
def _shard_format(file: Path, _stamp: tuple[int, ...]) -> Format:
    found = format_of(file)
    if found is None:
        raise shard_error(file, "it is no shard")
    return found


def named_format(name: str) -> Format | None:
    """The format that a file's name tells: "train.tfrecord-00000-of-00010" as "a.tfrecord" does.

    A name such as "train-00000-of-00010" tells none.
    """
    sharded = _SHARDED.match(name)
    parts = (sharded["stem"] if sharded else name).lower().split(".")[1:]
    for each, suffixes in _SUFFIXES.items():
        if parts and parts[-1] in suffixes:
            return FORMATS[each]
    return None
