"""What a target is, and the one way to write it down: a text that is equal for equal targets.

class   "cat"                 its name
labels  "cat\\x1fdog", ""      the names in order; nothing where an example has none
number  "1.5", "1.5\\x1f-2.0"  of one column, or of several
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import label_order

_BETWEEN = "\x1f"  # which no name of a class has: see `data.labels`


def key_of_names(names: Iterable[str]) -> str:
    """A set of labels as a text."""
    return _BETWEEN.join(sorted(set(names)))


def names_of(key: str) -> tuple[str, ...]:
    """The labels of a set, which `key_of_names` wrote."""
    return tuple(key.split(_BETWEEN)) if key else ()


def key_of_numbers(numbers: Sequence[float]) -> str:
    """Numbers as a text that has all their digits."""
    return _BETWEEN.join(repr(float(number)) for number in numbers)


def shown(key: str) -> str:
    """A target for people: "cat", "cat + dog", "no label"."""
    return key.replace(_BETWEEN, " + ") or "no label"


def all_names(keys: Iterable[str]) -> tuple[str, ...]:
    """All labels of some sets, in the order of outputs."""
    return label_order({name for key in keys for name in names_of(key)})


def memberships(keys: Sequence[str], names: Sequence[str]) -> NDArray[np.uint8]:
    """Which labels each set has.

    Args:
        keys: n sets.
        names: k labels; others are left out.

    Returns:
        uint8 `(n, k)`, 1 where a set has the label.
    """
    places = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(keys), len(names)), np.uint8)
    for row, key in enumerate(keys):
        table[row, [places[name] for name in names_of(key) if name in places]] = 1
    return table


def numbers_of(keys: Sequence[str]) -> NDArray[np.float64]:
    """The numbers of n targets: float64 `(n,)` of one column, `(n, m)` of several."""
    table = number_table(keys)
    return table if table.shape[1] > 1 else table.reshape(len(keys))


def number_table(keys: Sequence[str]) -> NDArray[np.float64]:
    """The numbers of n targets of m columns: float64 `(n, m)`."""
    rows = [[float(each) for each in key.split(_BETWEEN)] for key in keys]
    return np.array(rows, np.float64) if rows else np.empty((0, 1))
