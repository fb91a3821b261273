"""How good a map is: what becomes of the answer as the pixels that it names come or go."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.saliency.rise import Ask, hidden_colour

STEPS = 20


def deletion(
    ask: Ask, picture: NDArray[np.uint8], values: NDArray[np.floating[Any]], *, steps: int = STEPS
) -> NDArray[np.float64]:
    """Scores as the pixels that count most are hidden, step by step: a good map makes them fall.

    Args:
        ask: pixels → a score.
        picture: uint8 `(height, width, channels)`.
        values: a map `(height, width)`.
        steps: equal shares of the pixels.

    Returns:
        `(steps + 1,)`, from the whole picture to its mean colour.

    Reference: Petsiuk et al. 2018, section 4.2.
    """
    hidden = np.broadcast_to(np.rint(hidden_colour(picture)).astype(np.uint8), picture.shape)
    return _walk(ask, picture, hidden, values, steps)


def insertion(
    ask: Ask, picture: NDArray[np.uint8], values: NDArray[np.floating[Any]], *, steps: int = STEPS
) -> NDArray[np.float64]:
    """Scores as the pixels that count most are shown, step by step: a good map makes them rise.

    See `deletion`; from the mean colour to the whole picture.
    """
    hidden = np.broadcast_to(np.rint(hidden_colour(picture)).astype(np.uint8), picture.shape)
    return _walk(ask, hidden, picture, values, steps)


def area(scores: NDArray[np.float64]) -> float:
    """The area under a curve from 0 to 1."""
    return float((scores[:-1] + scores[1:]).mean() / 2)


def _walk(
    ask: Ask,
    start: NDArray[np.uint8],
    end: NDArray[np.uint8],
    values: NDArray[np.floating[Any]],
    steps: int,
) -> NDArray[np.float64]:
    order = np.argsort(-values, axis=None, kind="stable")
    pixels, ends = start.copy().reshape(-1, start.shape[-1]), end.reshape(-1, end.shape[-1])
    scores = [ask(start)]
    for part in np.array_split(order, steps):
        pixels[part] = ends[part]
        scores.append(ask(pixels.reshape(start.shape).copy()))
    return np.array(scores)
