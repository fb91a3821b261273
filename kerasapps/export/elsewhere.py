"""The test examples as another program prepares them, and what a file makes of these."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasapps.config.metric import Metric
from kerasapps.export.artifact import ElsewhereFigures
from kerasapps.export.gate import Agreement, loss_objection
from kerasapps.model_inputs import ModelInputs

Agree: TypeAlias = Callable[[np.ndarray, np.ndarray], Agreement]
"""Scores on examples that are prepared otherwise, and on the same prepared as in training → how far
they give the same answers."""


@dataclass(frozen=True)
class Elsewhere:
    """Examples of the test split that are prepared otherwise than in training.

    A file is not withheld by them: they say how it must be used, not whether it is a good one.

    Attributes:
        name: what is done otherwise, such as "resize as on a phone".
        rows: int `(m,)`, their places in the test split.
        inputs: raw model inputs, `(m, …)`.
        agree: how answers are compared.
        advice: what to do where they do not.
    """

    name: str
    rows: np.ndarray
    inputs: ModelInputs
    agree: Agree
    advice: str

    def judge(
        self,
        scores: np.ndarray,
        usual: np.ndarray,
        *,
        metric: Metric,
        share: Callable[..., float],
        tolerance: float,
    ) -> tuple[ElsewhereFigures, str]:
        """A file's figures, and a warning where it answers otherwise; empty for none.

        Args:
            scores: the file's, `(m, …)`.
            usual: the file's on the whole test split as training prepares it, `(n, …)`.
            metric: by which files are compared.
            share: see `HeldOut`.
            tolerance: what may be lost of the metric.
        """
        same = usual[self.rows]
        here, there = share(scores, self.rows), share(same, self.rows)
        agreement = self.agree(scores, same)
        objection = loss_objection(
            metric,
            here,
            there,
            tolerance=tolerance,
            count=len(self.rows),
            against="the usual preparation",
        )
        delta = metric.delta(here, there)
        figures = ElsewhereFigures(
            name=self.name,
            examples=len(self.rows),
            metric=here if math.isfinite(here) else None,
            delta=delta if math.isfinite(delta) else None,
            agreement=agreement.share,
        )
        said = "; ".join(filter(None, (objection, agreement.objection)))
        return figures, f"{self.name}: {said}. {self.advice}" if said else ""


MakeElsewhere: TypeAlias = Callable[[Agree], Elsewhere | None]
"""How answers are compared → test examples as another program prepares them, if there are any."""
