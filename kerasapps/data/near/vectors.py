"""Vectors that point nearly the same way, found without comparing each with all others."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.near.pairs import each_once
from kerasapps.terminal.doing import Progress

_CELL: Final = 1024  # vectors that one centre stands for
_CELLS: Final = 3  # that each vector is put into: one of them is a neighbour's too
_ROWS: Final = 2048  # compared at once
_MOST: Final = 8  # partners of a vector


def close_pairs(vectors: NDArray[np.float32], *, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of vectors whose cosine is at least a number.

    Each vector is put into the cells of the three nearest of some centres, which are vectors drawn
    from all; only what shares a cell is compared. So the work grows with their number, not with its
    square, and a few pairs are missed: those that share none of three cells.

    Args:
        vectors: float32 `(n, d)` of length 1; one of zeros is close to none.
        least: cosine, more than 0.

    Returns:
        Places of both, int64 `(m,)`; the lower place first, the closest eight of each.
    """
    count = -(-len(vectors) // _CELL)
    firsts, seconds = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    told = Progress("groups", count)
    for number, cell in enumerate(_cells(vectors, count)):
        first, second = _within(vectors[cell], least)
        firsts.append(cell[first])
        seconds.append(cell[second])
        told(number + 1)
    return each_once(np.concatenate(firsts), np.concatenate(seconds))


def _cells(vectors: np.ndarray, count: int) -> list[np.ndarray]:
    if count <= _CELLS:
        return [np.arange(len(vectors))] if len(vectors) else []
    drawn = np.random.default_rng(0).choice(len(vectors), count, replace=False)
    centres = vectors[drawn].T
    nearest = np.empty((len(vectors), _CELLS), np.int64)
    for start in range(0, len(vectors), _ROWS):
        cosines = vectors[start : start + _ROWS] @ centres
        nearest[start : start + _ROWS] = np.argpartition(-cosines, _CELLS, axis=1)[:, :_CELLS]
    order = np.argsort(nearest.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(nearest.ravel(), minlength=count))
    return np.split(order // _CELLS, ends[:-1])


def _within(vectors: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """The closest pairs of all within a cell."""
    firsts, seconds = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start in range(0, len(vectors), _ROWS):
        # Each with those behind it: above the diagonal.
        cosines = np.triu(vectors[start : start + _ROWS] @ vectors[start:].T, 1)
        rows, columns = np.nonzero(cosines >= least)
        order = np.lexsort((-cosines[rows, columns], rows))
        rows, columns = rows[order], columns[order]
        starts = np.searchsorted(rows, rows)  # where the row's own begin
        few = np.arange(len(rows)) - starts < _MOST
        firsts.append(start + rows[few])
        seconds.append(start + columns[few])
    return np.concatenate(firsts), np.concatenate(seconds)
