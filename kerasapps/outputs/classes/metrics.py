"""Figures of a classifier from labels and probabilities, with numpy alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import Shown, per_cent
from kerasapps.outputs.classes.calibration import (
    CalibrationBin,
    calibration_bins,
    calibration_error,
)
from kerasapps.outputs.classes.confusion import Confusion, count_confusions, for_json, matrix
from kerasapps.outputs.classes.scores import ClassScore
from kerasapps.outputs.classes.verdict import counted_right, guessing, warnings_of
from kerasapps.wording.counted import counted
from kerasapps.wording.shortened import MOST_CLASSES

TOP_K = 5


@dataclass(frozen=True)
class ClassificationMetrics:
    """All figures of one classifier on one split. Shares are from 0 to 1.

    Attributes:
        examples: number of examples the figures are from.
        top5_accuracy: None with fewer than 6 classes, where it would say nothing.
        precision: macro average, like `recall` and `f1`, over the classes with test examples.
        confusions: numbers of examples by true and predicted class, where there are any.
        expected_calibration_error: mean gap between confidence and accuracy.
        log_loss: mean negative log-probability of the true class, in nats.
        auc: area under the ROC curve of two classes, where it was asked for: how likely an example
            of the second class has a higher score for it than one of the first.

    Examples:
        >>> truth, given = np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]])
        >>> figures = kerasapps.evaluation.classification_metrics(truth, given, names=("a", "b"))
        >>> figures.confusion
        ((1, 0), (1, 0))
    """

    examples: int
    accuracy: float
    top5_accuracy: float | None
    precision: float
    recall: float
    f1: float
    log_loss: float
    expected_calibration_error: float
    per_class: tuple[ClassScore, ...]
    confusions: tuple[Confusion, ...]
    calibration: tuple[CalibrationBin, ...]
    auc: float | None = None

    @property
    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """`confusion[true][predicted]` is a number of examples; it has the classes' square."""
        return matrix(self.confusions, len(self.per_class))

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for `json.dumps`; see `confusion.for_json`."""
        values = dataclasses.asdict(self)
        values["per_class"] = list(values["per_class"])
        values["calibration"] = list(values["calibration"])
        if self.auc is None:
            del values["auc"]
        return values | for_json(self.confusions, [each.label for each in self.per_class])

    def shown(self) -> Shown:
        """The scores of each class, of many those of the weakest, and the figures of all."""
        right = counted_right(self.accuracy, self.examples)
        scores, title = self.per_class, counted(self.examples, "example")
        if len(scores) > MOST_CLASSES:
            title += f"; of {len(scores)} classes the {MOST_CLASSES} with the lowest F1"
            title += " (--json: all)"
            scores = weakest_first(scores)[:MOST_CLASSES]
        return Shown(
            title=title,
            columns=("class", "precision", "recall", "F1", "examples"),
            rows=[
                [
                    each.label,
                    *map(per_cent, (each.precision, each.recall, each.f1)),
                    str(each.support),
                ]
                for each in scores
            ],
            lines=[
                f"Accuracy {per_cent(self.accuracy)}{f' ({right})' if right else ''}, "
                f"macro F1 {per_cent(self.f1)}, "
                f"calibration error {per_cent(self.expected_calibration_error)}"
                + ("" if self.auc is None else f", AUC {self.auc:.4f}"),
                f"Guessing: {guessing(self.per_class)}",
                *warnings_of(self.accuracy, self.per_class),
            ],
        )


def classification_metrics(
    labels: NDArray[np.integer[Any]],
    probabilities: NDArray[np.floating[Any]],
    *,
    names: Sequence[str],
    with_auc: bool = False,
) -> ClassificationMetrics:
    """Every figure of a classifier from the true classes and the predicted probabilities.

    Args:
        labels: true classes, integer, `(examples,)`, 0 to classes - 1.
        probabilities: float, `(examples, classes)`; every row sums to 1.
        names: the classes' names, in the order of the columns.
        with_auc: whether the area under the ROC curve is among them, where there are two classes.

    Raises:
        DataError: if the shapes do not fit each other, there are no examples, a label is out of
            range or a row is not a distribution.

    Examples:
        >>> truth, given = np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]])
        >>> kerasapps.evaluation.classification_metrics(truth, given, names=("a", "b")).accuracy
        0.5
    """
    labels, probabilities = checked_answers(labels, probabilities, len(names))
    predicted = probabilities.argmax(axis=1)
    scores = _class_scores(labels, predicted, names)
    seen = [score for score in scores if score.support]
    bins = calibration_bins(labels, probabilities)
    return ClassificationMetrics(
        examples=len(labels),
        accuracy=float(np.mean(predicted == labels)),
        top5_accuracy=top_k_accuracy(labels, probabilities, k=TOP_K)
        if len(names) > TOP_K
        else None,
        precision=float(np.mean([score.precision for score in seen])),
        recall=float(np.mean([score.recall for score in seen])),
        f1=macro_f1(labels, predicted),
        log_loss=_log_loss(labels, probabilities),
        expected_calibration_error=calibration_error(bins),
        per_class=scores,
        confusions=count_confusions(labels, predicted),
        calibration=bins,
        auc=_area(labels, probabilities) if with_auc else None,
    )


def _area(
    labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]]
) -> float | None:
    if probabilities.shape[1] != 2 or len(np.unique(labels)) != 2:
        return None
    # The sum of ranks counts the pairs that are in order; equal scores share their mean rank.
    _, places, tied = np.unique(probabilities[:, 1], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(tied) - (tied - 1) / 2)[places]
    second = labels == 1
    many, others = int(second.sum()), int((~second).sum())
    return float((ranks[second].sum() - many * (many + 1) / 2) / (many * others))


def weakest_first(scores: Sequence[ClassScore]) -> tuple[ClassScore, ...]:
    """The scores by F1, the lowest first; those of classes without examples come last."""
    return tuple(sorted(scores, key=lambda each: (each.f1 is None, each.f1 or 0)))


def macro_f1(labels: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]]) -> float:
    """Mean F1 of the classes that have examples, each class counting as much as any other, 0 to 1.

    Args:
        labels: true classes, integer, `(examples,)`.
        predicted: predicted classes, likewise; one that is never right has F1 0.

    Examples:
        >>> round(kerasapps.evaluation.macro_f1(np.array([0, 1, 1]), np.array([0, 1, 0])), 4)
        0.6667
    """
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    values, places = np.unique(np.concatenate([labels, predicted]), return_inverse=True)
    *_, f1, support = _scores(places[: len(labels)], places[len(labels) :], len(values))
    return float(np.mean(f1[support > 0]))


def top_k_accuracy(
    labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]], *, k: int
) -> float:
    """Share of the examples whose true class is among the `k` likeliest.

    Equal probabilities rank by class number, as `argmax` does, so that `k=1` is the accuracy.

    Examples:
        >>> kerasapps.evaluation.top_k_accuracy(np.array([2]), np.array([[0.2, 0.5, 0.3]]), k=2)
        1.0
    """
    of_truth = np.take_along_axis(probabilities, labels[:, None], axis=1)
    columns = np.arange(probabilities.shape[1])
    ties_before = (probabilities == of_truth) & (columns < labels[:, None])
    rank = np.sum((probabilities > of_truth) | ties_before, axis=1)
    return float(np.mean(rank < k))


def _log_loss(labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]]) -> float:
    of_truth = np.take_along_axis(probabilities, labels[:, None], axis=1).astype(np.float64)
    # A quantized model may give exactly 0; float32's epsilon bounds the loss at about 16 nats.
    return float(-np.mean(np.log(np.clip(of_truth, np.finfo(np.float32).eps, 1.0))))


def _class_scores(
    labels: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]], names: Sequence[str]
) -> tuple[ClassScore, ...]:
    columns = _scores(labels, predicted, len(names))
    return tuple(
        ClassScore(name, float(precision), float(recall), float(f1), int(support))
        if support
        else ClassScore(name, None, None, None, 0)
        for name, precision, recall, f1, support in zip(names, *columns, strict=True)
    )


def _scores(
    labels: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]], classes: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Precision, recall, F1 and number of examples of each class, `(classes,)`.

    A class that is never predicted has precision 0, the convention of the field.
    """
    labels, predicted = labels.astype(np.int64), predicted.astype(np.int64)
    right, given, support = (
        np.bincount(each, minlength=classes)
        for each in (labels[labels == predicted], predicted, labels)
    )

    def share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[Any]:
        return np.divide(part, whole, out=np.zeros(classes), where=whole > 0)

    return share(right, given), share(right, support), share(2 * right, given + support), support


def checked_answers(
    labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]], classes: int
) -> tuple[NDArray[np.integer[Any]], NDArray[np.floating[Any]]]:
    """The true classes and the predicted probabilities as arrays.

    Args:
        labels: integers of shape `(examples,)`, 0 to `classes` - 1.
        probabilities: of shape `(examples, classes)`.
        classes: how many there are.

    Raises:
        DataError: as `classification_metrics`.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(
            f"labels must be integers of shape (examples,), got {labels.dtype} {labels.shape}."
        )
    if probabilities.shape != (len(labels), classes):
        raise DataError(
            f"probabilities must have shape (examples, classes) = {(len(labels), classes)}, "
            f"got {probabilities.shape}."
        )
    if not len(labels):
        raise DataError("There are no examples to evaluate: the split is empty.")
    if labels.min() < 0 or labels.max() >= classes:
        bad = int(np.flatnonzero((labels < 0) | (labels >= classes))[0])
        raise DataError(
            f"Example {bad} has label {labels[bad]}, which is not one of the {classes} classes."
        )
    _check_distributions(probabilities)
    return labels, probabilities


def _check_distributions(probabilities: NDArray[np.floating[Any]]) -> None:
    # Much slack: a softmax in 8 bits over many classes sums to 1 only roughly. Logits are caught.
    sums = probabilities.sum(axis=1, dtype=np.float64)
    bad = ~np.isfinite(sums) | (np.abs(sums - 1) > 0.25) | (probabilities < 0).any(axis=1)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"Row {row} of the probabilities is not a distribution (sum {sums[row]:g}, "
            f"smallest {probabilities[row].min():g}): apply softmax to logits first."
        )
