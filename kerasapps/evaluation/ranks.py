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


def higher_share(first: NDArray[np.floating[Any]], second: NDArray[np.floating[Any]]) -> float:
    """How likely one of the first numbers is higher than one of the second; ties count a half."""
    ranks = ranks_of(np.concatenate([first, second]))[: len(first)]
    return float((ranks.mean() - (len(first) + 1) / 2) / len(second))
