"""Whether a classifier's confidence can be taken at its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class CalibrationBin:
    """The predictions whose confidence is in (low, high]: how sure, how often right.

    `confidence` and `accuracy` are the means over the bin, 0 when it is empty.

    Examples:
        >>> truth = np.array([0, 1, 1, 0])
        >>> probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
        >>> bins = kerasapps.evaluation.calibration_bins(truth, probabilities, bins=2)
        >>> bins[1].count, bins[1].accuracy
        (4, 0.75)
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


def calibration_bins(
    labels: NDArray[np.integer[Any]],
    probabilities: NDArray[np.floating[Any]],
    *,
    bins: int = 15,
) -> tuple[CalibrationBin, ...]:
    """Predictions grouped by confidence into `bins` equally wide intervals (low, high].

    Args:
        labels: true classes, integer, `(examples,)`.
        probabilities: float, `(examples, classes)`.
        bins: number of intervals; 15 as in the paper that `calibration_error` names.

    Examples:
        >>> truth = np.array([0, 1, 1, 0])
        >>> probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
        >>> len(kerasapps.evaluation.calibration_bins(truth, probabilities))
        15
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    # ceil - 1 puts a confidence on an edge into the bin below it, as the paper's (low, high] does.
    number = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(number, minlength=bins)
    filled = np.maximum(counts, 1)
    means = np.bincount(number, weights=confidence, minlength=bins) / filled
    rights = np.bincount(number, weights=right, minlength=bins) / filled
    return tuple(
        CalibrationBin(i / bins, (i + 1) / bins, float(means[i]), float(rights[i]), int(counts[i]))
        for i in range(bins)
    )


def calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """The expected calibration error: mean gap of confidence and accuracy, weighted by examples.

    Raises:
        ZeroDivisionError: if all bins are empty.

    Reference: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2, equation 3.

    Examples:
        >>> truth = np.array([0, 1, 1, 0])
        >>> probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
        >>> bins = kerasapps.evaluation.calibration_bins(truth, probabilities, bins=1)
        >>> round(kerasapps.evaluation.calibration_error(bins), 6)
        0.0
    """
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.accuracy - each.confidence) for each in bins) / total
