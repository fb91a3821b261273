"""What a network answers to a picture of which random parts are hidden, over and over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.explaining import SAMPLES

Ask = Callable[[NDArray[np.uint8]], float]
"""Pixels `(height, width, channels)` → a score, or a number."""

_PAIRS_AT_ONCE = 32  # of masks in memory
_PIXELS_AT_ONCE = 2**22  # of one mask of each of these pairs
_CELLS = (6, 12)  # of a mask along the shorter side: with 1,000 samples or fewer, with 4,000
_LEAST_PIXELS = 2  # of a cell


def rise(
    ask: Ask,
    picture: NDArray[np.uint8],
    *,
    samples: int = SAMPLES,
    seed: int = 0,
    threads: int = 1,
) -> NDArray[np.float32]:
    """What each pixel adds to an answer on average, while about half of the others are hidden.

    The parts that are hidden fade into the mean colour of the picture. Each mask is asked together
    with its opposite, so that every pixel is shown exactly as often as it is hidden. The published
    method weights masks by scores; here the mean score is taken off first, which gives the same map
    but for a constant, and much less noise.

    Args:
        ask: what is asked; from several threads at once.
        picture: uint8 `(height, width, channels)`.
        samples: masks; an odd number is made even.
        seed: of the masks, which depend on nothing else but the picture's size.
        threads: that ask.

    Returns:
        float32 `(height, width)`, in the unit of what `ask` gives; below 0 where a pixel speaks
        against it.

    Reference: Petsiuk et al. 2018, "RISE: Randomized Input Sampling for Explanation".
    """
    pixels = picture.astype(np.float32)
    mean = hidden_colour(picture)
    together = np.zeros(picture.shape[:2])
    spread = np.zeros(picture.shape[:2])
    with ThreadPoolExecutor(threads) as pool:
        for masks in random_masks(picture.shape[:2], samples=samples, seed=seed):
            shown = mean + masks[..., None] * (pixels - mean)
            scores = np.fromiter(pool.map(ask, np.rint(shown).astype(np.uint8)), np.float64)
            # By pairs, so that an answer which never changes gives exactly nothing.
            centred = masks[::2] - 0.5
            together += np.tensordot(scores[::2] - scores[1::2], centred, 1)
            spread += 2 * np.square(centred).sum(axis=0)
    effects: NDArray[np.float32] = (together / np.maximum(spread, 1e-9)).astype(np.float32)
    return effects


def hidden_colour(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What stands where a picture is hidden: its mean, `(channels,)`."""
    return picture.reshape(-1, picture.shape[-1]).mean(axis=0, dtype=np.float64).astype(np.float32)


def random_masks(
    shape: tuple[int, ...], *, samples: int, seed: int
) -> Iterator[NDArray[np.float32]]:
    """Smooth random masks from 0 (hidden) to 1 (shown), each followed by its opposite.

    A coarse grid of zeros and ones is scaled up bilinearly and shifted by less than a cell.

    Args:
        shape: `(height, width)` in pixels.
        samples: how many, in all.
        seed: of all of them.

    Yields:
        float32 `(n, height, width)`.
    """
    random = np.random.default_rng(seed)
    # Few samples cannot tell many cells apart.
    along = min(max(round(samples**0.5 / 5), _CELLS[0]), _CELLS[1])
    cell = max(_LEAST_PIXELS, -(-min(shape) // along))
    cells = [-(-side // cell) + 2 for side in shape]
    left = -(-samples // 2)
    at_once = max(1, min(_PAIRS_AT_ONCE, _PIXELS_AT_ONCE // (shape[0] * shape[1])))
    while left:
        count = min(left, at_once)
        left -= count
        grids = random.integers(0, 2, (count, *cells)).astype(np.float32)
        rows, columns = (
            _weights(side, many, cell, random.uniform(0, 1, count))
            for side, many in zip(shape, cells, strict=True)
        )
        masks = (rows @ grids @ columns.transpose(0, 2, 1)).astype(np.float32, copy=False)
        both: NDArray[np.float32] = np.stack([masks, np.float32(1) - masks], axis=1)
        yield both.reshape(-1, *shape)


def _weights(side: int, cells: int, cell: int, shifts: NDArray[np.float64]) -> NDArray[np.float32]:
    """What each cell counts for each pixel of one axis, `(n, side, cells)`; the sum is 1."""
    places = np.arange(side) / cell + shifts[:, None]
    weights = 1 - np.abs(places[..., None] - np.arange(cells))
    return np.maximum(weights, 0).astype(np.float32)
