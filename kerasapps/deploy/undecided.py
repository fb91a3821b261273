"""When a bundle of classes says nothing: the likeliest class has not the score that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

NOT_SURE: Final = "not sure"
"""The likeliest class has not the score from which on it is answered."""
NONE_OF_THESE: Final = "none of these"
"""No class has the score that an example of one of them has."""


@dataclass(frozen=True)
class Undecided:
    """Scores below which there is no answer.

    Attributes:
        thresholds: of each class in score order; none: every class is answered with any score.
        unknown: that the likeliest class must have, or it is none of these; None: any.
        foreign: place of the class that stands for what is none of the others; None: there is none.
    """

    thresholds: tuple[float, ...] = ()
    unknown: float | None = None
    foreign: int | None = None

    @classmethod
    def of(cls, answer: Mapping[str, Any], labels: Sequence[str]) -> Undecided:
        """As the `answer` of a bundle says; older ones say nothing, and answer every input.

        Args:
            answer: of the manifest.
            labels: in score order.
        """
        label = answer.get("unknown_label")
        place = None if label is None else list(labels).index(label)
        return cls(tuple(answer.get("thresholds", ())), answer.get("unknown"), place)

    @property
    def is_empty(self) -> bool:
        """Whether every input is answered."""
        return self == Undecided()

    def limits(self, classes: int) -> NDArray[np.float32]:
        """The score that each class must have, whatever for, float32 `(classes,)`.

        No score is enough for the class that stands for what is none of the others.
        """
        own = np.array(self.thresholds or [0.0] * classes, np.float32)
        if self.unknown is not None:
            own = np.maximum(own, np.float32(self.unknown))
        if self.foreign is not None:
            own[self.foreign] = np.inf
        return own

    def reason(self, scores: NDArray[np.floating[Any]]) -> str:
        """Why some scores are no answer, `(classes,)`; "" where they are one."""
        best = int(np.argmax(scores))
        score = np.float32(scores[best])
        if best == self.foreign:
            return NONE_OF_THESE
        if self.unknown is not None and score < np.float32(self.unknown):
            return NONE_OF_THESE
        if self.thresholds and score < np.float32(self.thresholds[best]):
            return NOT_SURE
        return ""


def answered(scores: NDArray[np.floating[Any]], limits: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which examples get an answer, bool `(n,)`.

    Args:
        scores: `(n, classes)`.
        limits: the score that each class must have; see `Undecided.limits`.
    """
    reached: NDArray[np.bool_] = float32_of(scores.max(axis=1)) >= limits[scores.argmax(axis=1)]
    return reached


def float32_of(scores: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Scores as all compare them, also programs that know no other numbers."""
    return np.asarray(scores, np.float32)
