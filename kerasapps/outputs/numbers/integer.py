"""Whether the int8 file of a network that answers with a number does so as its float network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kerasapps.export.integer import integer_rows

NUMBERS = f"{__name__}:integer_numbers"
LARGEST_CHANGE = 0.06  # of the deviation of the float network's numbers, as a root mean square


def integer_numbers(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network whose score is a number (see `integer_rows`)."""
    return integer_rows(converter, job, alike=keeps_numbers)


def keeps_numbers(numbers: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two files answer alike: their numbers differ by little of what these vary by.

    Args:
        numbers: float, `(n, 1)`.
        expected: those of the float network, of the same shape.
    """
    change = np.sqrt(np.mean(np.square(numbers - expected)))
    return bool(change <= LARGEST_CHANGE * np.std(expected))
