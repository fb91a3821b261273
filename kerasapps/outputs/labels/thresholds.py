"""From which score on a label is given: chosen where the truth is known, kept in the bundle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 10
"""Examples of a label, and examples without it, from which a threshold of its own is chosen."""
USUAL = 0.5
"""Where nothing can be learnt of a threshold."""
LEAST, MOST = 1 / 256, 255 / 256
"""Thresholds that scores in steps of 1/256 can tell from always and never."""


def choose_thresholds(
    truth: NDArray[np.bool_], scores: NDArray[np.floating]
) -> NDArray[np.float64]:
    """The threshold of each label with which its F1 is best.

    A label with few examples, or few without it, gets the threshold that is best for all labels
    together: its own would be luck.

    Args:
        truth: whether each example has each label, `(n, labels)`.
        scores: from 0 to 1, of the same shape; of examples that were not trained on.

    Returns:
        `(labels,)`, from `LEAST` to `MOST`.
    """
    counts = truth.sum(axis=0)
    thresholds = np.full(truth.shape[1], best_threshold(truth.reshape(-1), scores.reshape(-1)))
    for label in np.flatnonzero((counts >= FEWEST) & (len(truth) - counts >= FEWEST)):
        thresholds[label] = best_threshold(truth[:, label], scores[:, label])
    return thresholds


def best_threshold(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """The threshold with the best F1 of some decisions; of equally good ones that nearest a half.

    It stands halfway between two scores, so that a small change of either changes nothing.

    Args:
        truth: `(n,)`.
        scores: of the same shape.
    """
    if not truth.any():
        return USUAL
    values, places = np.unique(scores.astype(np.float64), return_inverse=True)
    positives = np.bincount(places, weights=truth)[::-1].cumsum()
    given = np.bincount(places)[::-1].cumsum()
    f1 = 2 * positives / (given + truth.sum())  # of all from the highest score down to each
    below = np.append(0.0, values[:-1])
    # Within the bounds no threshold gives the lower scores, and none tells the highest apart.
    possible = ((values >= LEAST) & (below < MOST))[::-1]
    if not possible.any():
        return LEAST
    halfway = np.clip(((values + below) / 2)[::-1], LEAST, MOST)
    best = np.flatnonzero(possible & (f1 >= f1[possible].max() - 1e-12))
    return float(halfway[best[np.argmin(np.abs(halfway[best] - USUAL))]])
