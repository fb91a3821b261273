"""How long texts are, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np


@dataclass(frozen=True)
class Lengths:
    """Words of a text, over all texts in use."""

    COLUMNS: ClassVar = ("shortest", "median", "95 % have at most", "longest")

    shortest: int = 0
    median: int = 0
    percentile_95: int = 0
    longest: int = 0

    def __str__(self) -> str:
        return (
            f"shortest {self.shortest:,}, median {self.median:,}, "
            f"95 % have at most {self.percentile_95:,}, longest {self.longest:,}"
        )

    def row(self) -> tuple[int, int, int, int]:
        """Its cells below `COLUMNS`."""
        return self.shortest, self.median, self.percentile_95, self.longest


def measure_lengths(words: np.ndarray) -> Lengths:
    """Summarise numbers of words, int `(n,)`."""
    if not len(words):
        return Lengths()
    spread = np.percentile(words, (0, 50, 95, 100), method="nearest")
    return Lengths(*(int(value) for value in spread))
