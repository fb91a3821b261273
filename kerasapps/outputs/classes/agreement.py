"""Whether a file answers as the Keras model does: label by label, not only as often rightly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kerasapps.export.gate import Agreement
from kerasapps.outputs.differing import MOST_CHANGED, MOST_DIFFERENT, SLACK, largest_count

EQUAL = 0.999  # of the likeliest class; float16 keeps no more digits


def same_labels(
    scores: NDArray[np.floating], reference: NDArray[np.floating], *, tolerance: float
) -> Agreement:
    """How many labels of a file are Keras' (see `same_answers` and `disagreement`)."""
    agreeing = same_answers(scores, reference)
    return Agreement(float(np.mean(agreeing)), disagreement(agreeing, tolerance=tolerance))


def same_answers(
    scores: NDArray[np.floating], reference: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Of each example, whether a file gives the label that Keras gives.

    A label that Keras finds as likely as its own, to a thousandth, is as good as its own. Scores
    that are all equal are no answer, unless Keras' are.

    Args:
        scores: the file's, `(n, num_classes)`.
        reference: Keras', from 0 to 1, of the same shape.

    Returns:
        bool, `(n,)`.
    """
    chosen = np.take_along_axis(reference, scores.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    as_likely = chosen >= EQUAL * reference.max(axis=1)
    return np.asarray(as_likely & (_ranks(scores) | ~_ranks(reference)))


def labels_kept(scores: NDArray[np.floating], usual: NDArray[np.floating]) -> Agreement:
    """How many labels of a file stay as they are where its inputs are prepared otherwise.

    A twentieth may change, and on a small split as many more as chance adds; see `disagreement`.

    Args:
        scores: of inputs prepared otherwise, `(n, num_classes)`.
        usual: of the same file and examples, prepared as in training.
    """
    kept = same_answers(scores, usual)
    count, changed = len(kept), int(np.sum(~kept))
    most = largest_count(count, MOST_CHANGED)
    objection = f"{changed} of {count} examples get another label" if changed > most else ""
    return Agreement(float(np.mean(kept)), objection)


def _ranks(scores: NDArray[np.floating]) -> NDArray[np.bool_]:
    return np.asarray(scores.min(axis=1) < scores.max(axis=1))


def disagreement(agreeing: NDArray[np.bool_], *, tolerance: float) -> str:
    """What is to be said against a file that labels examples otherwise; empty for nothing.

    A tenth of the labels may differ, or twice the tolerance if that is more, and on a small split
    as many more as chance may add: a file fails when one whose true share of other labels is
    allowed would differ as much in less than 1 of 20 splits of this size.

    Args:
        agreeing: see `same_answers`.
        tolerance: points of the metric that a file may lose.
    """
    share = max(MOST_DIFFERENT, SLACK * tolerance / 100)
    count, different = len(agreeing), int(np.sum(~agreeing))
    most = largest_count(count, share)
    if different <= most:
        return ""
    return (
        f"gives {different} of {count} examples another label than Keras, however often either is "
        f"right; {share:.0%} of all examples may differ, which in {count} may be up to {most}"
    )
