"""Reports of answers that people have as arrays, whatever gave them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.evaluation.report import Report, write_report
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.report import class_report
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.numbers.figures import number_metrics
from kerasapps.outputs.numbers.report import number_report
from kerasapps.paths import user_path


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
        path: of the HTML file, which loads nothing from anywhere.
        labels: true class numbers, integer, `(n,)`.
        probabilities: float, `(n, classes)`; every row sums to 1.
        names: of the classes, in the order of the columns.
        title: of the page.

    Raises:
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
    metrics = classification_metrics(np.asarray(labels), np.asarray(probabilities), names=names)
    report = Report(
        title=title,
        task="classification",
        answer=CLASSES,
        task_report=class_report(metrics, judged_on="test"),
    )
    return write_report(user_path(path, what="path"), report=report)


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
        path: of the HTML file, which loads nothing from anywhere.
        truth: float `(n,)`.
        predicted: likewise.
        title: of the page.
        origins: what each example is called.

    Raises:
        DataError: if shapes do not fit each other, or a number is none.

    Examples:
        >>> truth = np.arange(20.0)
        >>> page = kerasapps.evaluation.report_numbers("report.html", truth, truth + 0.5)
        >>> "Predicted against true" in page.read_text(encoding="utf-8")
        True
    """
    truth, predicted = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    metrics = number_metrics(truth, predicted)
    names = origins or [f"example {number}" for number in range(1, len(truth) + 1)]
    report = Report(
        title=title,
        task="regression",
        answer=NUMBERS,
        task_report=number_report(metrics, truth, predicted, origins=names, judged_on="test"),
    )
    return write_report(user_path(path, what="path"), report=report)
