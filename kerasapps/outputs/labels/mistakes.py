"""The sets that a model was most wrong about, as a report shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kerasapps.outputs.reading import ShownExample

MISTAKES = 24  # that a report shows
_LEAST = 1e-7


@dataclass(frozen=True, kw_only=True)
class SetMistake:
    """A wrong set.

    Attributes:
        example: as it is shown.
        right: labels that it has and got.
        missed: labels that it has and did not get, each with its score.
        invented: labels that it got and has not, likewise.
        worst: the label that the model was most wrong about, which the example's map is of.
    """

    example: ShownExample
    right: Sequence[str]
    missed: Sequence[tuple[str, float]]
    invented: Sequence[tuple[str, float]]
    worst: str


def worst_rows(
    truth: NDArray[np.bool_],
    scores: NDArray[np.floating],
    given: NDArray[np.bool_],
    *,
    limit: int = MISTAKES,
) -> NDArray[np.intp]:
    """Rows of the wrong sets that the model was surest of, surest first.

    Args:
        truth: bool `(examples, labels)`.
        scores: of the same shape.
        given: the sets, of the same shape.
        limit: rows at most.
    """
    surprise = _surprise(truth, scores, given).sum(axis=1)
    wrong = np.flatnonzero((truth != given).any(axis=1))
    return wrong[np.argsort(-surprise[wrong], kind="stable")[:limit]]


def worst_labels(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], given: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Of each wrong set the label that was missed or invented with the most certainty, `(n,)`.

    Args:
        truth: bool `(n, labels)`.
        scores: of the same shape.
        given: the sets, of the same shape.
    """
    return _surprise(truth, scores, given).argmax(axis=1)


def _surprise(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], given: NDArray[np.bool_]
) -> NDArray[np.floating]:
    """What each wrong decision costs in nats, of right ones 0."""
    said = np.where(truth, scores, 1 - scores)  # for what is true
    # A threshold near 0 makes decisions wrong that cost next to nothing.
    costs = np.maximum(-np.log(np.maximum(said, _LEAST)), _LEAST)
    return np.where(truth != given, costs, 0)


def shown_mistake(
    example: ShownExample,
    truth: NDArray[np.bool_],
    scores: NDArray[np.floating],
    given: NDArray[np.bool_],
    names: Sequence[str],
    *,
    worst: int,
) -> SetMistake:
    """One of them, with names; each array is `(labels,)`, and `worst` the place of a label."""

    def scored(places: NDArray[np.bool_]) -> list[tuple[str, float]]:
        return [(names[place], float(scores[place])) for place in _places(places)]

    return SetMistake(
        example=example,
        right=[names[place] for place in _places(truth & given)],
        missed=scored(truth & ~given),
        invented=scored(given & ~truth),
        worst=names[worst],
    )


def _places(chosen: NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(chosen)]
