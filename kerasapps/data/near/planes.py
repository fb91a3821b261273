"""Small grey planes of pictures or spectrograms: which show the same, though one is cropped.

What is cropped by some per cent has its low frequencies nearly where they were, so a few cosine
coefficients, scaled to equal spread, find who may be whose copy. Each such pair is then laid onto
one another (Lucas and Kanade 1981, "An iterative image registration technique": here one step and
one scale for each axis), and the details that are left when what is smooth is taken out are
compared where both have something.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.near.pairs import NearPairs
from kerasapps.data.near.vectors import close_pairs
from kerasapps.terminal.doing import Progress

SIDE: Final = 32
"""Pixels of a plane's side."""

_COEFFICIENTS: Final = 5  # of each axis
_CANDIDATES: Final = 0.75  # cosine of two that are looked at
_LIKELY: Final = 0.55  # cosine of what is neither smooth nor fine, where two lie
_PLAIN: Final = 2.0  # standard deviation of grey levels of a plane on which nothing is to be seen
_STEPS: Final = 4  # of laying one onto another
_SHIFT: Final = 4.0  # pixels that one is moved at most
_SCALE: Final = 0.2  # share that one is stretched at most
_PAIRS: Final = 512  # at once


def near_planes(planes: NDArray[np.uint8], contents: np.ndarray, *, least: float) -> NearPairs:
    """Pairs of planes that show nearly the same.

    Args:
        planes: uint8 `(n, SIDE, SIDE)`.
        contents: uint64 `(n,)`; what is equal in them is the same, and no pair.
        least: correlation of the details, from which on a pair is nearly the same.
    """
    if len(planes) < 2:
        return NearPairs.none()
    first, second = close_pairs(_vectors(planes), least=_CANDIDATES)
    details = _details(planes)
    likely = np.empty(len(first), bool)
    for start in range(0, len(first), _PAIRS):
        rows = slice(start, start + _PAIRS)
        both = np.einsum("ij,ij->i", details[first[rows]], details[second[rows]])
        likely[rows] = both >= _LIKELY
    if len(contents):
        likely &= contents[first] != contents[second]
    first, second = first[likely], second[likely]
    alike = np.empty(len(first), np.float32)
    told = Progress("pairs", len(first))
    for start in range(0, len(first), _PAIRS):
        rows = slice(start, start + _PAIRS)
        alike[rows] = correlations(planes[first[rows]], planes[second[rows]])
        told(min(start + _PAIRS, len(first)))
    return NearPairs(first, second, alike).of(alike >= least)


def _vectors(planes: np.ndarray) -> NDArray[np.float32]:
    """Low frequencies of each plane at equal spread, of length 1; zeros of plain ones."""
    place = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    waves = np.cos(place * np.arange(_COEFFICIENTS)[:, np.newaxis]).astype(np.float32)
    vectors = np.empty((len(planes), _COEFFICIENTS**2 - 1), np.float32)
    for start in range(0, len(planes), 4096):
        values = planes[start : start + 4096].astype(np.float32)
        spread = values.std(axis=(1, 2))
        shown = waves @ values @ waves.T / np.maximum(spread, 1e-6)[:, np.newaxis, np.newaxis]
        shown[spread < _PLAIN] = 0
        vectors[start : start + 4096] = shown.reshape(len(values), -1)[:, 1:]
    vectors /= np.sqrt(np.mean(np.square(vectors), axis=0)) + 1e-6
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-6)


def _details(planes: np.ndarray) -> NDArray[np.float32]:
    """What of each plane is neither smooth nor fine, every second pixel of it, of length 1."""
    details = np.empty((len(planes), (SIDE // 2) ** 2), np.float32)
    for start in range(0, len(planes), 4096):
        values = _standardised(planes[start : start + 4096])
        between = _smooth(values, 1.0) - _smooth(values, 4.0)
        details[start : start + 4096] = between[:, ::2, ::2].reshape(len(values), -1)
    return details / np.maximum(np.linalg.norm(details, axis=1, keepdims=True), 1e-6)


def correlations(first: np.ndarray, second: np.ndarray) -> NDArray[np.float32]:
    """How much the details of planes are alike, each pair laid onto one another.

    Args:
        first: uint8 `(m, SIDE, SIDE)`.
        second: the same.

    Returns:
        float32 `(m,)`, -1 to 1.
    """
    fixed, moving = _standardised(first), _standardised(second)
    best = _detail(fixed, moving, np.ones((1, SIDE, SIDE), np.float32))
    smooth, moved = _smooth(fixed, 1.0), _smooth(moving, 1.0)
    places = np.zeros((len(first), 2, 2), np.float32)  # of y and x: shift, and scale less 1
    for _ in range(_STEPS):
        warped, inside = _warp(moved, places)
        places += _step(smooth, warped, inside)
        places[..., 0] = places[..., 0].clip(-_SHIFT, _SHIFT)
        places[..., 1] = places[..., 1].clip(-_SCALE, _SCALE)
    warped, inside = _warp(moving, places)
    return np.maximum(best, _detail(fixed, warped, inside))


def _standardised(planes: np.ndarray) -> np.ndarray:
    values = planes.astype(np.float32)
    values -= values.mean(axis=(1, 2), keepdims=True)
    return values / np.maximum(values.std(axis=(1, 2), keepdims=True), 1e-3)


def _smooth(planes: np.ndarray, sigma: float) -> np.ndarray:
    kernel = _blur(sigma)
    return np.asarray(kernel @ planes @ kernel.T)


def _blur(sigma: float) -> np.ndarray:
    """What blurs one axis, float32 `(SIDE, SIDE)`."""
    place = np.arange(SIDE, dtype=np.float32)
    kernel = np.exp(-np.square((place[:, np.newaxis] - place) / sigma) / 2)
    return kernel / kernel.sum(axis=1, keepdims=True)


_FROM_CENTRE: Final = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / (SIDE / 2)


def _warp(planes: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Planes moved and stretched, and where there is something of them, 0 or 1."""
    shift, scale = places[..., :1], places[..., 1:]
    at = np.arange(SIDE) + shift + scale * _FROM_CENTRE * (SIDE / 2)  # (m, 2, SIDE)
    within = (at > -0.5) & (at < SIDE - 0.5)
    at = at.clip(0, SIDE - 1)[..., np.newaxis]
    weights = np.maximum(0, 1 - np.abs(at - np.arange(SIDE))).astype(np.float32)
    warped = weights[:, 0] @ planes @ weights[:, 1].transpose(0, 2, 1)
    inside = within[:, 0, :, np.newaxis] & within[:, 1, np.newaxis, :]
    return warped, inside.astype(np.float32)


def _step(fixed: np.ndarray, moving: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """By how much to move and stretch: least squares over the pixels that both have."""
    rising, sideways = np.gradient(moving, axis=(1, 2))
    stretch = SIDE / 2 * _FROM_CENTRE
    slopes = (
        np.stack(
            [
                *(rising, rising * stretch[:, np.newaxis]),
                *(sideways, sideways * stretch),
            ],
            axis=1,
        )
        * inside[:, np.newaxis]
    )
    slopes = slopes.reshape(len(fixed), 4, -1)
    rest = ((fixed - moving) * inside).reshape(len(fixed), -1, 1)
    left = slopes @ slopes.transpose(0, 2, 1)
    left += np.diag([1.0, SIDE, 1.0, SIDE]).astype(np.float32)  # a plain plane is not moved at all
    solved = np.linalg.solve(left, slopes @ rest)
    return np.asarray(solved.reshape(len(fixed), 2, 2))


def _detail(fixed: np.ndarray, moving: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The correlation of what is left of both without what is smooth, float32 `(m,)`."""
    one = (fixed - _smooth(fixed, 3.0)) * inside
    other = (moving - _smooth(moving, 3.0)) * inside
    both = np.sum(one * other, axis=(1, 2))
    power = np.sum(one * one, axis=(1, 2)) * np.sum(other * other, axis=(1, 2))
    return np.asarray(both / np.sqrt(np.maximum(power, 1e-9)), np.float32)
