"""Judging a finished model of numbers, without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.numbers.figures import NumberMetrics, number_metrics
from kerasapps.process.all_cores import ask_all
from kerasapps.workflow.held_out import Digest, usable_examples
from kerasapps.workflow.task import Task


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


def evaluate_numbers(
    task: Task,
    bundle: NumberBundle,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
    usual: Mapping[str, Any],
    digest: Digest | None = None,
) -> NumberMetrics:
    """Figures of one of a bundle's files on examples whose numbers are known.

    Args:
        task: of the bundle; its data are `Numbered`.
        bundle: with the file loaded.
        data: any form that training takes.
        options: how the data is read.
        max_broken: share of unreadable examples that is skipped before it is an error.
        scratch: where examples that are not files yet are written.
        usual: options that hold where `options` are silent.
        digest: see `usable_examples`.

    Raises:
        DataError: if the data cannot be used.
    """
    numbered: Numbered = usable_examples(
        task,
        bundle.manifest,
        data,
        options=options,
        max_broken=max_broken,
        scratch=scratch,
        usual=usual,
        digest=digest,
    )
    if not len(numbered.inputs):
        raise DataError("the data holds no usable example.")
    predicted = np.array(ask_all(bundle.value, numbered.inputs))
    return number_metrics(numbered.numbers, predicted)
