"""ArrayRecord files: compressed records that are found by number."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kerasapps.errors import DataError
from kerasapps.files.named import open_regular
from kerasapps.files.whole import replaced_path
from kerasapps.shards.example import decode_example, encode_example
from kerasapps.shards.kept import Bytes, Kept
from kerasapps.shards.record import MOST_BYTES, Located, Record, lacking, shard_error
from kerasapps.shards.riegeli import unpacked_sizes

NAME: Final = "arrayrecord"
SUFFIX: Final = ".arrayrecord"

# A file of Riegeli, on which ArrayRecord builds, begins with a fixed signature.
_SIGNATURE: Final = bytes.fromhex(
    "83af70d10d884a3f0000000000000000400000000000000091bac23c9287e1a9"
    "0000000000000000e19f13c0e9b1c372"
)
_AT_ONCE = 64  # records that are in memory while all are read
_RANDOM = "readahead_buffer_size:0,max_parallelism:0"


def is_one(path: Path) -> bool:
    """Whether a file begins as ArrayRecord files do, whatever it is called."""
    with open_regular(path) as stream:
        return stream.read(len(_SIGNATURE)) == _SIGNATURE


def scan(file: Path) -> Iterator[Located]:
    """All records of a shard; an offset is the number of a record, from 0, a length its bytes.

    Raises:
        DataError: if it is cut off or damaged, or a record is no `tf.train.Example`.
        DependencyError: if array-record or protobuf is not installed.
    """
    shard = _files.get(file)
    for first in range(0, shard.count, _AT_ONCE):
        for number in range(first, min(first + _AT_ONCE, shard.count)):
            content = shard.read(number)
            try:
                record = decode_example(content)
            except DataError as error:
                raise shard_error(file, error, number=number + 1) from error
            yield Located(number, len(content), record)


def at(file: Path, offset: int, length: int) -> Record:
    """One record.

    Raises:
        DataError: if there is no such record any more, or it is damaged.
    """
    shard = _files.get(file)
    if not 0 <= offset < shard.count:
        raise shard_error(file, f"it has {shard.count:,} records", number=offset + 1)
    content = shard.read(offset)
    if len(content) != length:
        raise shard_error(file, "another record lies there", number=offset + 1)
    try:
        return decode_example(content)
    except DataError as error:
        raise shard_error(file, error, number=offset + 1) from error


@contextmanager
def write(file: Path) -> Iterator[_Writer]:
    """A new shard, whole when the block ends; nothing of it stays if the block fails."""
    module = _module()
    with replaced_path(file) as partial:
        # One record a group: else one that is read costs its neighbours, too.
        writer = module.ArrayRecordWriter(os.fspath(partial), "group_size:1")
        try:
            yield _Writer(writer, file)
        finally:
            _checked(file, writer.close)


class _Writer:
    def __init__(self, writer: Any, file: Path) -> None:
        self._writer = writer
        self._file = file
        self._count = 0

    def add(self, record: Record) -> tuple[int, int]:
        content = encode_example(record)
        if len(content) > MOST_BYTES:
            raise DataError(f"a record has {len(content):,} bytes: {MOST_BYTES:,} are the most")
        _checked(self._file, lambda: self._writer.write(content))
        self._count += 1
        return self._count - 1, len(content)


class _Shard:
    """An open shard; its library says of a damaged one that it has no records."""

    def __init__(self, file: Path) -> None:
        self._file = file
        content = Bytes(file)
        try:
            for size in unpacked_sizes(content.read, content.size):
                if size > MOST_BYTES:
                    raise DataError(f"{size:,} bytes are packed in one record: too many")
        except DataError as error:
            raise shard_error(file, error) from error
        self._reader = _checked(file, lambda: _module().ArrayRecordReader(os.fspath(file), _RANDOM))
        if not self._reader.ok():
            _checked(file, self._reader.read)
            raise shard_error(file, "it is damaged or cut off")
        self.count = int(self._reader.num_records())

    def read(self, number: int) -> bytes:
        content: bytes = _checked(self._file, lambda: self._reader.read([number])[0])
        if not self._reader.ok():
            raise shard_error(self._file, "it is damaged", number=number + 1)
        return content


_files = Kept(_Shard)


def _checked(file: Path, deed: Any) -> Any:
    """What a deed of the library returns.

    Raises:
        DataError: in place of its exceptions.
    """
    try:
        return deed()
    except (RuntimeError, ValueError, IndexError, MemoryError) as error:
        reason = str(error).partition("; ")[0] or type(error).__name__
        raise shard_error(file, f"it is damaged, cut off or no ArrayRecord ({reason})") from error


@functools.cache
def _module() -> Any:
    try:
        from array_record.python import array_record_module
    except ImportError as error:
        raise lacking("array-record", "ArrayRecord") from error
    return array_record_module
