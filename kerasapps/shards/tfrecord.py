"""TFRecord files: length, its checksum, content and its checksum, one record after another."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from kerasapps.errors import DataError, DependencyError
from kerasapps.files.named import open_regular
from kerasapps.files.whole import replaced
from kerasapps.shards.example import decode_example, encode_example
from kerasapps.shards.kept import Bytes, Kept
from kerasapps.shards.record import MOST_BYTES, Located, Record, lacking, shard_error

NAME: Final = "tfrecord"
SUFFIX: Final = ".tfrecord"

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_files = Kept(Bytes)


def is_one(path: Path) -> bool:
    """Whether a file begins with a record of TFRecord, whatever it is called.

    Where the package of the checksum is missing, a length that fits into the file is enough: who
    reads it says so.
    """
    with open_regular(path) as stream:
        header = stream.read(_HEADER.size)
        size = stream.seek(0, 2)
    if len(header) < _HEADER.size:
        return False
    length, checksum = _HEADER.unpack(header)
    try:
        return length > 0 and _masked(checksum_of())(header[:8]) == checksum
    except DependencyError:
        return 0 < length <= size - _HEADER.size - _CHECKSUM.size


def scan(file: Path) -> Iterator[Located]:
    """All records of a shard, each checked by its sums; offsets and lengths are in bytes.

    A length is that of the content, without the 16 bytes around it.

    Raises:
        DataError: if it is cut off or damaged, or a record is no `tf.train.Example`.
        DependencyError: if google-crc32c or protobuf is not installed.
    """
    masked = _masked(checksum_of())
    try:
        with open_regular(file) as raw:
            yield from _scan(file, raw, masked)
    except OSError as error:
        raise shard_error(file, f"cannot be read: {error.strerror}") from error


def at(file: Path, offset: int, length: int) -> Record:
    """One record, checked as `scan` does.

    Raises:
        DataError: if there is no such record any more, or it is damaged.
    """
    masked = _masked(checksum_of())
    content = _files.get(file).read(offset, length + _HEADER.size + _CHECKSUM.size)
    try:
        if len(content) < _HEADER.size:
            raise DataError("it is cut off")
        if _length(content[: _HEADER.size], masked) != length:
            raise DataError("another record lies there")
        return decode_example(_content(content[_HEADER.size :], length, masked))
    except DataError as error:
        raise shard_error(file, f"the record at byte {offset}: {error}") from error


@contextmanager
def write(file: Path) -> Iterator[_Writer]:
    """A new shard, whole when the block ends; nothing of it stays if the block fails."""
    with replaced(file) as stream:
        yield _Writer(stream)


class _Writer:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._offset = 0
        self._masked = _masked(checksum_of())

    def add(self, record: Record) -> tuple[int, int]:
        content = encode_example(record)
        if len(content) > MOST_BYTES:
            raise DataError(f"a record has {len(content):,} bytes: {MOST_BYTES:,} are the most")
        offset, length = self._offset, struct.pack("<Q", len(content))
        parts = (
            length,
            _CHECKSUM.pack(self._masked(length)),
            content,
            _CHECKSUM.pack(self._masked(content)),
        )
        self._stream.writelines(parts)
        self._offset += sum(map(len, parts))
        return offset, len(content)


def _scan(file: Path, stream: BinaryIO, masked: Callable[[bytes], int]) -> Iterator[Located]:
    size = stream.seek(0, 2)
    stream.seek(0)
    offset, number = 0, 0
    while offset < size:
        number += 1
        try:
            header = stream.read(_HEADER.size)
            length = _length(header, masked)
            if length > size - offset - _HEADER.size - _CHECKSUM.size:
                raise DataError("it is cut off")
            content = _content(stream.read(length + _CHECKSUM.size), length, masked)
            record = decode_example(content)
        except DataError as error:
            raise shard_error(file, error, number=number) from error
        yield Located(offset, length, record)
        offset += _HEADER.size + length + _CHECKSUM.size


def _length(header: bytes, masked: Callable[[bytes], int]) -> int:
    if len(header) < _HEADER.size:
        raise DataError("it is cut off")
    length, checksum = _HEADER.unpack(header)
    if masked(header[:8]) != checksum:
        raise DataError("the checksum of its length is wrong: the file is damaged, or no TFRecord")
    if length > MOST_BYTES:
        raise DataError(f"its length is {length:,} bytes: {MOST_BYTES:,} are the most")
    return int(length)


def _content(content: bytes, length: int, masked: Callable[[bytes], int]) -> bytes:
    """The content of a record.

    Args:
        content: with its checksum behind it.
        length: of the content alone.
        masked: the checksum as these files have it.
    """
    if len(content) < length + _CHECKSUM.size:
        raise DataError("it is cut off")
    (checksum,) = _CHECKSUM.unpack_from(content, length)
    kept = content[:length]
    if masked(kept) != checksum:
        raise DataError("its checksum is wrong: the file is damaged")
    return kept


def checksum_of() -> Callable[[bytes], int]:
    """CRC-32C of bytes.

    Raises:
        DependencyError: if google-crc32c is not installed.
    """
    try:
        import google_crc32c
    except ImportError as error:
        raise lacking("google-crc32c", "TFRecord") from error
    value: Callable[[bytes], int] = google_crc32c.value
    return value


def _masked(checksum: Callable[[bytes], int]) -> Callable[[bytes], int]:
    """The checksum turned and shifted, as TFRecord has it (a sum of sums would be weak)."""

    def of(content: bytes) -> int:
        crc = checksum(content)
        return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF

    return of
