"""From which score on a label is given."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kerasapps.outputs.thresholds import FEWEST, best_threshold, precise_threshold

Choose: TypeAlias = Callable[[NDArray[np.bool_], NDArray[np.floating]], float]


def choose_thresholds(
    truth: NDArray[np.bool_],
    scores: NDArray[np.floating],
    *,
    precision: float | None = None,
) -> NDArray[np.float64]:
    """The threshold of each label with which its F1 is best, or which is precise enough.

    A label with few examples, or few without it, gets the threshold that is best for all labels
    together: its own would be luck.

    Args:
        truth: whether each example has each label, `(n, labels)`.
        scores: from 0 to 1, of the same shape; of examples that were not trained on.
        precision: share of what is given that is to be right; None: the best F1.

    Returns:
        `(labels,)`, from `thresholds.LEAST` to `MOST`, or `NEVER`.
    """
    choose: Choose = best_threshold
    if precision is not None:
        choose = functools.partial(precise_threshold, precision=precision)
    counts = truth.sum(axis=0)
    thresholds = np.full(truth.shape[1], choose(truth.reshape(-1), scores.reshape(-1)))
    for label in np.flatnonzero((counts >= FEWEST) & (len(truth) - counts >= FEWEST)):
        thresholds[label] = choose(truth[:, label], scores[:, label])
    return thresholds
