"""The temperature that makes scores as sure as they are right, and what it is worth.

Reference: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.shown import per_cent

FEWEST: Final = 100
"""Examples that a temperature is fitted to at least."""
FEWEST_WRONG: Final = 5
"""Of which so many must be answered wrongly: where all is right, nothing says how sure to be."""
COLDEST, HOTTEST = 0.05, 20.0
_MOST: Final = 20_000  # examples, evenly spread: of more the temperature is the same
_CLOSE: Final = 1e-7  # of the factor
_CLEAR: Final = 3.841  # twice the gain in log-likelihood that chance has in one case of twenty
BINS: Final = 15

Slope = Callable[[float], tuple[float, float]]
"""A factor on logits → the mean loss there, and its derivative."""


@dataclass(frozen=True, kw_only=True)
class Tempered:
    """What a temperature did to the scores on one split.

    Attributes:
        temperature: that logits are divided by; more than 1 makes scores less sure.
        calibration_error_before: expected calibration error without it, 0 to 1.
        calibration_error: with it.
        log_loss_before: mean negative log-probability of what is true without it, in nats.
        log_loss: with it.
    """

    temperature: float
    calibration_error_before: float
    calibration_error: float
    log_loss_before: float
    log_loss: float

    @property
    def line(self) -> str:
        """The same in words."""
        return (
            f"Temperature {self.temperature:.2f}: calibration error "
            f"{per_cent(self.calibration_error_before)} without it, "
            f"{per_cent(self.calibration_error)} with it; log loss "
            f"{self.log_loss_before:.4f} and {self.log_loss:.4f}"
        )


def class_temperature(
    labels: NDArray[Any], logits: NDArray[np.floating[Any]], *, fewest: int = FEWEST
) -> float:
    """The temperature with which a softmax has the least log loss; 1 where that may be chance.

    Chance is what a likelihood-ratio test calls so at 5 %.

    Args:
        labels: true classes, integer `(n,)`, of examples that were not trained on.
        logits: `(n, classes)`.
        fewest: examples that it is fitted to at least.
    """
    labels, logits = _spread(np.asarray(labels), np.asarray(logits))
    wrong = int((logits.argmax(axis=1) != labels).sum())
    if len(labels) < fewest or wrong < FEWEST_WRONG:
        return 1.0
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    of_truth = shifted[np.arange(len(labels)), labels]

    def slope(factor: float) -> tuple[float, float]:
        shares = np.exp(factor * shifted)
        sums = shares.sum(axis=1)
        loss = np.log(sums) - factor * of_truth
        mean = (shares * shifted).sum(axis=1) / sums
        return float(loss.mean()), float((mean - of_truth).mean())

    return _clear(slope, len(labels))


def label_temperature(
    truth: NDArray[Any], logits: NDArray[np.floating[Any]], *, fewest: int = FEWEST
) -> float:
    """The one temperature with which the sigmoids of all labels have the least log loss; or 1.

    Args:
        truth: whether each example has each label, `(n, labels)`.
        logits: of the same shape.
        fewest: examples that it is fitted to at least.
    """
    truth, logits = _spread(np.asarray(truth, bool), np.asarray(logits))
    wrong = int(((logits > 0) != truth).sum())
    if len(truth) < fewest or wrong < FEWEST_WRONG:
        return 1.0
    logits = logits.astype(np.float64)

    def slope(factor: float) -> tuple[float, float]:
        loss = np.logaddexp(0, factor * logits) - truth * factor * logits
        first = (_sigmoid(factor * logits) - truth) * logits
        return float(loss.mean()), float(first.mean())

    return _clear(slope, truth.size)


def tempered_classes(
    labels: NDArray[Any],
    probabilities: NDArray[np.floating[Any]],
    temperature: float,
    *,
    error: Callable[[NDArray[Any], NDArray[Any]], float],
    log_loss: Callable[[NDArray[Any], NDArray[Any]], float],
) -> Tempered:
    """What a temperature did, from scores that have it.

    Args:
        labels: true classes, integer `(n,)`.
        probabilities: with the temperature, `(n, classes)`.
        temperature: which.
        error: labels and probabilities → calibration error.
        log_loss: likewise.
    """
    logs = temperature * np.log(np.maximum(probabilities.astype(np.float64), 1e-300))
    before = np.exp(logs - logs.max(axis=1, keepdims=True))
    before /= before.sum(axis=1, keepdims=True)
    return Tempered(
        temperature=temperature,
        calibration_error_before=error(labels, before),
        calibration_error=error(labels, probabilities),
        log_loss_before=log_loss(labels, before),
        log_loss=log_loss(labels, probabilities),
    )


def tempered_labels(
    truth: NDArray[np.bool_], scores: NDArray[np.floating[Any]], temperature: float
) -> Tempered:
    """What one temperature of all labels did, over all decisions, from scores that have it.

    Args:
        truth: whether each example has each label, `(n, labels)`.
        scores: with the temperature, of the same shape.
        temperature: which.
    """
    scores = np.clip(scores.astype(np.float64), 1e-12, 1 - 1e-12)
    before = _sigmoid(temperature * (np.log(scores) - np.log1p(-scores)))
    return Tempered(
        temperature=temperature,
        calibration_error_before=decisions_error(truth, before),
        calibration_error=decisions_error(truth, scores),
        log_loss_before=_decisions_loss(truth, before),
        log_loss=_decisions_loss(truth, scores),
    )


def decisions_error(truth: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> float:
    """Mean gap between a score and how often the label is there, over equally wide bins.

    Args:
        truth: bool, of any shape.
        scores: from 0 to 1, of the same shape.
    """
    truth, scores = truth.reshape(-1), scores.reshape(-1)
    places = np.clip(np.ceil(scores * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.bincount(places, weights=scores - truth, minlength=BINS)
    return float(np.abs(gaps).sum() / max(1, len(truth)))


def _decisions_loss(truth: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> float:
    of_truth = np.where(truth, scores, 1 - scores)
    return float(-np.log(np.clip(of_truth, np.finfo(np.float32).eps, 1)).mean())


def _sigmoid(values: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    return 0.5 * (1 + np.tanh(values / 2))


def _spread(labels: NDArray[Any], logits: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    rows = slice(None, None, max(1, -(-len(labels) // _MOST)))
    return labels[rows], logits[rows]


def _clear(slope: Slope, count: int) -> float:
    """The temperature of the least loss, or 1 where so many decisions may have it by chance."""
    factor = _least(slope)
    gain = 2 * count * (slope(1.0)[0] - slope(factor)[0])
    return 1 / factor if gain > _CLEAR else 1.0


def _least(slope: Slope) -> float:
    """Where a convex loss is least, between the bounds: where its derivative is zero."""
    from scipy.optimize import brentq  # of what trains; to judge takes none of it

    low, high = 1 / HOTTEST, 1 / COLDEST
    if slope(low)[1] >= 0:
        return low
    if slope(high)[1] <= 0:
        return high
    return float(brentq(lambda factor: slope(factor)[1], low, high, xtol=_CLOSE))
