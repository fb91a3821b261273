"""Which runs of characters the tokens of a vocabulary hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SHORTEST, LONGEST = 3, 5


def character_runs(spellings: Sequence[str]) -> csr_array:
    """The runs of 3 to 5 characters of each token, those that several tokens share.

    Args:
        spellings: how each token is written, with marks where a word begins and ends, so that
            `<un` is another run than `un` within a word; an empty one holds none.

    Returns:
        Float32 `(tokens, runs)`, 1 where a token holds a run; the runs in the order in which they
        are first met.

    Reference: Bojanowski et al. 2017, section 3.2.
    """
    from scipy.sparse import csr_array

    numbers: dict[str, int] = {}
    rows, columns = [], []
    for row, spelling in enumerate(spellings):
        for run in dict.fromkeys(_runs(spelling)):
            rows.append(row)
            columns.append(numbers.setdefault(run, len(numbers)))
    ones = np.ones(len(rows), np.float32)
    held = csr_array((ones, (rows, columns)), shape=(len(spellings), len(numbers)))
    shared = np.bincount(held.indices, minlength=len(numbers)) > 1
    return csr_array(held[:, np.flatnonzero(shared)])


def _runs(spelling: str) -> Iterator[str]:
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(spelling) - length + 1):
            yield spelling[start : start + length]
