"""The figures that translations are judged by."""

from __future__ import annotations

from kerasapps.config.metric import Answer, Metric

BLEU = Metric(name="BLEU", key="bleu_greedy", quality="bleu", perfect=100.0, unit="", tolerance=0.5)
PIECES = Metric(name="accuracy", key="accuracy", quality="accuracy")
"""Share of the target's pieces that are right, each after the reference's pieces before it."""
TRANSLATIONS = Answer(metric=BLEU, fitted=PIECES, judged=BLEU)
