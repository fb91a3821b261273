"""What a target is, and the one way to write it down: a text that is equal for equal targets.

class    "cat"                its name
labels   "cat\\x1fdog", ""     the names in order; nothing where an example has none
number   "1.5"                with all its digits
several  "cat\\x1e1.5"         each as above
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import label_order

CALLED = {
    "class": "labels",
    "labels": "sets of labels",
    "number": "numbers",
    "several": "answers",
}
"""Kind of target → what several of them are called."""
_BETWEEN, _APART = "\x1f", "\x1e"  # which no name of a class has: see `data.labels`


def key_of_names(names: Iterable[str]) -> str:
    """A set of labels as a text."""
    return _BETWEEN.join(sorted(set(names)))


def names_of(key: str) -> tuple[str, ...]:
    """The labels of a set, which `key_of_names` wrote."""
    return tuple(key.split(_BETWEEN)) if key else ()


def key_of_number(number: float) -> str:
    """A number as a text that has all its digits."""
    return repr(float(number))


def key_of_parts(keys: Iterable[str]) -> str:
    """Several targets of one example as one text."""
    return _APART.join(keys)


def parts_of_key(key: str) -> list[str]:
    """The targets that `key_of_parts` joined."""
    return key.split(_APART)


def shown(key: str) -> str:
    """A target for people: "cat", "cat + dog", "no label"."""
    return key.replace(_BETWEEN, " + ") or "no label"


def shown_apart(keys: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Different targets for people: of several answers those that are not equal, by their names.

    Args:
        keys: the targets.
        names: of the several answers; none where an example has a single one.
    """
    if not names:
        return tuple(map(shown, keys))
    rows = [*map(parts_of_key, keys)]
    apart = [place for place in range(len(names)) if len({row[place] for row in rows}) > 1]
    return tuple(
        " · ".join(f"{names[place]} {shown(row[place])}" for place in apart) for row in rows
    )


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
    """The numbers of n targets: float64 `(n,)`."""
    return np.array([float(key) for key in keys], np.float64)
