"""Whether the int8 file of a network that gives sets of labels answers as its float network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kerasapps.export.integer import integer_rows

LABEL_SCORES = f"{__name__}:integer_labels"
LARGEST_CHANGE = 0.02
LEAST_AGREEMENT = 0.99


def integer_labels(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network whose scores are those of labels (see `integer_rows`)."""
    return integer_rows(converter, job, alike=keeps_label_scores)


def keeps_label_scores(scores: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two files answer alike.

    At least 99 % of the decisions at a half stay, and a score moves by 0.02 or less on average.

    Args:
        scores: float, `(n, labels)`.
        expected: those of the float network, of the same shape.
    """
    agreement = np.mean((scores > 0.5) == (expected > 0.5))
    change = np.abs(scores - expected).mean()
    return bool(agreement >= LEAST_AGREEMENT and change <= LARGEST_CHANGE)
