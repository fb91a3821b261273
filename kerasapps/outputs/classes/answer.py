"""The figures that classes are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.config import kinds
from kerasapps.config.metric import Answer, Metric

ACCURACY = Metric(name="accuracy", key="accuracy", quality="accuracy", tolerance=1.0)
MACRO_F1 = Metric(name="macro-F1", key="f1", quality="macro_f1")
CLASSES = Answer(metric=ACCURACY, fitted=ACCURACY, judged=MACRO_F1)
OPTIONS = frozenset({"unknown_classes"})
"""Those options of all tasks that only classes have a use for, where a bundle is judged."""

CLASS_ANSWER: Mapping[str, Any] = {
    "kind": kinds.CLASSES,
    "labels_file": "labels.txt",
    "uint8_divisor": 256,
}
"""How scores are read, for programs of other people; see `docs/bundles.md`."""
