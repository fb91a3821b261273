"""From which score on something is said: chosen where the truth is known, kept in the bundle.

What was right so often among a few decisions is right less often among others, as the threshold was
chosen for being right. So a precision counts as kept where the lower bound of Wilson's interval
keeps it, which the true share is above four times of five.

Reference: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference".
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.wording.counted import counted

FEWEST: Final = 10
"""Decisions of either kind from which a threshold of its own is chosen."""
USUAL: Final = 0.5
"""Where nothing can be learnt of a threshold."""
LEAST, MOST = 1 / 256, 255 / 256
"""Thresholds that scores in steps of 1/256 can tell from always and never."""
SURE: Final = 0.8416
"""80th percentile of the standard normal distribution: how sure a precision must be."""
NEVER: Final = 1.0
"""Where no score is enough: a number all the same, which every program can compare."""


def best_threshold(
    truth: NDArray[np.bool_],
    scores: NDArray[np.floating[Any]],
    *,
    wanted: int | None = None,
    nearest: float = USUAL,
) -> float:
    """The threshold with the best F1 of some decisions; of equally good ones that nearest a number.

    It stands halfway between two scores, so that a small change of either changes nothing.

    Args:
        truth: `(n,)`.
        scores: of the same shape.
        wanted: how many should be found, where some of them are not among these decisions.
        nearest: that number.
    """
    if not truth.any():
        return USUAL
    found = _Found(truth, scores)
    f1 = 2 * found.positives / (found.given + (truth.sum() if wanted is None else wanted))
    if not found.possible.any():
        return LEAST
    best = found.possible & (f1 >= f1[found.possible].max() - 1e-12)
    return found.halfway_nearest(best, nearest)


def precise_threshold(
    truth: NDArray[np.bool_], scores: NDArray[np.floating[Any]], *, precision: float
) -> float:
    """The lowest threshold from which on at least so large a share is right; `NEVER` without one.

    Where so many decisions can show that precision, it must be shown (see `least_share`); where
    they are too few, the share among them is all that there is to go by.

    Args:
        truth: `(n,)`.
        scores: of the same shape.
        precision: 0 to 1.
    """
    if not len(truth):
        return USUAL
    found = _Found(truth, scores)
    share = found.positives / found.given
    if can_show(precision, len(truth)):
        share = least_share(share, found.given)
    precise = found.possible & (share >= precision - 1e-9)
    return found.halfway_nearest(precise, 0.0) if precise.any() else NEVER


def least_share(
    share: NDArray[np.floating[Any]], count: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """What a share of so many decisions may be taken for: the lower bound of Wilson's interval.

    Args:
        share: `(n,)`, 0 to 1.
        count: of the decisions, `(n,)`.
    """
    square = SURE**2 / count
    half = np.sqrt(share * (1 - share) * square + square**2 / 4)
    return (share + square / 2 - half) / (1 + square)


def can_show(precision: float, count: int) -> bool:
    """Whether so many decisions, all of them right, would show that precision."""
    return count > 0 and count / (count + SURE**2) >= precision


def doubt(precision: float | None, examples: int) -> str:
    """What is to be said of a precision that so few examples cannot show; empty for nothing.

    Args:
        precision: 0 to 1; None: none is asked for.
        examples: that thresholds are chosen on.
    """
    if precision is None or can_show(precision, examples):
        return ""
    takes = "no number of examples shows it"
    if precision < 1:
        fewest = int(np.ceil(SURE**2 * precision / (1 - precision)))
        takes = f"it takes {fewest:,} at least to show it"
    return (
        f"a precision of {precision:g} among {counted(examples, 'validation example')} may be "
        f"luck: {takes}"
    )


def below_rate(count: int, rate: float) -> int:
    """How many of so many scores stay below the threshold of a rate; see `rate_threshold`."""
    return int(np.floor(rate * count + 1e-9))  # 0.29 of 100 are 29


def rate_threshold(scores: NDArray[np.floating[Any]], *, rate: float) -> float:
    """The threshold that at most a share of some scores does not reach.

    Args:
        scores: `(n,)`, of examples that should reach it.
        rate: 0 to 0.5.
    """
    if not len(scores):
        return LEAST
    ordered = np.sort(scores.astype(np.float64))
    place = below_rate(len(ordered), rate)
    below = ordered[place - 1] if place else 0.0
    return float(np.clip((ordered[place] + below) / 2, LEAST, MOST))


class _Found:
    """What each threshold between two scores would give, from the highest score down.

    Attributes:
        positives: of what it gives, how many are true.
        given: how many it gives.
        halfway: the threshold.
        possible: whether such a threshold can be, within the bounds.
    """

    def __init__(self, truth: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> None:
        values, places = np.unique(scores.astype(np.float64), return_inverse=True)
        self.positives = np.bincount(places, weights=truth)[::-1].cumsum()
        self.given = np.bincount(places)[::-1].cumsum()
        below = np.append(0.0, values[:-1])
        # Within the bounds no threshold gives the lower scores, and none tells the highest apart.
        self.possible = ((values >= LEAST) & (below < MOST))[::-1]
        self.halfway = np.clip(((values + below) / 2)[::-1], LEAST, MOST)

    def halfway_nearest(self, chosen: NDArray[np.bool_], number: float) -> float:
        """Of some thresholds that nearest a number."""
        places = np.flatnonzero(chosen)
        return float(self.halfway[places[np.argmin(np.abs(self.halfway[places] - number))]])
