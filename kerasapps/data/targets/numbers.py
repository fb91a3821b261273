"""What numbers must be like to be learnt."""

from __future__ import annotations

import numpy as np

_FARTHEST = 1e30
_STEPS = 100  # of float32, that a target's deviation must have


def number_errors(name: str, numbers: np.ndarray, *, noun: str = "row") -> list[str]:
    """Why numbers cannot be learnt, whose answers are float32.

    Args:
        name: of the target.
        numbers: float64 `(n,)`, those of training.
        noun: what an example is, in the singular.
    """
    farthest = float(np.abs(numbers).max())
    if farthest > _FARTHEST:
        return [
            f"the target {name!r} has numbers up to {farthest:.3g}, more than the {_FARTHEST:g} "
            "that a model answers with: take another unit, or its logarithm"
        ]
    if np.ptp(numbers) == 0:
        return [f"the target {name!r} is {numbers[0]:g} in every {noun} of training"]
    if np.std(numbers) < _STEPS * np.spacing(np.float32(farthest)):
        return [
            f"the numbers of the target {name!r}, {numbers.min():.12g} to {numbers.max():.12g}, "
            "lie too close together at their size for a model to tell them apart: subtract a "
            "number that they have in common"
        ]
    return []
