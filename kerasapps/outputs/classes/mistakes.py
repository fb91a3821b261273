"""A classifier's worst mistakes: which they are, and how the report shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.outputs.classes.checks import checked_answers
from kerasapps.outputs.classes.words import Piece, WordWeight, pieces

MISTAKES = 24  # that a report shows


@dataclass(frozen=True)
class Mistake:
    """One wrong prediction: the example's index, both class numbers, the wrong class's share."""

    index: int
    true: int
    predicted: int
    confidence: float


@dataclass(frozen=True, kw_only=True)
class ShownMistake:
    """A wrong prediction as the report shows it: a picture (PNG or JPEG bytes), a sound or a text.

    Attributes:
        true: the true class's name.
        predicted: the predicted class's name.
        confidence: the predicted class's probability, 0 to 1.
        map: the picture again, bright where it spoke for the predicted class.
        words: what each word of the text did for the predicted class.
        sound: FLAC bytes, beside a picture of it.
        source: where the example is from, such as a file name.
    """

    true: str
    predicted: str
    confidence: float
    picture: bytes | None = None
    map: bytes | None = None
    text: str | None = None
    words: Sequence[WordWeight] = ()
    sound: bytes | None = None
    source: str = ""

    @property
    def pieces(self) -> list[Piece]:
        """The text cut by the strength of its words."""
        return pieces(self.text or "", self.words)


def worst_mistakes(
    labels: NDArray[np.integer[Any]],
    probabilities: NDArray[np.floating[Any]],
    *,
    limit: int = MISTAKES,
) -> tuple[Mistake, ...]:
    """The wrong predictions that the model was surest of, surest first.

    Args:
        labels: true classes, integer, `(examples,)`.
        probabilities: float, `(examples, classes)`.
        limit: how many to return at most.

    Raises:
        DataError: as `classification_metrics`.
    """
    labels, probabilities = checked_answers(labels, probabilities, np.shape(probabilities)[-1])
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    confidence = probabilities[wrong, predicted[wrong]]
    order = np.argsort(-confidence, kind="stable")[: max(limit, 0)]
    return tuple(
        Mistake(int(i), int(labels[i]), int(predicted[i]), float(probabilities[i, predicted[i]]))
        for i in wrong[order]
    )
