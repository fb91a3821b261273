"""WebDataset tars: files in succession that share a name are an example, their suffixes fields."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from kerasapps.errors import DataError
from kerasapps.files.named import open_regular
from kerasapps.files.whole import replaced
from kerasapps.shards.kept import Bytes, Kept
from kerasapps.shards.record import MOST_BYTES, Located, Record, Value, plain, shard_error
from kerasapps.shards.tar import BLOCK, Member, is_header, members

NAME: Final = "webdataset"
SUFFIX: Final = ".tar"
KEY: Final = "__key__"
"""The field that holds the name that the files of an example share."""

_NUMBERS = frozenset({"cls", "class", "index", "inx", "id"})
_TEXTS = frozenset({"txt", "text", "transcript"})
_END = bytes(2 * BLOCK)
_files = Kept(Bytes)


def is_one(path: Path) -> bool:
    """Whether a file begins as tar archives do, whatever it is called."""
    with open_regular(path) as stream:
        return is_header(stream.read(BLOCK))


def scan(file: Path) -> Iterator[Located]:
    """All examples of a shard; offset and length are in bytes, with all of their headers.

    Raises:
        DataError: if it is cut off or damaged, or an example has two files of one suffix.
    """
    kept = _files.get(file)
    number = 0
    try:
        for group in _groups(members(kept.read, 0, kept.size, whole=True)):
            number += 1
            offset = group[0].offset
            yield Located(offset, group[-1].end - offset, _record(group, kept))
    except DataError as error:
        raise shard_error(file, error, number=number or 1) from error
    except OSError as error:
        raise shard_error(file, f"cannot be read: {error.strerror}") from error


def at(file: Path, offset: int, length: int) -> Record:
    """One example.

    Raises:
        DataError: if there is no such example any more, or it is damaged.
    """
    kept = _files.get(file)
    try:
        groups = list(_groups(members(kept.read, offset, offset + length, whole=False)))
        if len(groups) != 1 or groups[0][-1].end != offset + length:
            raise DataError("another example lies there")
        return _record(groups[0], kept)
    except DataError as error:
        raise shard_error(file, f"the example at byte {offset}: {error}") from error


@contextmanager
def write(file: Path) -> Iterator[_Writer]:
    """A new shard, whole when the block ends; nothing of it stays if the block fails."""
    with replaced(file) as stream:
        yield _Writer(stream)
        stream.write(_END)


class _Writer:
    """The field `__key__` names the files of an example; without it its number does."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._offset = 0
        self._count = 0
        self._last = ""

    def add(self, record: Record) -> tuple[int, int]:
        key = str(record.get(KEY) or f"{self._count:08d}")
        if "." in key.rpartition("/")[2] or key == self._last:
            raise DataError(
                f"field {KEY!r} is {key!r}: a name without dots, other than the one before"
            )
        files = {
            _suffix(name): _encoded(plain(value, name=name), name)
            for name, value in record.items()
            if name != KEY and value is not None
        }
        if not files:
            raise DataError("a record has no fields")
        if len(files) < sum(name != KEY and value is not None for name, value in record.items()):
            raise DataError("fields that differ in upper and lower case only are one to WebDataset")
        start = self._offset
        for suffix, content in files.items():
            member = tarfile.TarInfo(f"{key}.{suffix}")
            member.size = len(content)
            self._put(member.tobuf(tarfile.PAX_FORMAT))
            self._put(content + bytes(-len(content) % BLOCK))
        self._count, self._last = self._count + 1, key
        return start, self._offset - start

    def _put(self, content: bytes) -> None:
        self._stream.write(content)
        self._offset += len(content)


def _groups(files: Iterator[Member]) -> Iterator[list[Member]]:
    group: list[Member] = []
    last = ""
    for member in files:
        if not _is_field(member.name):
            continue
        key = _split(member.name)[0]
        if group and key != last:
            yield group
            group = []
        group.append(member)
        last = key
    if group:
        yield group


def _is_field(name: str) -> bool:
    """Whether a file is of an example: not hidden, nor without a suffix, nor of the archive."""
    stem, suffix = _split(name)
    stem = stem.rpartition("/")[2]
    return bool(stem and suffix) and not (stem.startswith("__") and stem.endswith("__"))


def _split(name: str) -> tuple[str, str]:
    """The key and the suffix of a file's name: the latter begins behind its first dot."""
    folder, slash, base = name.rpartition("/")
    stem, _, suffix = base.partition(".")
    return f"{folder}{slash}{stem}", suffix.lower()


def _record(group: list[Member], kept: Bytes) -> Record:
    if sum(member.size for member in group) > MOST_BYTES:
        raise DataError(f"it has more than {MOST_BYTES:,} bytes")
    record: dict[str, Value] = {KEY: _split(group[0].name)[0]}
    for member in group:
        suffix = _split(member.name)[1]
        if suffix in record:
            raise DataError(f"{member.name!r}: the example has two files with that suffix")
        content = kept.read(member.data, member.size)
        if len(content) < member.size:
            raise DataError(f"{member.name!r} is cut off")
        record[suffix] = _decoded(content, suffix, member.name)
    return record


def _decoded(content: bytes, suffix: str, name: str) -> Value:
    """The value of a file, which its suffix tells; bytes where it is no text."""
    kind = suffix.rpartition(".")[2]
    if kind == "json":
        try:
            value: Value = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{name!r} is no JSON: {error}") from error
        return value
    if kind not in _NUMBERS | _TEXTS:
        return content
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content  # who wants a text says what is wrong with it
    number = text.strip()
    whole = kind in _NUMBERS and number.removeprefix("-").isdecimal() and len(number) < 20
    return int(number) if whole else text


def _suffix(name: str) -> str:
    if not name or "/" in name or "\0" in name or name.startswith("."):
        raise DataError(f"field {name!r}: WebDataset has it as a suffix, so it has no slash in it")
    return name.lower()


def _encoded(value: Value, name: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str) and not name.lower().endswith("json"):
        return value.encode()
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except TypeError as error:
        raise DataError(f"field {name!r}: {error}") from error
