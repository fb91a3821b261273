"""True classes and predicted probabilities that fit each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError


def checked_answers(
    labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]], classes: int
) -> tuple[NDArray[np.integer[Any]], NDArray[np.floating[Any]]]:
    """The true classes and the predicted probabilities as arrays.

    Args:
        labels: integers of shape `(examples,)`, 0 to `classes` - 1.
        probabilities: of shape `(examples, classes)`.
        classes: how many there are.

    Raises:
        DataError: as `classification_metrics`.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(
            f"labels must be integers of shape (examples,), got {labels.dtype} {labels.shape}."
        )
    if probabilities.shape != (len(labels), classes):
        raise DataError(
            f"probabilities must have shape (examples, classes) = {(len(labels), classes)}, "
            f"got {probabilities.shape}."
        )
    if not len(labels):
        raise DataError("There are no examples to evaluate: the split is empty.")
    if labels.min() < 0 or labels.max() >= classes:
        bad = int(np.flatnonzero((labels < 0) | (labels >= classes))[0])
        raise DataError(
            f"Example {bad} has label {labels[bad]}, which is not one of the {classes} classes."
        )
    _check_distributions(probabilities)
    return labels, probabilities


def _check_distributions(probabilities: NDArray[np.floating[Any]]) -> None:
    # Much slack: a softmax in 8 bits over many classes sums to 1 only roughly. Logits are caught.
    sums = probabilities.sum(axis=1, dtype=np.float64)
    bad = ~np.isfinite(sums) | (np.abs(sums - 1) > 0.25) | (probabilities < 0).any(axis=1)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"Row {row} of the probabilities is not a distribution (sum {sums[row]:g}, "
            f"smallest {probabilities[row].min():g}): apply softmax to logits first."
        )
