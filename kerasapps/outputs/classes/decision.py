"""When a classifier rather says nothing: thresholds chosen on validation, and what they are worth.

A file gives scores; the likeliest class is the answer only if its score reaches what the bundle
says of that class, and what it says of all. Whoever reads scores can do this, in two comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import TrustConfig
from kerasapps.deploy.undecided import Undecided, answered
from kerasapps.evaluation.shown import per_cent
from kerasapps.outputs.classes.scores import accuracy_interval
from kerasapps.outputs.thresholds import (
    FEWEST,
    NEVER,
    below_rate,
    best_threshold,
    can_show,
    doubt,
    precise_threshold,
    rate_threshold,
)
from kerasapps.wording.counted import counted

FEWEST_BELOW: Final = 5
"""Examples below a threshold from which their share is told without what it may be of others."""
_NAMED: Final = 5  # classes that a sentence names


@dataclass(frozen=True, kw_only=True)
class ClassDecision:
    """How often one class was answered.

    Attributes:
        label: of the class.
        threshold: score from which on it is answered; 0 where it has none of its own.
        likeliest: examples of which it had the highest score.
        answered: those of them to which it was the answer.
        right: those of these of which it was.
    """

    label: str
    threshold: float
    likeliest: int
    answered: int
    right: int


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What thresholds left of the answers on one split.

    Attributes:
        coverage: share of the examples that got an answer.
        precision: share of these answers that is right; None where nothing was answered.
        unknown: score that the likeliest class must have, or it is none of these; None: any.
        unknown_label: of what is none of the other classes, which is never an answer; None: none.
        per_class: every class.
        note: what is to be known of how they were chosen; empty for nothing.
    """

    coverage: float
    precision: float | None
    unknown: float | None
    unknown_label: str | None
    per_class: tuple[ClassDecision, ...]
    note: str = ""

    @property
    def line(self) -> str:
        """The same in words."""
        right = "" if self.precision is None else f", of which {per_cent(self.precision)} right"
        return (
            f"Answered {per_cent(self.coverage)}{right}; to the others it says nothing{self._never}"
            f"{self.note and f' ({self.note})'}"
        )

    @property
    def _never(self) -> str:
        """Which classes are no answer whatever their score, and why; empty where all may be."""
        answers = [each for each in self.per_class if each.label != self.unknown_label]
        never = [each.label for each in answers if each.threshold >= NEVER]
        if not never:
            return ""
        more = f" and {len(never) - _NAMED:,} more" if len(never) > _NAMED else ""
        named = (
            "any class"
            if never == [each.label for each in answers]
            else (", ".join(never[:_NAMED]) + more)
        )
        return f" (never answers {named}: with no score was that right often enough on validation)"


def choose_decision(
    labels: NDArray[np.integer[Any]],
    scores: NDArray[np.floating[Any]],
    trust: TrustConfig,
    *,
    names: Sequence[str],
) -> Undecided:
    """The thresholds that are asked for, by answers to examples that were not trained on.

    A class that is rarely the likeliest gets the threshold that is best for all classes together:
    its own would be luck. So does one that is too rarely so to show a precision, unless its own is
    higher. The class that stands for what is none of the others counts for nothing there, as it is
    never an answer, however often it is right.

    Args:
        labels: true classes, integer `(n,)`.
        scores: `(n, classes)`.
        trust: which thresholds.
        names: of the classes.
    """
    foreign = None if trust.unknown_label is None else list(names).index(trust.unknown_label)
    likeliest, highest = scores.argmax(axis=1), scores.max(axis=1)
    right, known = likeliest == labels, are_known(labels, trust, names=names)
    unknown = None
    if trust.unknown_rate is not None:
        unknown = rate_threshold(highest[known], rate=trust.unknown_rate)
    if not trust.chooses:
        return Undecided((), unknown, foreign)

    def chosen(rows: NDArray[np.bool_], wanted: int) -> float:
        if trust.min_precision is not None:
            return precise_threshold(right[rows], highest[rows], precision=trust.min_precision)
        if not right[rows].any():
            return NEVER
        return best_threshold(right[rows], highest[rows], wanted=wanted, nearest=0.0)

    answers = are_known(likeliest, trust, names=names)
    usual = chosen(answers, int(known.sum()))
    thresholds = []
    for place in range(scores.shape[1]):
        rows = likeliest == place
        own = usual
        if rows.sum() >= FEWEST:
            own = chosen(rows, int((labels == place).sum()))
        if _is_shared(trust, int(rows.sum()), int(answers.sum())):
            own = max(own, usual)
        thresholds.append(own)
    return Undecided(tuple(thresholds), unknown, foreign)


def are_known(
    labels: NDArray[np.integer[Any]], trust: TrustConfig, *, names: Sequence[str]
) -> NDArray[np.bool_]:
    """Which of some classes may be an answer: not the one that stands for none of the others."""
    if trust.unknown_label is None:
        return np.ones(len(labels), bool)
    return labels != list(names).index(trust.unknown_label)


def _is_shared(trust: TrustConfig, count: int, answers: int) -> bool:
    """Whether all answers together can show a precision that so many of them cannot."""
    precision = trust.min_precision
    return precision is not None and can_show(precision, answers) > can_show(precision, count)


def note_on(trust: TrustConfig, examples: int) -> str:
    """What is to be known of thresholds that were chosen on so few examples; empty for nothing.

    Args:
        trust: which thresholds.
        examples: of classes that may be an answer; see `are_known`.
    """
    notes, rate = [doubt(trust.min_precision, examples)], trust.unknown_rate
    if rate is not None and examples and rate * examples < FEWEST_BELOW:
        below = below_rate(examples, rate)
        low, high = accuracy_interval(below / examples, examples)
        notes.append(
            f"none of these is said to {below} of {counted(examples, 'validation example')}: of "
            f"others it may be {100 * low:.0f} to {100 * high:.0f} %"
        )
    return "; ".join(filter(None, notes))


def decided(
    labels: NDArray[np.integer[Any]],
    scores: NDArray[np.floating[Any]],
    undecided: Undecided,
    *,
    names: Sequence[str],
    note: str = "",
) -> Decided:
    """What thresholds leave of answers.

    Args:
        labels: true classes, integer `(n,)`.
        scores: `(n, classes)`.
        undecided: the thresholds.
        names: of the classes.
        note: see `Decided`.
    """
    likeliest, given = scores.argmax(axis=1), answered(scores, undecided.limits(len(names)))
    right = given & (likeliest == labels)
    return Decided(
        coverage=float(given.mean()),
        precision=float(right.sum() / given.sum()) if given.any() else None,
        unknown=undecided.unknown,
        unknown_label=None if undecided.foreign is None else names[undecided.foreign],
        per_class=tuple(
            ClassDecision(
                label=name,
                threshold=undecided.thresholds[place] if undecided.thresholds else 0.0,
                likeliest=int((likeliest == place).sum()),
                answered=int((given & (likeliest == place)).sum()),
                right=int((right & (likeliest == place)).sum()),
            )
            for place, name in enumerate(names)
        ),
        note=note,
    )


def explain_decision(figures: Decided | None) -> Mapping[str, Any]:
    """What a bundle says of its thresholds, for programs of other people; see `docs/bundles.md`.

    Args:
        figures: with the thresholds; None: every input is answered.
    """
    if figures is None:
        return {}
    thresholds = [each.threshold for each in figures.per_class]
    return {
        **({"thresholds": thresholds} if any(thresholds) else {}),
        **({} if figures.unknown is None else {"unknown": figures.unknown}),
        **({} if figures.unknown_label is None else {"unknown_label": figures.unknown_label}),
    }
