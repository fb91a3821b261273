"""An example whose label is doubted, and when doubts say little."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

LABEL_COLUMNS: Final = ("where", "split", "label", "suggested label", "confidence", "text")
_FEW: Final = 0.6  # of the labels, which networks that know their data give again


def own_mistakes(given_again: float) -> str:
    """Why doubts say little, without the mark at its end; "" where they do not.

    Args:
        given_again: the share of all labels that the networks would have given, 0 to 1.
    """
    if given_again >= _FEW:
        return ""
    return (
        f"the networks would have given only {given_again:.0%} of the labels, so most of what they "
        "doubt is their own mistake"
    )


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
