"""How single classes fared, and how sure an accuracy is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassScore:
    """How one class fared. The scores are None for a class without test examples.

    Examples:
        >>> kerasapps.evaluation.ClassScore("cat", 0.5, 1.0, 0.67, support=2).recall
        1.0
    """

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


def accuracy_interval(accuracy: float, examples: int) -> tuple[float, float]:
    """The 95 % confidence interval of an accuracy measured on so many examples.

    Reference: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
    Inference" (the score interval, which stays within 0 to 1 and holds near its ends).

    Examples:
        >>> [round(edge, 3) for edge in kerasapps.evaluation.accuracy_interval(0.92, 100)]
        [0.85, 0.959]
    """
    z = 1.959964  # 97.5th percentile of the standard normal distribution
    spread = 1 + z**2 / examples
    centre = (accuracy + z**2 / (2 * examples)) / spread
    variance = accuracy * (1 - accuracy) / examples + z**2 / (4 * examples**2)
    half = z * variance**0.5 / spread
    return max(0.0, centre - half), min(1.0, centre + half)
