"""The values of one column: each different text once, and which of them a row has."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kerasapps.data.rows.cells import MISSING, cell_text, numbers_in


@dataclass(frozen=True, eq=False)
class Values:
    """A column's values.

    Attributes:
        texts: every different value once, in the order of its first row; missing ones are `""`.
        codes: int32 `(n,)`, for each row the place of its value among `texts`.
    """

    texts: tuple[str, ...]
    codes: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.texts[self.codes[row]]

    def select(self, rows: np.ndarray) -> Values:
        """Those of some rows, int64 `(m,)`."""
        return Values(self.texts, self.codes[rows])

    @cached_property
    def counts(self) -> np.ndarray:
        """int64, for each of `texts` how many rows have it."""
        return np.bincount(self.codes, minlength=len(self.texts))

    @property
    def missing(self) -> int:
        """How many rows have no value."""
        return int(sum(self.counts[place] for place in self._places(MISSING)))

    @cached_property
    def present(self) -> tuple[tuple[str, int], ...]:
        """The values that some row has, with the number of such rows; missing ones are none."""
        counted = zip(self.texts, self.counts.tolist(), strict=True)
        return tuple((text, count) for text, count in counted if count and text != MISSING)

    def numbers(self) -> np.ndarray:
        """float64 `(n,)`, NaN where a value is no number or missing."""
        return numbers_in(self.texts)[self.codes]

    def _places(self, text: str) -> list[int]:
        return [place for place, each in enumerate(self.texts) if each == text]


class Interner:
    """Collects the values of a column, one row after another, in a few bytes each."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._texts: list[str] = []
        self._written: dict[str, int] = {}  # cells of a file as they stand there
        self._codes = array("i")

    def add(self, value: object) -> str:
        """Take in the value of the next row; as text."""
        place = self._written.get(value) if type(value) is str else None
        if place is None:
            place = self._place(cell_text(value))
            if type(value) is str:
                self._written[value] = place
        self._codes.append(place)
        return self._texts[place]

    def _place(self, text: str) -> int:
        place = self._places.setdefault(text, len(self._texts))
        if place == len(self._texts):
            self._texts.append(text)
        return place

    def values(self) -> Values:
        """All that was taken in."""
        return Values(tuple(self._texts), np.array(self._codes, np.int32))


def values_of(cells: Sequence[object]) -> Values:
    """Cells of any type as a column's values."""
    interner = Interner()
    for cell in cells:
        interner.add(cell)
    return interner.values()
