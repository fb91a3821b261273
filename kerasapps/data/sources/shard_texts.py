"""Texts within shards: a sequence of any length that takes a few bytes of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from kerasapps.data.sources.places import Places, read_place
from kerasapps.errors import DataError


class ShardTexts(Sequence[str]):
    """Texts that are read from their shards when they are asked for.

    Args:
        places: of the texts, as UTF-8.
    """

    def __init__(self, places: Places) -> None:
        self.places = places

    def select(self, rows: np.ndarray | slice) -> ShardTexts:
        """Those of some rows, int64 `(n,)`; nothing is read."""
        return ShardTexts(self.places.select(rows))

    def sizes(self) -> np.ndarray:
        """Bytes of each record, int64 `(n,)`: more than those of its text."""
        return self.places.sizes()

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> ShardTexts: ...
    def __getitem__(self, index: int | slice) -> str | ShardTexts:
        if isinstance(index, slice):
            return self.select(index)
        place = self.places[range(len(self))[index]]
        try:
            return read_place(place).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{place}: byte {error.start} is not UTF-8") from error
