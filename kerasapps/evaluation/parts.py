"""What each part of an input is worth, asked of anything that can answer without some of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.explaining import SAMPLES, ExplainConfig
from kerasapps.evaluation.saliency.maps import rank_correlation

Worth = Callable[[NDArray[np.bool_]], NDArray[np.floating[Any]]]
"""Which parts are there, `(n, parts)` → what is answered then, `(n,)`."""


@dataclass(frozen=True)
class Agreement:
    """How far two methods put the same parts in the same order.

    Attributes:
        method: the other one.
        correlation: Spearman's, -1 to 1: 1 is the same order, 0 is chance.
    """

    method: str
    correlation: float

    @classmethod
    def of(
        cls, method: str, own: NDArray[np.floating[Any]], other: NDArray[np.floating[Any]]
    ) -> Agreement | None:
        """How far two lists of weights agree; None where one of them has no order.

        Args:
            method: that gave the other weights.
            own: of any shape.
            other: of the same.
        """
        if any(each.size == 0 or (each == each.flat[0]).all() for each in (own, other)):
            return None
        return cls(method, rank_correlation(own, other))

    @property
    def line(self) -> str:
        """The same for people."""
        return (
            f"Rank correlation with {self.method}: {self.correlation:.2f} (1 is the same order, "
            "0 is chance)"
        )


@dataclass(frozen=True)
class Weighed:
    """Weights of parts.

    Attributes:
        weights: `(parts,)`.
        agreement: with the usual method, where another was asked for.
    """

    weights: NDArray[np.floating[Any]]
    agreement: Agreement | None = None


def weigh(worth: Worth, parts: int, *, how: ExplainConfig) -> Weighed:
    """The weight of each part, by occlusion or as SHAP values.

    Args:
        worth: what is asked.
        parts: how many there are.
        how: the method, and how much it may ask.
    """
    alone = occlusion(worth, parts)
    if how.method != "shap":
        return Weighed(alone)
    values = shapley_values(worth, parts, samples=how.samples or SAMPLES)
    return Weighed(values, Agreement.of("occlusion", values, alone))


def occlusion(worth: Worth, parts: int) -> NDArray[np.floating[Any]]:
    """What an answer loses without each part, `(parts,)`.

    Reference: Zeiler and Fergus 2014, section 4.2.
    """
    if not parts:
        return np.zeros(0)
    there = np.ones((parts + 1, parts), bool)
    there[np.arange(1, parts + 1), np.arange(parts)] = False
    answers = worth(there)
    losses: NDArray[np.floating[Any]] = answers[0] - answers[1:]
    return losses


def shapley_values(
    worth: Worth, parts: int, *, samples: int = SAMPLES, seed: int = 0
) -> NDArray[np.float64]:
    """What each part adds on average over all orders in which they could come, `(parts,)`.

    Their sum is the answer to all parts less that to none. With few parts every set of them is
    asked, which is exact; else sets are drawn, and a weighted regression gives the values.

    Args:
        worth: what is asked; as the package `shap` samples, many sets at once.
        parts: how many there are.
        samples: sets that are asked; twice the parts and one more at least.
        seed: of the sets.

    Reference: Lundberg and Lee 2017 (Kernel SHAP), as the package `shap` has it.
    """
    if not parts:
        return np.zeros(0)
    import shap

    # It draws from numpy's one generator, which is others' too.
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        explainer = shap.KernelExplainer(
            lambda sets: np.asarray(worth(sets > 0.5), np.float64), np.zeros((1, parts))
        )
        values = explainer.shap_values(
            np.ones((1, parts)), nsamples=max(samples, 2 * parts + 1), l1_reg=False, silent=True
        )
    finally:
        np.random.set_state(state)
    return np.asarray(values, np.float64)[0]
