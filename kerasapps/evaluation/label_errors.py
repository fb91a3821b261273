"""Labels that are probably wrong, by what networks say that were not trained on them.

The rule is confident learning: C. Northcutt, L. Jiang and I. Chuang, "Confident Learning:
Estimating Uncertainty in Dataset Labels" (JAIR 70, 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DoubtfulLabels:
    """Examples whose label is probably wrong, the surest first.

    Attributes:
        rows: int64 `(m,)`, places among the examples.
        suggested: int64 `(m,)`, the class that each seems to be of.
        confidence: float64 `(m,)`, the probability of that class.
    """

    rows: NDArray[np.int64]
    suggested: NDArray[np.int64]
    confidence: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)


def doubtful_labels(labels: np.ndarray, probabilities: np.ndarray) -> DoubtfulLabels:
    """Examples that seem to be of another class than their label says.

    A class is believed of an example where its probability is at least what it is on average of
    the examples that have the class for a label: so a class that networks are never sure of is
    believed sooner than one that they are always sure of. An example of which another class than
    its label is believed most is doubtful.

    Args:
        labels: int `(n,)`, the class of each example.
        probabilities: float `(n, classes)`, out of sample: by networks that were not trained on
            the example.

    Returns:
        Ordered by how much likelier the suggested class is than the label.
    """
    classes = probabilities.shape[1]
    own = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    counts = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, weights=own, minlength=classes)
    usual = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    believed = np.where(probabilities >= usual - 1e-9, probabilities, -1.0)
    best = believed.argmax(axis=1)
    chosen = np.flatnonzero((believed.max(axis=1, initial=-1.0) >= 0) & (best != labels))
    confidence = probabilities[chosen, best[chosen]].astype(np.float64)
    order = np.argsort(own[chosen] - confidence, kind="stable")
    rows = chosen[order]
    return DoubtfulLabels(rows, best[rows], confidence[order])


def doubtful_sets(sets: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Examples of whose labels some are probably wrong: each label is a question of yes or no.

    Args:
        sets: uint8 `(n, k)`, whether each example has each label.
        scores: float `(n, k)`, out of sample, the probability of each label.

    Returns:
        bool `(n, k)`, which of the answers are doubtful; float64 `(n,)`, the probability of the
        other answer to the surest of them, 0 where there is none.
    """
    doubtful = np.zeros(sets.shape, bool)
    surest = np.zeros(len(sets))
    for column in range(sets.shape[1]):
        yes = scores[:, column]
        doubts = doubtful_labels(sets[:, column].astype(np.int64), np.stack([1 - yes, yes], axis=1))
        doubtful[doubts.rows, column] = True
        surest[doubts.rows] = np.maximum(surest[doubts.rows], doubts.confidence)
    return doubtful, surest
