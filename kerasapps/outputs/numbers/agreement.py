"""Whether a file answers as the Keras model does: number by number, not only as well."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.export.gate import Agreement
from kerasapps.outputs.differing import MOST_CHANGED, MOST_DIFFERENT, SLACK

CLOSE = 0.2  # of the deviation of Keras' numbers
FINEST = 1e-4  # of numbers that are all equal; float16 keeps no more digits


def near_numbers(scores: np.ndarray, reference: np.ndarray, *, tolerance: float) -> Agreement:
    """How many numbers of a file are about Keras' (see `same_numbers`).

    A tenth of them may be further off, or twice the tolerance if that is more: a file whose errors
    are as large as Keras' by chance, and which answers otherwise, does not pass.

    Args:
        scores: the file's numbers, `(n, 1)`.
        reference: Keras', of the same shape.
        tolerance: per cent of the error that the file may lose.
    """
    near = same_numbers(scores[:, 0], reference[:, 0])
    share = max(MOST_DIFFERENT, SLACK * tolerance / 100)
    far, count = int(np.sum(~near)), len(near)
    objection = (
        f"answers {far} of {count} examples with another number than Keras, further off than "
        f"{CLOSE:g} of what Keras' numbers vary by; {share:.0%} may be"
    )
    return Agreement(float(np.mean(near)), objection if far > share * count else "")


def numbers_kept(scores: np.ndarray, usual: np.ndarray) -> Agreement:
    """How many numbers of a file stay about what they are where inputs are prepared otherwise.

    Args:
        scores: of inputs prepared otherwise, `(n, 1)`.
        usual: of the same file and examples, prepared as in training.
    """
    near = same_numbers(scores[:, 0], usual[:, 0])
    far, count = int(np.sum(~near)), len(near)
    objection = f"{far} of {count} examples get another number"
    return Agreement(float(np.mean(near)), objection if far > MOST_CHANGED * count else "")


def same_numbers(
    numbers: NDArray[np.floating[Any]], reference: NDArray[np.floating[Any]]
) -> NDArray[np.bool_]:
    """Of each example, whether a file gives about the number that Keras gives.

    About the same is what differs by no more than a fifth of the standard deviation of Keras'
    numbers.

    Args:
        numbers: the file's, `(n,)`.
        reference: Keras', of the same shape.

    Returns:
        bool, `(n,)`.
    """
    spread = float(np.std(reference))
    limit = CLOSE * spread if spread else FINEST * max(1.0, float(np.abs(reference).max()))
    near: NDArray[np.bool_] = np.abs(numbers - reference) <= limit
    return near
