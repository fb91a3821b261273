"""Which classes are taken for which, counted without a table of all pairs of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_IN_MATRIX = 100  # classes; beyond, a file with every pair of them is mostly zeros
MOST_LISTED = 100


@dataclass(frozen=True)
class Confusion:
    """How many examples of one class were taken for another, or for what they are."""

    true: int
    predicted: int
    examples: int


def count_confusions(
    labels: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]]
) -> tuple[Confusion, ...]:
    """The pairs of true and predicted class that occur, by class number.

    Args:
        labels: true classes, integer, `(examples,)`.
        predicted: predicted classes, likewise.
    """
    pairs, counts = np.unique(np.stack([labels, predicted]), axis=1, return_counts=True)
    columns = zip(*pairs.tolist(), counts.tolist(), strict=True)
    return tuple(Confusion(true, guess, count) for true, guess, count in columns)


def matrix(confusions: Sequence[Confusion], classes: int) -> tuple[tuple[int, ...], ...]:
    """`matrix[true][predicted]` is a number of examples."""
    table = np.zeros((classes, classes), int)
    for each in confusions:
        table[each.true, each.predicted] = each.examples
    return tuple(tuple(row) for row in table.tolist())


def largest(confusions: Sequence[Confusion]) -> list[Confusion]:
    """Those of wrong predictions, the commonest first; of equally common ones that which makes up
    the larger part of its true class.
    """
    totals: dict[int, int] = {}
    for each in confusions:
        totals[each.true] = totals.get(each.true, 0) + each.examples
    wrong = [each for each in confusions if each.true != each.predicted]
    return sorted(wrong, key=lambda each: (-each.examples, totals[each.true]))


def for_json(confusions: Sequence[Confusion], names: Sequence[str]) -> dict[str, Any]:
    """What a manifest says of them: `confusion`, the matrix, which is None with more than 100
    classes, and `confusions`, the 100 commonest by name.
    """
    classes = len(names)
    fits = classes <= MOST_IN_MATRIX
    return {
        "confusion": [list(row) for row in matrix(confusions, classes)] if fits else None,
        "confusions": [
            {
                "true": names[each.true],
                "predicted": names[each.predicted],
                "examples": each.examples,
            }
            for each in largest(confusions)[:MOST_LISTED]
        ],
    }
