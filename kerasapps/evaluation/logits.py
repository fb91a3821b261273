"""Scores taken back to the logits that give them; without TensorFlow."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.targets import TargetKind

LEAST: Final = 1e-7
"""Of a score whose logarithm is taken."""


def logits_of(scores: NDArray[Any], *, kind: TargetKind) -> NDArray[np.float64]:
    """Logits that give scores again; of classes but for a shift that is the same for all of them.

    Args:
        scores: of classes, which sum to 1, or of labels, each from 0 to 1, `(n, k)`.
        kind: "labels", or else of classes.
    """
    shares = scores.astype(np.float64)
    logits: NDArray[np.float64] = np.log(np.maximum(shares, LEAST))
    return logits - np.log(np.maximum(1 - shares, LEAST)) if kind == "labels" else logits
