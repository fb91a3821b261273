"""How a classifier tells what is of none of its classes from what is, by its highest score.

Reference: Hendrycks and Gimpel 2017, "A Baseline for Detecting Misclassified and
Out-of-Distribution Examples in Neural Networks".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.deploy.undecided import answered
from kerasapps.evaluation.ranks import higher_share
from kerasapps.evaluation.shown import per_cent

KNOWN: Final = 0.95
"""Share of the known examples that is to be let through where the others are counted."""


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """Examples of none of the classes beside those of them.

    Attributes:
        examples: of none of the classes.
        auroc: how likely a known example has a higher highest score than a foreign one; 0.5 is
            chance.
        fpr_at_95_tpr: share of the foreign ones that has a highest score which 95 % of the known
            ones reach: what gets through.
        known_answered: share of the known ones that the bundle answers.
        foreign_answered: share of the foreign ones that it answers.
    """

    examples: int
    auroc: float
    fpr_at_95_tpr: float
    known_answered: float
    foreign_answered: float

    @property
    def line(self) -> str:
        """The same in words."""
        return (
            f"Of {self.examples:,} foreign examples: AUROC {self.auroc:.4f}, "
            f"{per_cent(self.fpr_at_95_tpr)} get through where 95 % of the known do; answered "
            f"{per_cent(self.foreign_answered)} (known: {per_cent(self.known_answered)})"
        )


def foreign_figures(
    known: NDArray[np.floating[Any]],
    foreign: NDArray[np.floating[Any]],
    limits: NDArray[np.float32],
) -> Foreign:
    """How the highest scores of foreign examples differ from those of known ones.

    A class that is never an answer has none of these: to be sure of it is to be sure of nothing.

    Args:
        known: scores `(n, classes)`.
        foreign: scores `(m, classes)`.
        limits: the score that each class must have to be answered, `(classes,)`; infinite for one
            that stands for none of the others.
    """
    given = answered(known, limits), answered(foreign, limits)
    named = np.isfinite(limits)
    return _figures(known[:, named].max(axis=1), foreign[:, named].max(axis=1), *given)


def labelled_foreign(
    labels: NDArray[np.integer[Any]],
    scores: NDArray[np.floating[Any]],
    limits: NDArray[np.float32],
) -> Foreign | None:
    """The same where a class stands for them: by how unlikely it is; None without any of them.

    Args:
        labels: true classes, integer `(n,)`.
        scores: `(n, classes)`.
        limits: as for `foreign_figures`; that of this class is infinite.
    """
    place = int(np.argmax(limits))
    rows = labels == place
    if not rows.any() or rows.all():
        return None
    sure, given = 1 - scores[:, place], answered(scores, limits)
    return _figures(sure[~rows], sure[rows], given[~rows], given[rows])


def _figures(
    high: NDArray[np.floating[Any]],
    low: NDArray[np.floating[Any]],
    known_answered: NDArray[np.bool_],
    foreign_answered: NDArray[np.bool_],
) -> Foreign:
    # The lowest number that 95 % of the known ones have at least.
    limit = np.sort(high)[int(np.floor((1 - KNOWN) * len(high) + 1e-9))]
    return Foreign(
        examples=len(low),
        auroc=higher_share(high, low),
        fpr_at_95_tpr=float((low >= limit).mean()),
        known_answered=float(known_answered.mean()),
        foreign_answered=float(foreign_answered.mean()),
    )
