"""Examples are dealt out to splits so that each label has its share of every split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def share_out(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How many of `total` go where, at least one each; `total` is larger than `len(shares)`."""
    counts = {name: max(1, round(total * share)) for name, share in shares.items()}
    while sum(counts.values()) >= total:
        counts[max(counts, key=lambda name: counts[name])] -= 1
    return {**counts, "train": total - sum(counts.values())}


def deal_out(
    sets: Sequence[NDArray[np.intp]], shares: Mapping[str, float]
) -> tuple[list[str], dict[int, int]]:
    """Iterative stratification (Sechidis, Tsoumakas, Vlahavas, 2011).

    The label with the fewest examples left is dealt out first, each of its examples to the split
    that lacks most of it; of equal ones to the split that lacks most examples. Examples without any
    label come last. A label of fewer examples than there are splits stays in training: what has one
    goes there before all others.

    Args:
        sets: the labels of each example by number; the examples in the order to deal them out.
        shares: of the splits besides training.

    Returns:
        The split of each example, and by number the labels with too few examples, and how many.
    """
    names = [*shares, "train"]
    labels = 1 + max((int(each.max()) for each in sets if len(each)), default=-1)
    left = np.bincount(np.concatenate([np.empty(0, np.intp), *sets]), minlength=labels)
    few = {int(n): int(left[n]) for n in np.flatnonzero((left > 0) & (left <= len(shares)))}
    lacking = np.array([_wanted(int(count), shares) for count in left]).reshape(labels, len(names))
    room = np.array(_wanted(len(sets), shares))
    splits = np.full(len(sets), -1)
    holders = _holders(sets, labels)

    def place(example: int, split: int) -> None:
        splits[example] = split
        lacking[sets[example], split] -= 1
        left[sets[example]] -= 1
        room[split] -= 1

    for example in sorted({example for label in few for example in holders[label]}):
        place(example, names.index("train"))
    while left.any():
        rarest = int(np.where(left > 0, left, np.iinfo(left.dtype).max).argmin())
        for example in holders[rarest]:
            if splits[example] >= 0:
                continue
            split = max(range(len(names)), key=lambda each: (lacking[rarest, each], room[each]))
            place(example, split)
    for rest in np.flatnonzero(splits < 0):
        most = int(room.argmax())
        splits[rest] = most
        room[most] -= 1
    return [names[split] for split in splits], few


def _wanted(count: int, shares: Mapping[str, float]) -> list[int]:
    """Of so many examples those of each split, that of training last."""
    if count <= len(shares):
        return [0] * len(shares) + [count]
    return [*share_out(count, shares).values()]


def _holders(sets: Sequence[NDArray[np.intp]], labels: int) -> list[list[int]]:
    holders: list[list[int]] = [[] for _ in range(labels)]
    for example, each in enumerate(sets):
        for label in each:
            holders[label].append(example)
    return holders
