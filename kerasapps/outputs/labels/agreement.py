"""Whether a file gives the labels that the Keras model gives: set by set, not only as good ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kerasapps.export.gate import Agreement
from kerasapps.outputs.differing import MOST_CHANGED, MOST_DIFFERENT, SLACK, largest_count

BORDER = 1e-3
"""How near Keras' score may be to a threshold for either decision to be Keras'."""


def same_sets(
    scores: NDArray[np.floating],
    reference: NDArray[np.floating],
    *,
    tolerance: float,
    thresholds: Sequence[float] | NDArray[np.floating],
) -> Agreement:
    """How many sets of a file are Keras', and whether too many labels are not.

    Of the labels that either gives a tenth may differ, or twice the tolerance if that is more, and
    on a small split as many more as chance may add; see `largest_count`.

    Args:
        scores: the file's, `(n, labels)`.
        reference: Keras', from 0 to 1, of the same shape.
        tolerance: points of the metric that a file may lose.
        thresholds: of the labels.
    """
    differs, given = _compared(scores, reference, thresholds)
    share = max(MOST_DIFFERENT, SLACK * tolerance / 100)
    different, most = int(differs.sum()), largest_count(given, share)
    objection = (
        f"gives or leaves out {different} labels otherwise than Keras, of {given} that either "
        f"gives; {share:.0%} may differ, which here may be up to {most}"
    )
    return Agreement(_whole(differs), objection if different > most else "")


def sets_kept(
    scores: NDArray[np.floating],
    usual: NDArray[np.floating],
    *,
    thresholds: Sequence[float] | NDArray[np.floating],
) -> Agreement:
    """How many sets of a file stay as they are where its inputs are prepared otherwise.

    Args:
        scores: of inputs prepared otherwise, `(n, labels)`.
        usual: of the same file and examples, prepared as in training.
        thresholds: of the labels.
    """
    differs, given = _compared(scores, usual, thresholds)
    changed = int(differs.sum())
    most = largest_count(given, MOST_CHANGED)
    objection = f"{changed} of {given} labels are given or left out" if changed > most else ""
    return Agreement(_whole(differs), objection)


def _compared(
    scores: NDArray[np.floating],
    reference: NDArray[np.floating],
    thresholds: Sequence[float] | NDArray[np.floating],
) -> tuple[NDArray[np.bool_], int]:
    """Which decisions differ, and how many labels either gives, one at least."""
    limits = np.asarray(thresholds, reference.dtype)
    given, wanted = scores >= limits, reference >= limits
    differs = (given != wanted) & (np.abs(reference - limits) > BORDER)
    return differs, max(1, int((given | wanted).sum()))


def _whole(differs: NDArray[np.bool_]) -> float:
    return float(1 - differs.any(axis=1).mean())
