"""The pictures of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasapps.data.sources.places import Place
from kerasapps.data.splits import Splits, no_contents
from kerasapps.wording.harmless import printable


@dataclass(frozen=True)
class PictureExamples:
    """The pictures of one split.

    Attributes:
        paths: of the encoded pictures, files or places within shards; see `Places`.
        labels: of classes indices into `Splits.labels`, one a path; of k labels uint8 `(n, k)`; of
            numbers float64 `(n,)`; of several answers float64 `(n, m)`, see `Part.columns`.
        contents: uint64 `(n,)`, of a digest of each picture's pixels, whatever its label.

    Examples:
        >>> len(kerasapps.data.PictureExamples(paths=(Path("a.png"),), labels=(0,)))
        1
    """

    paths: Sequence[Place]
    labels: Sequence[int] | np.ndarray
    contents: np.ndarray = no_contents()

    def __len__(self) -> int:
        return len(self.paths)

    def origin(self, index: int) -> str:
        """Where a picture is, as it can be printed."""
        return printable(str(self.paths[index]))


ImageSplits: TypeAlias = "Splits[PictureExamples]"
