"""Judging a finished classifier, without TensorFlow.

What only judging needs is imported then: most bundles are loaded to be asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasapps.deploy.undecided import Undecided
from kerasapps.errors import DataError
from kerasapps.process.all_cores import ask_all

if TYPE_CHECKING:
    from kerasapps.outputs.classes.labelled import Labelled
    from kerasapps.outputs.classes.metrics import ClassificationMetrics


def class_figures(
    labelled: Labelled,
    scores_of: Callable[[Any], np.ndarray],
    *,
    labels: Sequence[str],
    options: Mapping[str, Any],
    with_auc: bool = False,
    jobs: int | None = None,
    undecided: Undecided = Undecided(),
    foreign: Sequence[Any] | None = None,
) -> ClassificationMetrics:
    """Figures of what is answered to labelled examples.

    Args:
        labelled: the examples.
        scores_of: an input → scores in the order of `labels`.
        labels: that are known.
        options: `unknown_classes` is read.
        with_auc: see `classification_metrics`.
        jobs: processes that answer; see `in_order`.
        undecided: the scores below which nothing is answered.
        foreign: inputs of none of the classes.

    Raises:
        DataError: if an example has a class that is not known, or none is of a class that is told
            from foreign ones.
    """
    from kerasapps.outputs.classes.decision import decided
    from kerasapps.outputs.classes.foreign import foreign_figures
    from kerasapps.outputs.classes.labelled import place_labels
    from kerasapps.outputs.classes.metrics import classification_metrics

    inputs, places = place_labels(
        labelled, labels, unknown_classes=options.get("unknown_classes", "error")
    )
    scores = np.stack(ask_all(scores_of, inputs, jobs=jobs))
    truth = np.asarray(places)
    shares = scores / scores.sum(1, keepdims=True)
    figures = classification_metrics(truth, shares, names=labels, with_auc=with_auc)
    if not undecided.is_empty:
        left = decided(truth, scores, undecided, names=labels)
        figures = dataclasses.replace(figures, decided=left)
    if foreign is not None:
        known = truth != undecided.foreign  # what is of none of the others is not known
        if not known.any():
            raise DataError(
                f"foreign: all examples of the data are {labels[truth[0]]!r}, which stands for "
                "none of the classes, so there are no known ones to tell others from."
            )
        others = np.stack(ask_all(scores_of, foreign, jobs=jobs))
        told = foreign_figures(scores[known], others, undecided.limits(len(labels)))
        figures = dataclasses.replace(figures, foreign=told)
    return figures
