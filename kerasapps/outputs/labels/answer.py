"""The figures that sets of labels are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerasapps.config import kinds
from kerasapps.config.metric import Answer, Metric

MICRO_F1 = Metric(name="micro-F1", key="micro_f1", quality="micro_f1", of_examples=False)
DECISIONS = Metric(
    name="right decisions", key="right_decisions", quality="right_decisions", of_examples=False
)
"""Share of the decisions on single labels that are right where a score above a half is a yes."""
LABELS = Answer(metric=MICRO_F1, fitted=DECISIONS, judged=MICRO_F1)


def explain_thresholds(thresholds: Sequence[float]) -> dict[str, Any]:
    """How a set is read from scores, for programs of other people; see `docs/bundles.md`.

    Args:
        thresholds: a label is in the set where its score is at least its threshold; in the order of
            the scores.
    """
    return {
        "kind": kinds.LABELS,
        "labels_file": "labels.txt",
        "uint8_divisor": 256,
        "thresholds": [float(each) for each in thresholds],
    }
