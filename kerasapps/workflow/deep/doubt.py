"""An example whose label is doubted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

LABEL_COLUMNS: Final = ("where", "split", "label", "suggested label", "confidence", "text")


@dataclass(frozen=True)
class LabelDoubt:
    """An example whose label is probably wrong.

    Attributes:
        where: it is, in `split`.
        split: of the three.
        label: that it has.
        suggested: what it seems to be.
        confidence: the probability of that, by a network that was not trained on the example.
        text: the beginning of a text, or the word; "" of what is none.
    """

    where: str
    split: str
    label: str
    suggested: str
    confidence: float
    text: str = ""

    @property
    def cells(self) -> tuple[str | float, ...]:
        """A row of a table with `LABEL_COLUMNS`."""
        return dataclasses.astuple(self)

    def __str__(self) -> str:
        text = f": {self.text}" if self.text else ""
        return (
            f"{self.where} ({self.split}): {self.label or 'none'}, rather "
            f"{self.suggested or 'none'} ({self.confidence:.0%}){text}"
        )
