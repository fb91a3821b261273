"""Figures of sets of labels: numpy only."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import Shown, per_cent
from kerasapps.outputs.labels.verdict import warnings_of
from kerasapps.outputs.temperature import Tempered, tempered_labels
from kerasapps.wording.counted import counted
from kerasapps.wording.shortened import MOST_CLASSES


@dataclass(frozen=True)
class LabelScore:
    """How one label fared. Scores are None for a label that no example has.

    Attributes:
        label: its name.
        threshold: score from which on it is given.
        precision: of the examples that got it, the share that have it; 0 where none got it.
        recall: of the examples that have it, the share that got it.
        f1: their harmonic mean.
        average_precision: mean of the precision at each example that has it, by falling score.
        support: examples that have it.
        given: examples that got it.
    """

    label: str
    threshold: float
    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    support: int
    given: int


@dataclass(frozen=True)
class LabelMetrics:
    """All figures of sets of labels on one split. Shares are from 0 to 1.

    Attributes:
        examples: number of examples the figures are from.
        micro_f1: F1 over all decisions, in which a frequent label counts more.
        macro_f1: mean of the F1 of each label that some example has.
        precision: of the labels that were given, the share that is right.
        recall: of the labels that the examples have, the share that was given.
        mean_average_precision: mean over labels of `average_precision`, which no threshold decides.
        exact_match: share of the examples whose set is right as a whole.
        right_decisions: share of all decisions that are right.
        guess_f1: micro-F1 of the best set that is the same for all examples.
        labels_an_example: how many an example has, on average.
        given_an_example: how many it gets.
        per_label: every label.
        tempered: what the temperature of the scores did, where they have one.

    Examples:
        >>> truth = np.array([[1, 0], [1, 1]], bool)
        >>> scores = np.array([[0.9, 0.2], [0.8, 0.3]])
        >>> figures = kerasapps.evaluation.label_metrics(
        ...     truth, scores, names=("red", "round"), thresholds=(0.5, 0.5)
        ... )
        >>> figures.micro_f1, figures.exact_match, figures.mean_average_precision
        (0.8, 0.5, 1.0)
    """

    examples: int
    micro_f1: float
    macro_f1: float
    precision: float
    recall: float
    mean_average_precision: float
    exact_match: float
    right_decisions: float
    guess_f1: float
    labels_an_example: float
    given_an_example: float
    per_label: tuple[LabelScore, ...]
    tempered: Tempered | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for `json.dumps`."""
        values = dataclasses.asdict(self)
        if self.tempered is None:
            del values["tempered"]
        return {**values, "per_label": list(values["per_label"])}

    @property
    def warnings(self) -> list[str]:
        """What is to be said of figures that may mislead."""
        never_given = {
            each.label: each.average_precision or 0.0
            for each in self.per_label
            if each.support and not each.given
        }
        return warnings_of(
            self.micro_f1,
            self.guess_f1,
            never_given=never_given,
            unseen=[each.label for each in self.per_label if not each.support],
        )

    def shown(self) -> Shown:
        """The scores of each label, of many those of the weakest, and the figures of all."""
        scores, title = self.per_label, counted(self.examples, "example")
        if len(scores) > MOST_CLASSES:
            title += f"; of {len(scores)} labels the {MOST_CLASSES} with the lowest F1"
            title += " (--json: all)"
            scores = weakest_first(scores)[:MOST_CLASSES]
        return Shown(
            title=title,
            columns=("label", "from", "precision", "recall", "F1", "AP", "examples", "given"),
            rows=[
                [
                    each.label,
                    f"{each.threshold:.3f}",
                    *map(per_cent, (each.precision, each.recall, each.f1, each.average_precision)),
                    str(each.support),
                    str(each.given),
                ]
                for each in scores
            ],
            lines=[
                f"Micro-F1 {per_cent(self.micro_f1)}, mean F1 of labels {per_cent(self.macro_f1)}, "
                f"mAP {per_cent(self.mean_average_precision)}, "
                f"whole sets right {per_cent(self.exact_match)}",
                f"An example has {self.labels_an_example:.2f} labels and gets "
                f"{self.given_an_example:.2f}",
                *([self.tempered.line] if self.tempered else []),
                f"Guessing the same labels for all: micro-F1 {per_cent(self.guess_f1)}",
                *self.warnings,
            ],
        )


def label_metrics(
    truth: NDArray[Any],
    scores: NDArray[np.floating[Any]],
    *,
    names: Sequence[str],
    thresholds: Sequence[float] | NDArray[np.floating[Any]],
    temperature: float = 1.0,
) -> LabelMetrics:
    """Every figure of sets of labels.

    Args:
        truth: whether each example has each label, `(examples, labels)`.
        scores: from 0 to 1, of the same shape.
        names: of the labels, in the order of the columns.
        thresholds: a label is given where its score is at least its threshold.
        temperature: that the scores have; with 1 nothing is said of it.

    Raises:
        DataError: if the shapes do not fit each other, there are no examples, or a score is not
            from 0 to 1.

    Examples:
        >>> truth, scores = np.array([[1], [0]]), np.array([[0.7], [0.6]])
        >>> kerasapps.evaluation.label_metrics(
        ...     truth, scores, names=("red",), thresholds=(0.5,)
        ... ).precision
        0.5
    """
    truth, scores = np.asarray(truth).astype(bool), np.asarray(scores)
    _check(truth, scores, len(names))
    given = scores >= np.asarray(thresholds, scores.dtype)
    per_label = tuple(
        _label_score(name, float(threshold), truth[:, place], given[:, place], scores[:, place])
        for place, (name, threshold) in enumerate(zip(names, thresholds, strict=True))
    )
    seen = [each for each in per_label if each.support]
    right, wanted, made = (int(each.sum()) for each in (truth & given, truth, given))
    return LabelMetrics(
        examples=len(truth),
        micro_f1=micro_f1(truth, given),
        macro_f1=_mean([each.f1 for each in seen]),
        precision=_share(right, made),
        recall=_share(right, wanted),
        mean_average_precision=_mean([each.average_precision for each in seen]),
        exact_match=float((truth == given).all(axis=1).mean()),
        right_decisions=float((truth == given).mean()),
        guess_f1=guess_f1(truth),
        labels_an_example=wanted / len(truth),
        given_an_example=made / len(truth),
        per_label=per_label,
        tempered=None if temperature == 1 else tempered_labels(truth, scores, temperature),
    )


def micro_f1(truth: NDArray[np.bool_], given: NDArray[np.bool_]) -> float:
    """F1 over all decisions, 0 to 1; where neither has any label it is 1.

    Args:
        truth: bool `(examples, labels)`.
        given: of the same shape.
    """
    both = int(truth.sum()) + int(given.sum())
    return 2 * int((truth & given).sum()) / both if both else 1.0


def guess_f1(truth: NDArray[np.bool_]) -> float:
    """The micro-F1 of giving every example the same labels: as many of the commonest as help."""
    shares = np.sort(truth.mean(axis=0))[::-1]
    count = np.arange(1, len(shares) + 1)
    return float((2 * shares.cumsum() / (count + shares.sum())).max())


def average_precision(truth: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> float:
    """The mean of the precision at each positive, by falling score; equal scores come together.

    Args:
        truth: bool `(examples,)`, of which one is true at least.
        scores: of the same shape.
    """
    _, places = np.unique(-scores, return_inverse=True)
    positives, counts = np.bincount(places, weights=truth), np.bincount(places)
    precision = positives.cumsum() / counts.cumsum()
    return float((precision * positives).sum() / positives.sum())


def weakest_first(scores: Sequence[LabelScore]) -> tuple[LabelScore, ...]:
    """The scores by F1, the lowest first; those of labels without examples come last."""
    return tuple(sorted(scores, key=lambda each: (each.f1 is None, each.f1 or 0)))


def _label_score(
    name: str,
    threshold: float,
    truth: NDArray[np.bool_],
    given: NDArray[np.bool_],
    scores: NDArray[np.floating[Any]],
) -> LabelScore:
    support, made, right = (int(each.sum()) for each in (truth, given, truth & given))
    if not support:
        return LabelScore(name, threshold, None, None, None, None, 0, made)
    return LabelScore(
        name,
        threshold,
        precision=_share(right, made),
        recall=_share(right, support),
        f1=_share(2 * right, support + made),
        average_precision=average_precision(truth, scores),
        support=support,
        given=made,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float | None]) -> float:
    known = [each for each in values if each is not None]
    return float(np.mean(known)) if known else 0.0


def _check(truth: NDArray[np.bool_], scores: NDArray[Any], labels: int) -> None:
    if truth.ndim != 2 or truth.shape != scores.shape or truth.shape[1] != labels:
        raise DataError(
            f"the truth and the scores must have one shape (examples, {labels}), got {truth.shape} "
            f"and {scores.shape}."
        )
    if not len(truth):
        raise DataError("There are no examples to evaluate: the split is empty.")
    if not ((scores >= 0) & (scores <= 1)).all():
        row = int(np.flatnonzero(~((scores >= 0) & (scores <= 1)).all(axis=1))[0])
        raise DataError(f"Row {row} of the scores is not from 0 to 1: apply a sigmoid to logits.")
