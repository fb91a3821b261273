"""The figures that classes are judged by."""

from __future__ import annotations

from kerasapps.config.metric import Answer, Metric

ACCURACY = Metric(name="accuracy", key="accuracy", quality="accuracy", tolerance=1.0)
MACRO_F1 = Metric(name="macro-F1", key="f1", quality="macro_f1")
CLASSES = Answer(metric=ACCURACY, fitted=ACCURACY, judged=MACRO_F1)
OPTIONS = frozenset({"unknown_classes"})
"""Those options of all tasks that only classes have a use for, where a bundle is judged."""
