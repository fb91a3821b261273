"""Examples are dealt out to folds, each of which is judged by a network that never met it.

Classes and labels have their share of every fold, numbers that of each range of them. What belongs
together, such as copies of one example or the recordings of one speaker, is in one fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import Part, Target
from kerasapps.wording.counted import counted

Strata = NDArray[np.integer[Any]]
"""What is to have its share of every fold: class numbers `(n,)`, or 0 and 1 `(n, k)` of k labels
that an example may have."""

_RANGES: Final = 10  # of numbers, each of which has its share of every fold
_LEAST: Final = 2  # folds


def strata_of(target: Target, examples: Any) -> Strata:
    """What of some examples is to have its share of every fold.

    Args:
        target: what they are answered with.
        examples: of any kind, with `labels`; or with `strata`, where these say nothing.
    """
    told = getattr(examples, "strata", None)
    if told is not None:
        return np.asarray(told)
    labels = np.asarray(examples.labels)
    if target.kind == "number":
        return ranges_of(labels)
    if target.kind == "several":
        return _of_parts(target.parts, labels)
    return labels


def ranges_of(numbers: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Which of ten ranges, of about as many examples each, a number is in: int64 `(n,)`."""
    edges = np.quantile(numbers, np.linspace(0, 1, _RANGES + 1)[1:-1]) if len(numbers) else []
    return np.searchsorted(edges, numbers, side="right").astype(np.int64)


def _of_parts(parts: Sequence[Part], labels: np.ndarray) -> Strata:
    columns, start = [], 0
    for part in parts:
        values = labels[:, start : start + part.columns]
        start += part.columns
        if part.kind == "labels":
            columns.append(values.astype(np.uint8))
        else:
            numbers = values[:, 0]
            columns.append(_one_hot(ranges_of(numbers) if part.kind == "number" else numbers))
    return np.concatenate(columns, axis=1)


def _one_hot(classes: np.ndarray) -> NDArray[np.uint8]:
    codes = classes.astype(np.int64)
    return (codes[:, np.newaxis] == np.arange(codes.max(initial=0) + 1)).astype(np.uint8)


def groups_of(examples: Any) -> NDArray[np.int64]:
    """The group of each example, int64 `(n,)` from 0: copies, and what its kind keeps together."""
    keys = (examples.contents, *getattr(examples, "together", ()))
    return joined_groups(len(examples), keys)


def joined_groups(total: int, keys: Sequence[np.ndarray]) -> NDArray[np.int64]:
    """Numbers of what belongs together, by any of several keys.

    Args:
        total: examples.
        keys: integers or texts, `(n,)`; examples with an equal one in any of them are of one group.
            An empty key says nothing.

    Returns:
        int64 `(n,)`, from 0.
    """
    groups = np.arange(total)
    told = [np.unique(key, return_inverse=True)[1].reshape(-1) for key in keys if len(key)]
    while True:  # each takes the lowest number of those that it belongs to, until all have it
        before = groups
        for key in told:
            lowest = np.full(key.max(initial=0) + 1, total)
            np.minimum.at(lowest, key, groups)
            groups = lowest[key]
        if (groups == before).all():
            return np.unique(groups, return_inverse=True)[1].reshape(-1).astype(np.int64)


def fold_numbers(
    strata: Strata, groups: NDArray[np.int64], *, folds: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each example: a pure function of what is given.

    Whole groups go first, the largest before others, each where what it holds is lacking most;
    then single examples fill up what is short of each class, so that without groups no two folds
    differ by more than one example of a class.

    Args:
        strata: see `Strata`.
        groups: int64 `(n,)` from 0; what is of one group goes into one fold.
        folds: how many; at least 2.
        seed: of the draw.

    Returns:
        int64 `(n,)`, from 0. A fold may be left empty where there are few groups.
    """
    if folds < _LEAST:
        raise ValueError(f"{folds} folds")
    random = np.random.default_rng([seed, folds])
    sizes = np.bincount(groups)
    alone = sizes[groups] == 1 if strata.ndim == 1 else np.zeros(len(groups), bool)
    classes = int(strata.max(initial=0)) + 1 if strata.ndim == 1 else strata.shape[1]
    placed = np.zeros((folds, classes + 1))  # the last column counts examples
    fold_of = np.full(len(groups), -1, np.int64)
    whole = np.flatnonzero(~alone)
    if len(whole):
        names, of_group = np.unique(groups[whole], return_inverse=True)
        counts = np.zeros((len(names), classes + 1))
        if strata.ndim == 1:
            np.add.at(counts, (of_group, strata[whole]), 1)
        else:
            np.add.at(counts[:, :-1], of_group, strata[whole])
        np.add.at(counts[:, -1], of_group, 1)
        wanted = np.append(_counts(strata, classes), len(groups)) / folds
        chosen = _place_groups(counts, wanted, placed, random)
        fold_of[whole] = chosen[of_group]
    rows = np.flatnonzero(alone)
    rows = rows[random.permutation(len(rows))]
    rows = rows[np.argsort(strata[rows], kind="stable")] if strata.ndim == 1 else rows
    start = 0
    for code, count in zip(*np.unique(strata[rows], return_counts=True), strict=True):
        shares = _fill(placed[:, code], placed[:, -1], int(count))
        fold_of[rows[start : start + count]] = np.repeat(np.arange(folds), shares)
        placed[:, code] += shares
        placed[:, -1] += shares
        start += count
    return fold_of


def _counts(strata: Strata, classes: int) -> np.ndarray:
    return np.bincount(strata, minlength=classes) if strata.ndim == 1 else strata.sum(axis=0)


def _place_groups(
    counts: np.ndarray, wanted: np.ndarray, placed: np.ndarray, random: np.random.Generator
) -> NDArray[np.int64]:
    """The fold of each group; `placed` is added to.

    A group goes where the squared distance from the wanted counts grows least; a rare class counts
    as much as a common one. Of equal folds the first that has fewest examples takes it.
    """
    chosen = np.zeros(len(counts), np.int64)
    scale = np.maximum(wanted, 1e-9)
    rarest = np.where(counts[:, :-1] > 0, wanted[:-1], np.inf).min(axis=1, initial=np.inf)
    order = np.lexsort((random.random(len(counts)), rarest, -counts[:, -1]))
    for group in order:
        held = np.flatnonzero(counts[group])
        count = counts[group, held]
        grows = (count * (2 * (placed[:, held] - wanted[held]) + count) / scale[held]).sum(axis=1)
        fold = int(np.lexsort((placed[:, -1], np.round(grows, 9)))[0])
        chosen[group] = fold
        placed[fold, held] += count
    return chosen


def unfilled(numbers: NDArray[np.int64], groups: NDArray[np.int64], *, folds: int) -> str:
    """Why examples do not fill their folds, in words that follow "examples"; "" where they do.

    Args:
        numbers: the fold of each example, `(n,)`; what is less than 0 is in none.
        groups: of each, `(n,)`.
        folds: that there are to be.
    """
    filled = len(np.unique(numbers[numbers >= 0]))
    if filled >= folds:
        return ""
    count = len(np.unique(groups))
    fill = "fills" if count == 1 else "fill"
    return (
        f"are {counted(count, 'group')} that must stay together, which {fill} "
        f"{counted(filled, 'fold')}"
    )


def _fill(there: np.ndarray, totals: np.ndarray, count: int) -> NDArray[np.int64]:
    """How many of `count` examples of a class each fold takes, so that all have equally many.

    Those that remain go to the folds with the fewest examples of all classes.
    """
    shares = np.zeros(len(there), np.int64)
    while count:
        levels = there + shares
        low = np.flatnonzero(levels == levels.min())
        above = levels[levels > levels.min()]
        step = count // len(low)
        if len(above):
            step = min(step, max(1, int(above.min() - levels.min())))
        if not step:
            low = low[np.argsort((totals + shares)[low], kind="stable")][:count]
            step = 1
        shares[low] += step
        count -= step * len(low)
    return shares


def held_back(
    strata: Strata, groups: NDArray[np.int64], *, share: float, seed: int
) -> NDArray[np.bool_]:
    """Examples that training is stopped on: a share of all, by the same rules.

    A class or label that would be left without an example to learn from is kept for learning.

    Args:
        strata: see `Strata`.
        groups: int64 `(n,)`.
        share: of the examples, more than 0 and less than 1.
        seed: of the draw.

    Returns:
        bool `(n,)`.
    """
    _, groups = np.unique(groups, return_inverse=True)
    groups = groups.reshape(-1)
    parts = max(_LEAST, min(round(1 / share), int(groups.max(initial=0)) + 1))
    return sparing_last(strata, groups, fold_numbers(strata, groups, folds=parts, seed=seed) == 0)


def sparing_last(
    strata: Strata, groups: NDArray[np.int64], back: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """What is held back, but for the groups of a class or label that has no other examples.

    Args:
        strata: see `Strata`.
        groups: int64 `(n,)`.
        back: bool `(n,)`, whether an example is not learnt from; of one group all or none.

    Returns:
        bool `(n,)`.
    """
    if not back.any() or back.all():
        return back
    if strata.ndim == 1:
        left = np.isin(strata, strata[~back])
        lost = back & ~left
    else:
        missing = (strata[~back].sum(axis=0) == 0) & (strata.sum(axis=0) > 0)
        lost = back & (strata[:, missing] > 0).any(axis=1)
    return back & ~np.isin(groups, groups[lost])
