"""The texts of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasapps.data.sources.clean import excerpt
from kerasapps.data.splits import Splits, no_contents


@dataclass(frozen=True, eq=False)
class TextExamples:
    """The texts of one split.

    Attributes:
        texts: read from disk one at a time.
        labels: of classes int32 `(n,)`, indices into `Splits.labels`; of k labels uint8 `(n, k)`;
            of numbers float64 `(n,)`; of several answers float64 `(n, m)`, see `Part.columns`.
        origins: where each text comes from, such as "train.csv, row 7".
        contents: uint64 `(n,)`, of a digest of each text, whatever its label.

    Examples:
        >>> examples = kerasapps.data.load_texts("builtin:reviews").test
        >>> examples.origin(0).startswith("reviews.csv, row")
        True
    """

    texts: Sequence[str]
    labels: np.ndarray
    origins: Sequence[str]
    contents: np.ndarray = no_contents()

    def __len__(self) -> int:
        return len(self.labels)

    def origin(self, index: int) -> str:
        """Where a text comes from: "train.csv, row 7", the file's header being row 1."""
        return self.origins[index]

    def excerpt(self, index: int) -> str:
        """The beginning of a text on one line."""
        return excerpt(self.texts[index])


TextSplits: TypeAlias = "Splits[TextExamples]"
