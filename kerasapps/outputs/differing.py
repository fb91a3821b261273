"""How many answers of a file may be others than Keras', whatever is answered."""

from __future__ import annotations

import numpy as np

MOST_DIFFERENT = 0.1  # share of the answers
MOST_CHANGED = 0.05  # share of the answers, by another preparation of the same examples
SLACK = 2.0  # answers that may differ for each point that may be lost
CERTAINTY = 0.95  # with which more than that share must differ: a small split proves little


def largest_count(count: int, share: float) -> int:
    """How many of `count` may differ where `share` of all may (a one-sided binomial test).

    Args:
        count: answers.
        share: of all answers that there might be; from 1 on, all may differ.
    """
    from scipy.special import bdtr

    if share >= 1:
        return count
    chances = bdtr(np.arange(count + 1.0), count, share)  # that so many or fewer differ
    return int(np.searchsorted(chances, CERTAINTY))
