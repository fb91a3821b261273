"""Whether the int8 file of a classifier answers as its float network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kerasapps.export.integer import integer_rows

SCORES = f"{__name__}:integer_scores"
LEAST_AGREEMENT = 0.99
LARGEST_CHANGE = 0.02


def integer_scores(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network whose scores are those of classes (see `integer_rows`)."""
    return integer_rows(converter, job, alike=keeps_scores)


def keeps_scores(scores: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two files answer alike.

    At least 99 % of the examples keep their label, and a score moves by 0.02 or less on average.

    Args:
        scores: float, `(n, num_classes)`.
        expected: those of the float network, of the same shape.
    """
    agreement = np.mean(scores.argmax(1) == expected.argmax(1))
    change = np.abs(scores - expected).mean()
    return bool(agreement >= LEAST_AGREEMENT and change <= LARGEST_CHANGE)
