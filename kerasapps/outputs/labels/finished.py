"""Judging a finished model of sets of labels, without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasapps.process.all_cores import ask_all

if TYPE_CHECKING:
    from kerasapps.outputs.labels.bundle import LabelBundle
    from kerasapps.outputs.labels.figures import LabelMetrics
    from kerasapps.outputs.labels.labelled import LabelledSets
    from kerasapps.workflow.held_out import Digest
    from kerasapps.workflow.task import Task


def evaluate_labels(
    task: Task,
    bundle: LabelBundle,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
    usual: Mapping[str, Any] = MappingProxyType({}),
    digest: Digest | None = None,
) -> LabelMetrics:
    """Figures of one of a bundle's files on examples whose labels are known.

    Args:
        task: of the bundle; its data are `LabelledSets`.
        bundle: with the file loaded.
        data: any form that training takes.
        options: `unknown_classes`, and those that say how the data is read.
        max_broken: share of unreadable examples that is skipped before it is an error.
        scratch: where examples that are not files yet are written.
        usual: options that hold where `options` are silent.
        digest: see `usable_examples`.

    Raises:
        DataError: if the data cannot be used, or has a label that the bundle does not know.
    """
    from kerasapps.workflow.held_out import usable_examples

    reading = {name: value for name, value in options.items() if name != "unknown_classes"}
    labelled: LabelledSets = usable_examples(
        task,
        bundle.manifest,
        data,
        options=reading,
        max_broken=max_broken,
        scratch=scratch,
        usual=usual,
        digest=digest,
    )
    return set_figures(labelled, bundle.scores, bundle=bundle, options=options)


def set_figures(
    labelled: LabelledSets,
    scores_of: Callable[[Any], np.ndarray],
    *,
    bundle: LabelBundle,
    options: Mapping[str, Any],
    jobs: int | None = None,
) -> LabelMetrics:
    """Figures of what is answered to examples whose labels are known.

    Args:
        labelled: the examples.
        scores_of: an input → scores in the order of the bundle's labels.
        bundle: its labels and thresholds are read.
        options: `unknown_classes` is read.
        jobs: processes that answer; see `in_order`.

    Raises:
        DataError: if an example has a label that is not known.
    """
    from kerasapps.outputs.labels.figures import label_metrics
    from kerasapps.outputs.labels.labelled import truth_of

    truth = truth_of(
        labelled, bundle.labels, unknown_classes=options.get("unknown_classes", "error")
    )
    scores = np.stack(ask_all(scores_of, labelled.inputs, jobs=jobs))
    return label_metrics(truth, scores, names=bundle.labels, thresholds=bundle.thresholds)
