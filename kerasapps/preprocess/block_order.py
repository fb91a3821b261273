"""In which order rows are shown that lie behind each other, where a disk likes to read in a row."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from kerasapps.start import Share
from kerasapps.streamed import Stored

BLOCK_BYTES = 4 << 20  # of rows that are read behind each other
BLOCK_ROWS = 2048  # at most: each that is read ahead is an object of a kilobyte beside its bytes
WINDOW = 16  # blocks whose rows are mixed
_CHUNK = 20  # batches whose rows are sorted by length together
_LEAST_BLOCKS = 64  # of a small data set, whose blocks are smaller


def sorted_in_chunks(rows: np.ndarray, lengths: np.ndarray, batch_size: int) -> np.ndarray:
    """Rows sorted by length, so many batches of them at a time."""
    size = _CHUNK * batch_size
    chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
    return np.concatenate([c[np.argsort(lengths[c], kind="stable")] for c in chunks])


class BlockOrder:
    """The rows of a share of each training step.

    In every epoch the blocks of rows that lie behind each other are shuffled and dealt to the
    shares in turn, a run of them each. A share reads its blocks window by window, and shuffles the
    rows of a window. All of it depends on the seed, the epoch and the step alone.

    Args:
        stored: how the rows lie.
        batch_size: rows of a whole batch.
        seed: of the shuffling.
        share: which rows of every batch are wanted.
        lengths: int `(n,)` of the rows; those of like length then share a batch.
        read_ahead: is told which rows come, a window at a time, in the order in which they lie.
    """

    def __init__(
        self,
        stored: Stored,
        *,
        batch_size: int,
        seed: int,
        share: Share,
        lengths: np.ndarray | None = None,
        read_ahead: Callable[[np.ndarray], None] | None = None,
    ) -> None:
        count = len(stored.order)
        fitting = max(1, int(BLOCK_BYTES / max(stored.row_bytes, 1.0)))
        self._stored = stored.order
        self._block = min(fitting, BLOCK_ROWS, -(-count // _LEAST_BLOCKS))
        self._steps = -(-count // batch_size)
        first, end = share.bounds(batch_size)
        self._first = min(first * count // batch_size, count - 1)
        self._end = max(self._first + 1, end * count // batch_size)  # of a few rows some twice
        self._size = end - first
        whole = WINDOW * self._block // max(1, self._size)  # batches
        self._rows_a_window = max(1, self._size) * max(1, whole)
        self._lengths = lengths
        self._share = share
        self._seed = seed
        self._read_ahead = read_ahead
        self._told = (-1, -1)
        self._blocks: tuple[int, np.ndarray, np.ndarray] = (-1, np.empty(0), np.empty(0))
        self._windows: dict[tuple[int, int], np.ndarray] = {}
        self._lock = threading.Lock()  # of steps that are read at the same time

    def __call__(self, step: int) -> np.ndarray:
        epoch, batch = divmod(step, self._steps)
        count = max(1, self._end - self._first)
        places = (np.arange(self._size) + batch * self._size) % count
        numbers = places // self._rows_a_window
        rows = np.empty(len(places), np.int64)
        with self._lock:
            for number in np.unique(numbers).tolist():
                inside = numbers == number
                window = self._window(epoch, number)
                rows[inside] = window[places[inside] - number * self._rows_a_window]
                self._tell(epoch, number)
        return rows

    def _window(self, epoch: int, number: int) -> np.ndarray:
        """The rows of a window, shuffled."""
        if (epoch, number) not in self._windows:
            rows = self._in_window(epoch, number)
            draw = np.random.default_rng((self._share.seed(self._seed), epoch, number, WINDOW))
            kept = [*self._windows.items()][-2:]  # a batch may lie in two, one read out of turn
            self._windows = dict([*kept, ((epoch, number), self._mixed(rows, draw))])
        return self._windows[epoch, number]

    def _mixed(self, rows: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        rows = draw.permutation(rows)
        if self._lengths is None or not self._size:
            return rows
        rows = sorted_in_chunks(rows, self._lengths, self._size)
        whole = len(rows) // self._size * self._size
        batches = rows[:whole].reshape(-1, self._size)
        return np.concatenate([batches[draw.permutation(len(batches))].ravel(), rows[whole:]])

    def _in_window(self, epoch: int, number: int) -> np.ndarray:
        """The rows of a window as they lie, block by block."""
        start = self._first + number * self._rows_a_window
        places = np.arange(start, min(self._end, start + self._rows_a_window))
        order, ends = self._shuffled(epoch)
        nth = np.searchsorted(ends, places, side="right")
        begins = ends[nth] - self._sizes(order[nth])
        found: np.ndarray = self._stored[order[nth] * self._block + places - begins]
        return found

    def _shuffled(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """The blocks of an epoch in their order, and where each ends."""
        known, order, ends = self._blocks
        if known != epoch:
            draw = np.random.default_rng((self._seed, epoch))
            order = draw.permutation(-(-len(self._stored) // self._block))
            ends = np.cumsum(self._sizes(order))
            self._blocks = (epoch, order, ends)
        return order, ends

    def _sizes(self, blocks: np.ndarray) -> np.ndarray:
        """Rows of some blocks; the last that lies there may have fewer."""
        return np.minimum(self._block, len(self._stored) - blocks * self._block)

    def _tell(self, epoch: int, number: int) -> None:
        """Once a window is begun, the next is read."""
        if self._read_ahead is None or (epoch, number) <= self._told:
            return
        windows = -(-(self._end - self._first) // self._rows_a_window)
        following = (epoch, number + 1) if number + 1 < windows else (epoch + 1, 0)
        if self._told == (-1, -1):
            self._read_ahead(self._in_window(epoch, number))
        self._told = (epoch, number)
        self._read_ahead(self._in_window(*following))
