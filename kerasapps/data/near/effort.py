"""What it would take to find what is nearly the same, by a few examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

LONG = "that would take more than {seconds:g} seconds"


def spread(parts: Sequence[Any], most: int) -> list[tuple[Any, int]]:
    """Some examples from all over the parts, each as its part and its row there.

    Args:
        parts: one behind the other, each with a length.
        most: examples at most.
    """
    ends = np.cumsum([len(part) for part in parts])
    total = int(ends[-1])
    rows = np.unique(np.linspace(0, total - 1, min(most, total)).astype(int)).tolist()
    owners = np.searchsorted(ends, rows, side="right").tolist()
    return [
        (parts[owner], row - int(ends[owner]) + len(parts[owner]))
        for owner, row in zip(owners, rows, strict=True)
    ]
