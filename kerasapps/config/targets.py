"""What is to be answered: one class, several labels at once (or none), or numbers."""

from __future__ import annotations

from typing import Final, Literal

TargetKind = Literal["class", "labels", "number"]
LabelLoss = Literal["asymmetric", "cross_entropy", "focal"]
SEPARATOR: Final = "|"
"""Between the labels of one cell, where kerasapps writes it."""
