"""Judging a finished model of several answers, without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.metric import Metric
from kerasapps.errors import DataError
from kerasapps.process.all_cores import ask_all

if TYPE_CHECKING:
    from kerasapps.outputs.several.bundle import SeveralBundle
    from kerasapps.outputs.several.figures import SeveralMetrics
    from kerasapps.workflow.result import Showable


@dataclass(frozen=True, eq=False)
class KnownAnswers:
    """Raw inputs, several known answers each.

    Attributes:
        inputs: as the bundle's reader takes them.
        keys: of each example its answers, in their order, as `data.targets` writes them.
        contents: uint64 `(n,)`, of a digest of each; see `data.splits`.
    """

    inputs: Sequence[Any]
    keys: Sequence[Sequence[str]]
    contents: NDArray[np.uint64]

    def of(self, rows: NDArray[np.intp]) -> KnownAnswers:
        """Those at some places."""
        return KnownAnswers(
            [self.inputs[row] for row in rows],
            [self.keys[row] for row in rows],
            self.contents[rows] if len(self.contents) else self.contents,
        )


@dataclass(frozen=True)
class JudgedPart:
    """One answer on examples.

    Attributes:
        metric: by which it is judged.
        figures: all of them.
        spread: see `score_of`.
    """

    metric: Metric
    figures: Showable
    spread: float = 1.0


JudgePart: TypeAlias = Callable[
    [Any, Sequence[str], Sequence[np.ndarray], Mapping[str, Any]], JudgedPart
]
"""A bundle of one answer, the true answers, what the file gave and options → how it did."""


def several_figures(
    known: KnownAnswers, bundle: SeveralBundle, *, judge: JudgePart, options: Mapping[str, Any]
) -> SeveralMetrics:
    """Figures of one of a bundle's files on examples whose answers are known.

    Args:
        known: the examples.
        bundle: with the file loaded.
        judge: judges one answer.
        options: `unknown_classes` is read.

    Raises:
        DataError: if there are none, or one has an answer that the bundle does not know.
    """
    from kerasapps.outputs.several.answer import score_of
    from kerasapps.outputs.several.figures import AnswerFigures, SeveralMetrics

    if not len(known.inputs):
        raise DataError("the data holds no usable example.")
    given = ask_all(bundle.outputs, known.inputs)
    parts = []
    for place, (name, part) in enumerate(bundle.parts.items()):
        keys = [each[place] for each in known.keys]
        judged = judge(part, keys, [each[name] for each in given], options)
        share = judged.metric.share(judged.figures.to_dict())
        score = score_of(judged.metric, share, spread=judged.spread)
        parts.append(AnswerFigures(name, judged.metric, score, judged.figures))
    return SeveralMetrics.of(parts, examples=len(known.inputs))
