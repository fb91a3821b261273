"""Arrays whose rows are made when they are asked for, of more examples than a disk holds."""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from kerasapps.machine import usable_cores

_BLOCK = 4  # rows that a thread makes before it takes others
_READERS = 4  # threads that read ahead; they wait for a disk or a network, mostly


@dataclass(frozen=True)
class Stored:
    """Rows that lie behind each other.

    Attributes:
        order: int `(n,)`, the rows as they lie.
        row_bytes: that a row takes there, on average.
    """

    order: np.ndarray
    row_bytes: float


class RowMaker(Protocol):
    """How the rows of a `StreamedArray` are made; it can be pickled."""

    @property
    def releases(self) -> bool:
        """Whether most of the time the interpreter's lock is free, so that threads pay."""

    def read(self, row: int) -> Any:
        """What is stored of a row, as it is."""

    def make(self, row: int, stored: Any) -> np.ndarray:
        """The row, of what is stored of it."""

    def stored(self) -> Stored | None:
        """How rows lie behind each other; None: each lies alone."""


class StreamedArray:
    """An array for who reads only some of its rows at a time, as one in a file is read.

    Its rows are made by a pool of threads, and of the first so many each is kept once it was made.
    Pickled, it is how its rows are made.

    Args:
        maker: of the rows.
        shape: `(n, …)`, of the whole.
        dtype: of the values.
        kept_bytes: of rows that may stay in memory.
    """

    def __init__(
        self, maker: RowMaker, shape: tuple[int, ...], dtype: Any, *, kept_bytes: int = 0
    ) -> None:
        self.maker = maker
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self.row_bytes = math.prod(shape[1:]) * self.dtype.itemsize
        count = min(shape[0], kept_bytes // max(self.row_bytes, 1))
        self._kept = np.empty((count, *shape[1:]), self.dtype)
        self._is_kept = np.zeros(count, bool)
        self._ahead = _ReadAhead(maker)

    def __reduce__(self) -> tuple[Any, ...]:
        return StreamedArray, (self.maker, self.shape, self.dtype)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of values."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes that it takes in memory."""
        return self._kept.nbytes

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> np.ndarray:
        """As of an array; the first axis by a number, a slice, numbers or a mask."""
        first, *rest = index if isinstance(index, tuple) else (index,)
        if isinstance(first, int | np.integer):
            row = self._row(range(len(self))[first])
            return row[tuple(rest)] if rest else row
        rows = self._rows(first)
        return rows[(slice(None), *rest)] if rest else rows

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        whole = self._rows(slice(None))
        return whole if dtype is None else whole.astype(dtype)

    def read_ahead(self, rows: np.ndarray) -> None:
        """Begin to read what is stored of some rows, which are asked for soon.

        What was read ahead before the last call, and not asked for since, is forgotten. Rows that
        are kept are not read again.
        """
        there = rows < len(self._kept)
        there[there] = self._is_kept[rows[there]]
        self._ahead.begin(rows[~there])

    def stored(self, row: int) -> Any:
        """What is stored of a row, which may have been read ahead."""
        return self._ahead.take(row)

    def _rows(self, chosen: Any) -> np.ndarray:
        rows = _numbers(chosen, len(self))
        made = np.empty((len(rows), *self.shape[1:]), self.dtype)

        def fill(start: int) -> None:
            for place in range(start, min(start + _BLOCK, len(rows))):
                made[place] = self._row(int(rows[place]))

        in_pool(fill, range(0, len(rows), _BLOCK), parallel=self.maker.releases)
        return made

    def _row(self, row: int) -> np.ndarray:
        if row < len(self._kept) and self._is_kept[row]:
            return self._kept[row]
        made = np.asarray(self.maker.make(row, self.stored(row)), self.dtype)
        if row < len(self._kept):
            self._kept[row] = made
            self._is_kept[row] = True  # only now, as other threads look
        return made


class _ReadAhead:
    """What is stored of some rows, read before it is asked for."""

    def __init__(self, maker: RowMaker) -> None:
        self._maker = maker
        self._before: dict[int, Future[Any]] = {}
        self._now: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()

    def begin(self, rows: np.ndarray) -> None:
        futures = {int(row): _readers().submit(self._maker.read, int(row)) for row in rows}
        with self._lock:
            forgotten, self._before, self._now = self._before, self._now, futures
        for future in forgotten.values():
            future.cancel()

    def take(self, row: int) -> Any:
        with self._lock:
            future = self._now.pop(row, None) or self._before.pop(row, None)
        # One that waits in the queue is read here, sooner than it would be.
        if future is None or future.cancel():
            return self._maker.read(row)
        return future.result()


def as_array(streamed: Any) -> np.ndarray:
    """The same for the type checker: its readers take it for an array, and do only what it can."""
    return cast(np.ndarray, streamed)


def in_pool(fill: Callable[[int], None], starts: Sequence[int], *, parallel: bool) -> None:
    """Calls a function with each number, in threads that all arrays share where that pays."""
    if not parallel or len(starts) <= 1:
        for start in starts:
            fill(start)
        return
    try:
        made = _makers().map(fill, starts)
    except RuntimeError:  # Python ends, and nobody waits for these rows any more
        return
    for _ in made:
        pass


@functools.cache
def _makers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(usable_cores()), thread_name_prefix="make-rows")


@functools.cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_READERS, thread_name_prefix="read-rows")


def _numbers(chosen: Any, count: int) -> np.ndarray:
    """Row numbers, from 0: of a slice, a mask or numbers, also from the end."""
    if isinstance(chosen, slice):
        return np.arange(count)[chosen]
    rows = np.asarray(chosen)
    if rows.dtype == bool:
        return np.flatnonzero(rows)
    if len(rows) and not -count <= int(rows.min()) <= int(rows.max()) < count:
        raise IndexError(f"rows of {count} from {rows.min()} to {rows.max()}")
    return np.where(rows < 0, rows + count, rows).astype(np.int64)
