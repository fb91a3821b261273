"""What a client is asked, what it answers, and when that is what `load_bundle` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Raw: TypeAlias = Path | str | Mapping[str, Any]
"""A picture's or a sound's file, a text, or a row."""


@dataclass(frozen=True, eq=False)
class Told:
    """A set of labels, or the entities of a text, and the scores that they are read from.

    Attributes:
        names: the labels of the set in the bundle's order, or of each entity `LABEL start:end`.
        scores: float32, of all labels, or `(words, tags)`; NaN where a client tells none; None
            where it tells none at all.
    """

    names: tuple[str, ...]
    scores: np.ndarray | None = None


Answer: TypeAlias = np.ndarray | float | str | Told
"""Scores in the order of the labels, float32 `(classes,)`, NaN where a client tells none; a
number; a translation; a set, or entities."""

NUMBERS_DIFFER = 1e-4  # of a number, or of 1 if that is more: other kernels add in another order


@dataclass(frozen=True)
class Failure:
    """Why a client that should have answered did not.

    Attributes:
        reason: in its own words.
    """

    reason: str


@dataclass(frozen=True)
class Comparison:
    """A client's answers beside those of `load_bundle`.

    Attributes:
        count: examples.
        agreeing: of these, how many have the same label, set, entities, number or translation.
        same_bits: whether all that the client tells is equal to the last bit.
        distance: largest difference of a score or a number; 0 for translations.
        first: index of the first example that differs, or None.
    """

    count: int
    agreeing: int
    same_bits: bool
    distance: float
    first: int | None

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nothing was asked."""
        return self.agreeing / self.count if self.count else 0.0


def compare(
    answers: Sequence[Answer], expected: Sequence[Answer], *, within: float = NUMBERS_DIFFER
) -> Comparison:
    """How far answers are those that are expected, one by one.

    Args:
        answers: of a client.
        expected: of `load_bundle`.
        within: see `agrees`.

    Raises:
        ValueError: if there are more or fewer of them.
    """
    pairs = list(zip(answers, expected, strict=True))
    agree = [agrees(*pair, within=within) for pair in pairs]
    return Comparison(
        count=len(pairs),
        agreeing=sum(agree),
        same_bits=all(is_same(*pair) for pair in pairs),
        distance=max((distance(*pair) for pair in pairs), default=0.0),
        first=None if all(agree) else agree.index(False),
    )


def agrees(answer: Answer, expected: Answer, *, within: float = NUMBERS_DIFFER) -> bool:
    """Whether both are the same label (any of several that are equally likely), set, number …

    Args:
        answer: of a client.
        expected: of `load_bundle`.
        within: of a number, or of 1 if that is more: so far may numbers be apart.
    """
    if isinstance(expected, str):
        return isinstance(answer, str) and answer == expected
    if isinstance(expected, Told):
        return isinstance(answer, Told) and answer.names == expected.names
    if isinstance(expected, np.ndarray):
        if not isinstance(answer, np.ndarray) or np.isnan(answer).all():
            return False
        return bool(expected[np.nanargmax(answer)] == expected.max())
    if isinstance(answer, str | Told):
        return False
    return distance(answer, expected) <= within * max(1.0, abs(expected))


def is_same(answer: Answer, expected: Answer) -> bool:
    """Whether all that was told is equal to the last bit."""
    if isinstance(expected, str):
        return isinstance(answer, str) and answer == expected
    if isinstance(expected, Told) and not agrees(answer, expected):
        return False
    return distance(answer, expected) == 0


def distance(answer: Answer, expected: Answer) -> float:
    """The largest difference of what was told; of texts 0."""
    if isinstance(answer, Told) and isinstance(expected, Told):
        if answer.scores is None or expected.scores is None:
            return 0.0
        return distance(answer.scores, expected.scores)
    if isinstance(answer, str | Told) or isinstance(expected, str | Told):
        return 0.0
    differences = np.abs(np.asarray(answer, np.float64) - np.asarray(expected, np.float64))
    told = differences[~np.isnan(differences)] if differences.ndim else differences
    return float(np.max(told, initial=0.0)) if told.size else float("inf")


def scores_of(told: Mapping[str, float], labels: Sequence[str]) -> np.ndarray:
    """Scores in the order of the labels, of a client that tells them by label."""
    unknown = set(told) - set(labels)
    if unknown:
        raise ValueError(f"the client names labels that the bundle lacks: {sorted(unknown)}")
    return np.array([told.get(label, np.nan) for label in labels], np.float32)
