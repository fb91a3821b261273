"""Two examples that are nearly the same, for many of them in columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class NearPairs:
    """Pairs of examples that are nearly the same, m of them.

    Attributes:
        first: int64 `(m,)`, places among the examples.
        second: int64 `(m,)`, always behind `first`.
        alike: float32 `(m,)`, how much the two are alike: 1 is the same.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    alike: NDArray[np.float32]

    @classmethod
    def none(cls) -> NearPairs:
        """No pairs."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))

    def of(self, chosen: np.ndarray) -> NearPairs:
        """Some of the pairs: bool `(m,)`, or places."""
        return NearPairs(self.first[chosen], self.second[chosen], self.alike[chosen])

    def __len__(self) -> int:
        return len(self.first)


def each_once(first: np.ndarray, second: np.ndarray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of places, each once and with the lower place first; what is paired with itself goes.

    Args:
        first: int `(m,)`, less than 2^31.
        second: int `(m,)`, likewise.
    """
    low = np.minimum(first, second).astype(np.int64)
    high = np.maximum(first, second).astype(np.int64)
    keys = np.unique((low << 32 | high)[low != high])
    return keys >> 32, keys & 0xFFFFFFFF


def best_partners(pairs: NearPairs, splits: np.ndarray) -> NearPairs:
    """Of each example that is like others one pair: the copy first, and what it is a copy of.

    The copy is the less protected of the two, or of equally protected ones the later. It is told
    with the partner in another split, before the one that is most alike.

    Args:
        pairs: any of them.
        splits: int `(n,)`, the split of each example; a higher one is better protected.

    Returns:
        In the order of the copies; each copy once.
    """
    low, high = pairs.first, pairs.second
    copy = np.where(splits[low] < splits[high], low, high)
    kept = np.where(copy == low, high, low)
    within = splits[copy] == splits[kept]
    order = np.lexsort((kept, -pairs.alike, within, copy))
    first = np.ones(len(order), bool)
    first[1:] = np.diff(copy[order]) > 0
    chosen = order[first]
    return NearPairs(copy[chosen], kept[chosen], pairs.alike[chosen])
