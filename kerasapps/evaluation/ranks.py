"""The places of numbers in their order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ranks_of(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The rank of each number, `(n,)`, from 1 for the lowest; equal ones share their mean rank."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks
