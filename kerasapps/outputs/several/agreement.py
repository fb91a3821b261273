"""Whether a file gives the answers that the Keras model gives: each of several by its own rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasapps.export.gate import Agreement, loss_objection
from kerasapps.outputs.files import Compared
from kerasapps.outputs.several.answer import MEAN_SCORE, score_of, tolerance_of


@dataclass(frozen=True)
class ComparedPart:
    """One answer of several, in the columns of what files give.

    Attributes:
        name: of it.
        output: what files call it.
        columns: of the files' outputs side by side.
        spread: see `score_of`.
        compared: as if it were alone.
    """

    name: str
    output: str
    columns: slice
    spread: float
    compared: Compared

    @property
    def labels(self) -> Sequence[str] | None:
        """Of its scores, where a SavedModel answers with ranked ones."""
        labels = self.compared.labels
        return None if isinstance(labels, Mapping) else labels

    def score(self, scores: np.ndarray, rows: slice | np.ndarray) -> float:
        """What the answer is worth on some examples."""
        share = self.compared.share(scores[:, self.columns], rows)
        return score_of(self.compared.metric, share, spread=self.spread)

    def objection(self, scores: np.ndarray, rows: slice | np.ndarray, *, tolerance: float) -> str:
        """What is to be said against a file that loses more of this answer than it may."""
        compared, own = self.compared, scores[:, self.columns]
        objection = loss_objection(
            compared.metric,
            compared.share(own, rows),
            compared.share(compared.reference[rows], rows),
            tolerance=tolerance_of(compared.metric, tolerance),
            count=len(own),
        )
        return objection and f"{self.name}: {objection}"


def compare_several(parts: Sequence[ComparedPart]) -> Compared:
    """How a file is held against the network, answer by answer.

    It is compared by the mean score, and may not ship if it loses too much of any answer, or gives
    one otherwise too often. Its agreement is that of the answer which agrees least.

    Args:
        parts: in the order of their columns.
    """

    def share(scores: np.ndarray, rows: slice | np.ndarray = slice(None)) -> float:
        return float(np.mean([part.score(scores, rows) for part in parts]))

    def agree(scores: np.ndarray, reference: np.ndarray, *, tolerance: float) -> Agreement:
        def one(part: ComparedPart) -> Agreement:
            own = scores[:, part.columns], reference[:, part.columns]
            allowed = tolerance_of(part.compared.metric, tolerance)
            return part.compared.agree(*own, tolerance=allowed)

        return _together(parts, one)

    def kept(scores: np.ndarray, usual: np.ndarray) -> Agreement:
        return _together(
            parts,
            lambda part: part.compared.kept(scores[:, part.columns], usual[:, part.columns]),
        )

    def also(
        scores: np.ndarray, *, tolerance: float, rows: slice | np.ndarray = slice(None)
    ) -> str:
        said = [part.objection(scores, rows, tolerance=tolerance) for part in parts]
        return "; ".join(filter(None, said))

    return Compared(
        reference=np.concatenate([part.compared.reference for part in parts], axis=1),
        metric=MEAN_SCORE,
        share=share,
        agree=agree,
        kept=kept,
        labels={part.output: part.labels for part in parts},
        also=also,
    )


def _together(parts: Sequence[ComparedPart], one: Callable[[ComparedPart], Agreement]) -> Agreement:
    each = {part.name: one(part) for part in parts}
    said = [f"{name}: {every.objection}" for name, every in each.items() if every.objection]
    return Agreement(min(every.share for every in each.values()), "; ".join(said))
