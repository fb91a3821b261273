"""Maps of what counted in a picture: on one scale, summed up, and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.ranks import ranks_of

Floats = NDArray[np.floating[Any]]
STRONGEST = 0.2  # share of the pixels


@dataclass(frozen=True)
class Box:
    """A part of a picture, in pixels; right and bottom are behind it."""

    left: int
    top: int
    right: int
    bottom: int


def unit_map(effects: Floats) -> NDArray[np.float32]:
    """What speaks for an answer, from 0 to 1; all 0 where nothing does.

    Args:
        effects: `(height, width)`; what is below 0 speaks against it.
    """
    for_it = np.maximum(effects, 0)
    most = for_it.max()
    return (for_it / most if most > 0 else np.zeros_like(for_it)).astype(np.float32)


def strongest_box(values: Floats, *, share: float = STRONGEST) -> Box | None:
    """The smallest box around the strongest pixels that hang together.

    The pixels are those above the quantile of that share, but 0 is never strong. Of several patches
    the one with the largest sum is taken, so that a stray pixel in a corner does not make the box
    the whole picture.

    Returns:
        None where all is 0.
    """
    if not values.max() > 0:
        return None
    strong = (values >= np.quantile(values, 1 - share)) & (values > 0)
    patches = _patches(strong)
    sums = np.bincount(patches.ravel(), weights=np.asarray(values, np.float64).ravel())
    sums[0] = 0
    rows, columns = np.nonzero(patches == int(sums.argmax()))
    edges = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return Box(*map(int, edges))


def _patches(strong: NDArray[np.bool_]) -> NDArray[np.intp]:
    """A number for each patch of pixels that touch at their sides; 0 where there is none.

    Every pixel takes the largest number among itself and its neighbours until nothing changes;
    running along whole rows and columns, that takes as many rounds as a patch has corners.
    """
    numbers = np.where(strong, np.arange(1, strong.size + 1).reshape(strong.shape), 0)
    while True:
        before = numbers
        for axis in (0, 1):
            for way in (slice(None), slice(None, None, -1)):
                numbers = _swept(numbers, axis, way)
        if np.array_equal(before, numbers):
            _, small = np.unique(numbers, return_inverse=True)
            return small.reshape(strong.shape) + (0 if (numbers == 0).any() else 1)


def _swept(numbers: NDArray[np.intp], axis: int, way: slice) -> NDArray[np.intp]:
    """The largest number so far of each run of pixels, along one axis, one way."""
    lines = np.moveaxis(numbers, axis, 0)[way].copy()
    for line in range(1, len(lines)):
        lines[line] = np.where(lines[line] > 0, np.maximum(lines[line], lines[line - 1]), 0)
    return np.moveaxis(lines[way], 0, axis)


def coarse_grid(values: Floats, *, cells: int = 8) -> NDArray[np.float64]:
    """Means over the cells of a grid, `(cells, cells)`, fewer along a side with fewer pixels."""
    rows, columns = (
        np.linspace(0, side, min(cells, side), endpoint=False).astype(int) for side in values.shape
    )
    sums = np.add.reduceat(np.add.reduceat(values.astype(np.float64), rows, 0), columns, 1)
    heights, widths = (
        np.diff([*edges, side]) for edges, side in zip((rows, columns), values.shape, strict=True)
    )
    return sums / np.outer(heights, widths)


def mass_in(values: Floats, box: Box) -> float:
    """The share of a map that lies in a box; 0 of a map of zeros."""
    whole = float(values.sum())
    inside = float(values[box.top : box.bottom, box.left : box.right].sum())
    return inside / whole if whole > 0 else 0.0


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's correlation of two lists of weights: 1 for the same order, 0 by chance, -1.

    Equal weights share their rank. Where one list is all equal there is no order: 0.

    Args:
        one: of any shape.
        other: of the same.
    """
    first, second = ranks_of(np.ravel(one)), ranks_of(np.ravel(other))
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
