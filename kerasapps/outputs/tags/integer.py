"""Whether the int8 file of a network that tags words does so as its float network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kerasapps.export.integer import integer_rows

EMISSIONS = f"{__name__}:integer_emissions"
LEAST_AGREEMENT = 0.99
"""Of the words whose best tag is not the commonest: most words are no entity's."""
LARGEST_CHANGE = 0.05  # of the deviation of the float network's scores, as a root mean square


def integer_emissions(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network with a score a word and tag (see `integer_rows`)."""
    return integer_rows(converter, job, alike=keeps_emissions)


def keeps_emissions(scores: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two files answer alike: the best tag stays, and scores move little.

    Args:
        scores: float, `(n, length, tags)`.
        expected: those of the float network, of the same shape.
    """
    best, other = expected.argmax(-1), scores.argmax(-1)
    commonest = np.bincount(best.reshape(-1)).argmax()
    rare = best != commonest
    agreement = np.mean(best[rare] == other[rare]) if rare.any() else 1.0
    change = np.sqrt(np.mean(np.square(scores - expected)))
    return bool(agreement >= LEAST_AGREEMENT and change <= LARGEST_CHANGE * np.std(expected))
