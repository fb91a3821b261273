"""What belongs together, such as the recordings of one speaker, goes into one split as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kerasapps.data.splits import SPLITS


def place_groups(
    groups: np.ndarray, classes: np.ndarray, *, draws: np.ndarray, shares: Mapping[str, float]
) -> np.ndarray:
    """Take the wanted splits out of groups, each of them whole.

    Groups are asked in the order of their draws. One is taken where that brings the examples of
    each class nearer to the wanted share of them, and leaves some of each class for training.

    Args:
        groups: int64 `(n,)` group number of each row, from 0.
        classes: `(n, k)`, 1 where a row is of a class; of labels a row may have several.
        draws: one random number per group.
        shares: of the wanted splits, in the order in which they choose.

    Returns:
        int8, the split code of each group; the train split's where no other takes it.
    """
    counts = np.zeros((len(draws), classes.shape[1]))
    np.add.at(counts, groups, classes)
    placed = np.full(len(draws), SPLITS.index("train"), np.int8)
    left, free = counts.sum(axis=0), [*np.argsort(draws, kind="stable")]
    for name, share in shares.items():
        target = share * counts.sum(axis=0)
        for group in _chosen(counts, free, left, target):
            placed[group] = SPLITS.index(name)
            free.remove(group)
            left = left - counts[group]
    return placed


def _chosen(
    counts: np.ndarray, free: Sequence[int], left: np.ndarray, target: np.ndarray
) -> list[int]:
    """Groups whose counts together come near to the target; at least one where one may go."""
    chosen: list[int] = []
    together = np.zeros_like(target)
    for group in free:
        nearer = _far(together + counts[group], target) < _far(together, target)
        if nearer and _spares(counts[group], left):
            chosen.append(group)
            together = together + counts[group]
            left = left - counts[group]
    if chosen:
        return chosen
    possible = [group for group in free if _spares(counts[group], left)]
    return sorted(possible, key=lambda group: _far(counts[group], target))[:1]


def _far(counts: np.ndarray, target: np.ndarray) -> float:
    return float(np.linalg.norm(counts - target))


def _spares(counts: np.ndarray, left: np.ndarray) -> bool:
    """Whether each of a group's classes has examples in what is left without it."""
    return bool((left > counts)[counts > 0].all())
