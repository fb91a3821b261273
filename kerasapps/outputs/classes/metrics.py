"""Figures of a classifier from labels and probabilities, with numpy alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.ranks import higher_share
from kerasapps.evaluation.shown import Shown, per_cent
from kerasapps.outputs.classes.calibration import (
    CalibrationBin,
    calibration_bins,
    calibration_error,
)
from kerasapps.outputs.classes.checks import checked_answers
from kerasapps.outputs.classes.confusion import Confusion, count_confusions, for_json, matrix
from kerasapps.outputs.classes.decision import Decided
from kerasapps.outputs.classes.foreign import Foreign
from kerasapps.outputs.classes.scores import ClassScore
from kerasapps.outputs.classes.verdict import counted_right, guessing, warnings_of
from kerasapps.outputs.temperature import Tempered, tempered_classes
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
        tempered: what the temperature of the scores did, where they have one.
        decided: what thresholds leave of the answers, where the model has such.
        foreign: how what is of none of the classes was told from these, where such was given.

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
    tempered: Tempered | None = None
    decided: Decided | None = None
    foreign: Foreign | None = None

    @property
    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """`confusion[true][predicted]` is a number of examples; it has the classes' square."""
        return matrix(self.confusions, len(self.per_class))

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for `json.dumps`; see `confusion.for_json`."""
        values = dataclasses.asdict(self)
        values["per_class"] = list(values["per_class"])
        values["calibration"] = list(values["calibration"])
        for name in ("auc", "tempered", "decided", "foreign"):
            if values[name] is None:
                del values[name]
        if self.decided is not None:
            values["decided"]["per_class"] = list(values["decided"]["per_class"])
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
                *(each.line for each in (self.tempered, self.decided, self.foreign) if each),
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
    temperature: float = 1.0,
) -> ClassificationMetrics:
    """Every figure of a classifier from the true classes and the predicted probabilities.

    Args:
        labels: true classes, integer, `(examples,)`, 0 to classes - 1.
        probabilities: float, `(examples, classes)`; every row sums to 1.
        names: the classes' names, in the order of the columns.
        with_auc: whether the area under the ROC curve is among them, where there are two classes.
        temperature: that the probabilities have; with 1 nothing is said of it.

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
        tempered=None if temperature == 1 else _tempered(labels, probabilities, temperature),
    )


def _tempered(
    labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]], temperature: float
) -> Tempered:
    return tempered_classes(
        labels,
        probabilities,
        temperature,
        error=lambda truth, shares: calibration_error(calibration_bins(truth, shares)),
        log_loss=_log_loss,
    )


def _area(
    labels: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]]
) -> float | None:
    if probabilities.shape[1] != 2 or len(np.unique(labels)) != 2:
        return None
    second = labels == 1
    return higher_share(probabilities[second, 1], probabilities[~second, 1])


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
