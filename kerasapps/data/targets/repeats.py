"""The same content in several rows, each with one of its labels, has all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kerasapps.data.partition import number_contents, with_several
from kerasapps.data.targets.kinds import key_of_names, names_of


def merge_repeats(
    keys: Sequence[str], codes: np.ndarray, digests: np.ndarray, splits: np.ndarray
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Give rows of the same content and split all labels of these rows.

    Rows of the same content and the same labels are copies, and stay what they are.

    Args:
        keys: the different sets of labels; see `kinds`.
        codes: int `(n,)`, of each row the index into `keys`.
        digests: uint64 `(n, 2)` of their contents.
        splits: int8 `(n,)` split codes.

    Returns:
        The sets, int32 `(n,)` indices into them, and bool `(n,)` whether a row's labels are part
        of those of an earlier one, so that it is not counted again.
    """
    keys, codes = [*keys], codes.astype(np.int32)
    contents, _ = number_contents(np.column_stack([digests, splits.astype(np.uint64)]))
    several = with_several(contents, codes)
    repeats = np.zeros(len(codes), bool)
    if not several.any():
        return keys, codes, repeats
    groups: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(several[contents]):
        groups[int(contents[row])].append(int(row))
    places = {key: place for place, key in enumerate(keys)}
    merged = codes.copy()
    for rows in groups.values():
        key = key_of_names(name for row in rows for name in names_of(keys[codes[row]]))
        merged[rows] = places.setdefault(key, len(places))
        repeats[rows[1:]] = True
    return [*places], merged, repeats
