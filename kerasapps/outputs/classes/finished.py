"""Judging a finished classifier, without TensorFlow.

What only judging needs is imported then: most bundles are loaded to be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasapps.process.all_cores import ask_all

if TYPE_CHECKING:
    from kerasapps.deploy.runner import Bundle
    from kerasapps.outputs.classes.labelled import Labelled
    from kerasapps.outputs.classes.metrics import ClassificationMetrics
    from kerasapps.workflow.held_out import Digest
    from kerasapps.workflow.task import Task


def evaluate_classes(
    task: Task,
    bundle: Bundle,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
    usual: Mapping[str, Any] = MappingProxyType({}),
    digest: Digest | None = None,
    with_auc: bool = False,
) -> ClassificationMetrics:
    """Figures of one of a bundle's files on labelled examples.

    Args:
        task: of the bundle.
        bundle: with the file loaded.
        data: any form that training takes.
        options: `unknown_classes`, and those that say how the data is read.
        max_broken: share of unreadable examples that is skipped before it is an error.
        scratch: where examples that are not files yet are written.
        usual: options that hold where `options` are silent.
        digest: see `usable_examples`.
        with_auc: see `classification_metrics`.

    Raises:
        DataError: if the data cannot be used, or has a class that the bundle does not know.
    """
    from kerasapps.workflow.held_out import usable_examples

    reading = {name: value for name, value in options.items() if name != "unknown_classes"}
    labelled: Labelled = usable_examples(
        task,
        bundle.manifest,
        data,
        options=reading,
        max_broken=max_broken,
        scratch=scratch,
        usual=usual,
        digest=digest,
    )
    return class_figures(
        labelled, bundle.scores, labels=bundle.labels, options=options, with_auc=with_auc
    )


def class_figures(
    labelled: Labelled,
    scores_of: Callable[[Any], np.ndarray],
    *,
    labels: Sequence[str],
    options: Mapping[str, Any],
    with_auc: bool = False,
    jobs: int | None = None,
) -> ClassificationMetrics:
    """Figures of what is answered to labelled examples.

    Args:
        labelled: the examples.
        scores_of: an input → scores in the order of `labels`.
        labels: that are known.
        options: `unknown_classes` is read.
        with_auc: see `classification_metrics`.
        jobs: processes that answer; see `in_order`.

    Raises:
        DataError: if an example has a class that is not known.
    """
    from kerasapps.outputs.classes.labelled import place_labels
    from kerasapps.outputs.classes.metrics import classification_metrics

    inputs, places = place_labels(
        labelled, labels, unknown_classes=options.get("unknown_classes", "error")
    )
    scores = np.stack(ask_all(scores_of, inputs, jobs=jobs))
    truth = np.asarray(places)
    shares = scores / scores.sum(1, keepdims=True)
    return classification_metrics(truth, shares, names=labels, with_auc=with_auc)
