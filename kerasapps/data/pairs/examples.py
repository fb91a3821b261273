"""The sentence pairs of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasapps.data.sources.clean import excerpt, fold_text
from kerasapps.data.splits import Splits, no_contents


@dataclass(frozen=True, eq=False)
class PairExamples:
    """The sentence pairs of one split.

    Attributes:
        sources: read from disk one at a time.
        targets: their translations, likewise.
        origins: where each pair comes from, such as "train.en + train.de, row 7".
        contents: uint64 `(n,)`, of a digest of each pair.

    Examples:
        >>> examples = kerasapps.data.load_pairs("builtin:phrases").test
        >>> len(examples.of(np.array([0, 1])))
        2
    """

    sources: Sequence[str]
    targets: Sequence[str]
    origins: Sequence[str]
    contents: np.ndarray = no_contents()

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def together(self) -> Sequence[np.ndarray]:
        """A number for each source, int64 `(n,)`: all its translations go into one fold.

        Case, punctuation and white space do not count.
        """
        numbers: dict[str, int] = {}
        folded = map(fold_text, self.sources)
        return (np.array([numbers.setdefault(text, len(numbers)) for text in folded], np.int64),)

    @property
    def strata(self) -> np.ndarray:
        """Nothing has to have its share: 0 of each, int64 `(n,)`."""
        return np.zeros(len(self), np.int64)

    def origin(self, index: int) -> str:
        """Where a pair comes from; the first line of a plain file is row 1."""
        return self.origins[index]

    def excerpt(self, index: int) -> str:
        """The beginning of a source on one line."""
        return excerpt(self.sources[index])

    def of(self, rows: np.ndarray) -> PairExamples:
        """The pairs at some places, int `(m,)`, in that order."""
        return PairExamples(
            [self.sources[row] for row in rows],
            [self.targets[row] for row in rows],
            [self.origins[row] for row in rows],
            self.contents[rows],
        )


PairSplits: TypeAlias = "Splits[PairExamples]"
