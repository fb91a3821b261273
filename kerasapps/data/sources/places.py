"""Where encoded examples lie, in files of their own or in shards: millions in a few bytes each."""

from __future__ import annotations

import functools
import hashlib
import operator
import os
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np

from kerasapps.errors import DataError
from kerasapps.files.named import read_regular
from kerasapps.shards import shard_format
from kerasapps.wording.harmless import printable

MOST_BYTES = 1 << 30
"""Of an encoded example: more than the most pixels take without compression."""

_FEW = 4  # times as many places as are selected
_OF_ITS_OWN = -1  # the number of an example that is a whole file


@dataclass(frozen=True, order=True)
class ShardPlace:
    """An example within a shard.

    Attributes:
        file: the shard.
        offset: where its record begins, as the shard's format counts.
        length: of the record, likewise.
        number: of the record in the shard, from 1.
        field: of the record that holds the example.
    """

    file: Path
    offset: int
    length: int
    number: int
    field: str = ""

    @property
    def name(self) -> str:
        """As a path has one: without folders."""
        return f"{self.file.name}, example {self.number}"

    def __str__(self) -> str:
        return f"{self.file}, example {self.number}"


Place: TypeAlias = Path | ShardPlace
"""A file of its own, or a record of a shard."""


def read_place(place: Place, *, limit: int = MOST_BYTES) -> bytes:
    """The encoded example.

    Args:
        place: of it.
        limit: bytes that it may have.

    Raises:
        OSError: if a file cannot be read, or has more bytes.
        DataError: naming the shard and the example, if there is none.
    """
    if isinstance(place, Path):
        return read_regular(place, limit=limit)
    shard = shard_format(place.file)
    content = shard.content(place.file, place.offset, place.length, place.field)
    if len(content) > limit:
        size = f"{len(content):,} bytes, and {limit:,} are read at most"
        raise DataError(f"{printable(str(place))} has {size}")
    return content


class Places(Sequence[Place]):
    """Places in columns; each is made when it is asked for.

    A file takes the bytes of its name and 28 more, a record of a shard 28. What is pickled holds
    the names of its own places only.

    Args:
        holders: of each place the folder of a file, or the shard and the field of its records.
        holder: int32 `(n,)` index into `holders`.
        spans: int64 `(n, 3)`: where a file's name begins in `names`, or a record in its shard; how
            many bytes it has; the number of the record in its shard, -1 for a file.
        names: of the files, as the system has them.
    """

    def __init__(
        self,
        holders: Sequence[tuple[str, str]] = (),
        holder: np.ndarray | None = None,
        spans: np.ndarray | None = None,
        names: bytes = b"",
    ) -> None:
        self._holders = tuple(holders)
        self._holder = np.zeros(0, np.int32) if holder is None else np.asarray(holder, np.int32)
        self._spans = np.zeros((0, 3), np.int64) if spans is None else np.asarray(spans, np.int64)
        self._names = names

    @classmethod
    def of(cls, places: Iterable[Place]) -> Places:
        """Places one by one as columns."""
        if isinstance(places, Places):
            return places
        columns = PlaceColumns()
        for place in places:
            columns.add(place)
        return columns.finish()

    @classmethod
    def joined(cls, parts: Sequence[Places]) -> Places:
        """The places of all parts, one behind the other."""
        holders: dict[tuple[str, str], int] = {}
        holder, spans = [np.zeros(0, np.int32)], [np.zeros((0, 3), np.int64)]
        names = bytearray()
        for part in parts:
            numbers = [holders.setdefault(each, len(holders)) for each in part._holders]
            holder.append(np.array(numbers, np.int32)[part._holder])
            moved = part._spans.copy()
            moved[moved[:, 2] == _OF_ITS_OWN, 0] += len(names)
            spans.append(moved)
            names += part._names
        return cls([*holders], np.concatenate(holder), np.concatenate(spans), bytes(names))

    def identities(self) -> np.ndarray:
        """uint64 `(n, 2)`, equal for all ways to name an example, and for all links to its file."""
        found, real = array("Q"), functools.cache(os.path.realpath)
        for place in self:
            found.extend(_identity(place, real))
        return column_of(found).reshape(-1, 2)

    def digests(self) -> np.ndarray:
        """uint64 `(n, 2)`, equal for equal places."""
        digests = bytearray()
        for place in self:
            digests += _digest(_named(place))
        return np.frombuffer(bytes(digests), np.uint64).reshape(-1, 2)

    def select(self, rows: np.ndarray | slice) -> Places:
        """Those of some rows: int `(n,)`, a mask bool `(n,)` or a slice."""
        places = Places(self._holders, self._holder[rows], self._spans[rows], self._names)
        # A few shall not hold the names of all.
        return places._compact() if _FEW * len(places) < len(self) else places

    def sizes(self) -> np.ndarray:
        """Bytes of each record, int64 `(n,)`; of a file those of its name."""
        return self._spans[:, 1]

    def stamps(self) -> Iterator[bytes]:
        """What changes with the bytes of each example, in order: for keys of what is made of them.

        Raises:
            OSError: if a file cannot be looked at.
        """
        shard_state = functools.cache(_state)  # each is looked at once
        for place in self:
            if isinstance(place, Path):
                yield f"{_state(place)}\n".encode("utf-8", "surrogateescape")
            else:
                where = f"{place.offset}\0{place.length}\0{place.field}"
                line = f"{shard_state(place.file)}\0{where}\n"
                yield line.encode("utf-8", "surrogateescape")

    def stored_order(self) -> np.ndarray | None:
        """The places as they lie in their shards, int64 `(n,)`; None where all are files."""
        if not np.any(self._spans[:, 2] != _OF_ITS_OWN):
            return None
        return np.lexsort((self._spans[:, 0], self._holder))

    def mean_bytes(self) -> float:
        """Bytes of an example within its shard, on average."""
        return float(self._spans[:, 1].mean()) if len(self) else 0.0

    def __len__(self) -> int:
        return len(self._holder)

    @overload
    def __getitem__(self, index: int) -> Place: ...
    @overload
    def __getitem__(self, index: slice) -> Places: ...
    def __getitem__(self, index: int | slice) -> Place | Places:
        if isinstance(index, slice):
            return self.select(index)
        holder, field = self._holders[self._holder[index]]
        start, length, number = self._spans[index].tolist()
        if number == _OF_ITS_OWN:
            return Path(holder, os.fsdecode(self._names[start : start + length]))
        return ShardPlace(_shard(holder), start, length, number, field)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Places(<{len(self):,}>)"

    def __reduce__(self) -> tuple[Any, ...]:
        kept = self._compact()
        return Places, (kept._holders, kept._holder, kept._spans, kept._names)

    def _compact(self) -> Places:
        """The same, with the holders and names of these places only."""
        used, holder = np.unique(self._holder, return_inverse=True)
        spans = self._spans.copy()
        files = spans[:, 2] == _OF_ITS_OWN
        starts, sizes = spans[files, 0], spans[files, 1]
        moved = np.cumsum(sizes) - sizes
        gathered = np.repeat(starts - moved, sizes) + np.arange(sizes.sum())
        spans[files, 0] = moved
        names = np.frombuffer(self._names, np.uint8)[gathered].tobytes()
        return Places([self._holders[place] for place in used], holder, spans, names)


class PlaceColumns:
    """Takes places one by one and keeps a few bytes of each."""

    def __init__(self) -> None:
        self._holders: dict[tuple[str, str], int] = {}
        self._holder, self._spans = array("i"), array("q")
        self._names = bytearray()

    def add(self, place: Place) -> None:
        """Append a place."""
        if isinstance(place, ShardPlace):
            holder = (os.fspath(place.file), place.field)
            self._note(holder, place.offset, place.length, place.number)
            return
        folder, name = os.path.split(place)
        encoded = os.fsencode(name)
        self._note((folder, ""), len(self._names), len(encoded), _OF_ITS_OWN)
        self._names += encoded

    def finish(self) -> Places:
        """All of them."""
        spans = column_of(self._spans).reshape(-1, 3)
        return Places([*self._holders], column_of(self._holder), spans, bytes(self._names))

    def _note(self, holder: tuple[str, str], start: int, length: int, number: int) -> None:
        self._holder.append(self._holders.setdefault(holder, len(self._holders)))
        self._spans.extend((start, length, number))


def column_of(values: array[int]) -> np.ndarray:
    """What was gathered, as numpy has it; not copied."""
    return np.frombuffer(values, values.typecode) if values else np.zeros(0, values.typecode)


def _identity(place: Place, real: Callable[[Path], str]) -> tuple[int, int]:
    """The file's number in its file system; where it has none a digest of its name.

    Args:
        place: of the example.
        real: the shard of that name where no link leads; each is asked for many times.
    """
    if isinstance(place, Path):
        try:
            state = place.stat()
        except OSError:  # reading it tells why
            state = None
        if state is not None and state.st_ino:
            return state.st_dev, state.st_ino
        name = os.path.realpath(place)
    else:
        name = _named(place, real(place.file))
    first, second = struct.unpack("QQ", _digest(name))
    return first, second


def _named(place: Place, file: str = "") -> str:
    if isinstance(place, Path):
        return os.fspath(place)
    return f"{file or place.file}\0{place.offset}\0{place.number}\0{place.field}"


def _digest(text: str) -> bytes:
    return hashlib.blake2b(os.fsencode(text), digest_size=16).digest()


@functools.lru_cache(maxsize=1 << 12)
def _shard(name: str) -> Path:
    """The path of a shard, of which one does for all its records: it knows its text and hash."""
    return Path(name)


def _state(file: Path) -> str:
    status = file.stat()
    return f"{file.absolute()}\0{status.st_size}\0{status.st_mtime_ns}"
