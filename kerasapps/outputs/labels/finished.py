"""Judging a finished model of sets of labels, without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasapps.process.all_cores import ask_all

if TYPE_CHECKING:
    from kerasapps.outputs.labels.bundle import LabelBundle
    from kerasapps.outputs.labels.figures import LabelMetrics
    from kerasapps.outputs.labels.labelled import LabelledSets


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
