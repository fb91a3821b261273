"""Reports of answers that people have as arrays, whatever gave them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import choose
from kerasapps.errors import DataError
from kerasapps.evaluation.report import Report, write_report
from kerasapps.files.paths import file_place
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.report import class_report
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.numbers.figures import number_metrics
from kerasapps.outputs.numbers.report import number_report

_ROWS = 2  # axes of one-hot labels


def report_classes(
    path: str | os.PathLike[str],
    labels: Any,
    probabilities: Any,
    *,
    names: Sequence[str],
    title: str = "Classes",
) -> Path:
    """A page on predicted classes: figures, confusions, weakest classes and calibration.

    Args:
        path: of the HTML file, which loads nothing from anywhere; folders are made.
        labels: true class numbers, `(n,)`, names of classes, or one-hot rows, `(n, classes)`.
        probabilities: float, `(n, classes)`; every row sums to 1. Of two classes also that of the
            second alone, `(n,)` or `(n, 1)`.
        names: of the classes, in the order of the columns.
        title: of the page.

    Raises:
        ConfigError: if the file cannot be written.
        DataError: if shapes or values do not fit each other.

    Examples:
        >>> truth = np.array([0, 1, 1])
        >>> probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
        >>> page = kerasapps.evaluation.report_classes(
        ...     "report.html", truth, probabilities, names=("cat", "dog")
        ... )
        >>> "Confusion" in page.read_text(encoding="utf-8")
        True
    """
    place, columns = file_place(path, what="path"), _columns(probabilities, len(names))
    metrics = classification_metrics(_numbers(labels, names), columns, names=names)
    report = Report(
        title=title,
        task="classification",
        answer=CLASSES,
        task_report=class_report(metrics, judged_on="test"),
    )
    return write_report(place, report=report)


def report_numbers(
    path: str | os.PathLike[str],
    truth: Any,
    predicted: Any,
    *,
    title: str = "Numbers",
    origins: Sequence[str] | None = None,
) -> Path:
    """A page on predicted numbers: figures, predicted against true, and the worst errors.

    Args:
        path: of the HTML file, which loads nothing from anywhere; folders are made.
        truth: float `(n,)`.
        predicted: likewise.
        title: of the page.
        origins: what each example is called.

    Raises:
        ConfigError: if the file cannot be written.
        DataError: if shapes do not fit each other, or a number is none.

    Examples:
        >>> truth = np.arange(20.0)
        >>> page = kerasapps.evaluation.report_numbers("report.html", truth, truth + 0.5)
        >>> "Predicted against true" in page.read_text(encoding="utf-8")
        True
    """
    place = file_place(path, what="path")
    truth, predicted = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    metrics = number_metrics(truth, predicted)
    names = origins or [f"example {number}" for number in range(1, len(truth) + 1)]
    report = Report(
        title=title,
        task="regression",
        answer=NUMBERS,
        task_report=number_report(metrics, truth, predicted, origins=names, judged_on="test"),
    )
    return write_report(place, report=report)


def _numbers(labels: Any, names: Sequence[str]) -> np.ndarray:
    """Class numbers of what people have as labels; what they do not fit is refused later."""
    truth = np.asarray(labels)
    if truth.dtype.kind in "OSU":
        return _of_names(truth, names)
    if truth.ndim == _ROWS and truth.shape[1] == 1:
        truth = truth[:, 0]
    if truth.ndim == _ROWS:
        if not np.isin(truth, (0, 1)).all() or (truth.sum(axis=1) != 1).any():
            raise DataError("A row of labels is not one-hot: it must have a single 1, and zeros.")
        return np.asarray(truth.argmax(axis=1))
    return truth.astype(np.int64) if (truth == np.floor(truth)).all() else truth


def _of_names(labels: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The place of each label among the names."""
    places = {name: number for number, name in enumerate(names)}
    for label in labels.reshape(-1).tolist():
        choose(label, places, what="A label")
    return np.array([places[label] for label in labels.reshape(-1).tolist()], np.int64)


def _columns(probabilities: Any, count: int) -> np.ndarray:
    """Probabilities of all classes, where those of the second of two are given."""
    values = np.asarray(probabilities)
    if count == 2 and (values.ndim == 1 or values.shape[1:] == (1,)):
        second = values.reshape(-1)
        return np.stack([1 - second, second], axis=1)
    return values
