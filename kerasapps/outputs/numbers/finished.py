"""Judging a finished model of numbers, without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.numbers.figures import NumberMetrics, number_metrics
from kerasapps.process.all_cores import ask_all


@dataclass(frozen=True, eq=False)
class Numbered:
    """Raw inputs, one true number each.

    Attributes:
        inputs: as the bundle's reader takes them.
        numbers: float64 `(n,)`.
        contents: uint64 `(n,)`, of a digest of each; see `data.splits`.
    """

    inputs: Sequence[Any]
    numbers: NDArray[np.float64]
    contents: NDArray[np.uint64]

    def of(self, rows: NDArray[np.intp]) -> Numbered:
        """Those at some places."""
        inputs = [self.inputs[row] for row in rows]
        return Numbered(
            inputs, self.numbers[rows], self.contents[rows] if len(self.contents) else self.contents
        )


def number_figures(numbered: Numbered, bundle: NumberBundle) -> NumberMetrics:
    """Figures of one of a bundle's files on examples whose numbers are known.

    Args:
        numbered: the examples.
        bundle: with the file loaded.

    Raises:
        DataError: if there are none.
    """
    if not len(numbered.inputs):
        raise DataError("the data holds no usable example.")
    predicted = np.array(ask_all(bundle.value, numbered.inputs))
    return number_metrics(numbered.numbers, predicted)
