"""Figures of predicted numbers: numpy only."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import Shown, cell
from kerasapps.wording.counted import counted

_WITHIN = (50, 90)  # per cent of the examples
_GAIN = 0.02  # of R², of which less is worth nothing
_LUCK = 4  # over the examples: R² that unrelated numbers reach in about one of forty cases


@dataclass(frozen=True)
class NumberMetrics:
    """How far predicted numbers are from the true ones, on one split.

    Attributes:
        examples: number of examples the figures are from.
        rmse: root of the mean squared error, in the unit of the target.
        mae: mean absolute error.
        r2: share of the variance that is explained: 1 is all, 0 what the mean would do; None where
            all true numbers are equal.
        bias: mean of predicted minus true.
        median_error: half of the examples are at most so far off.
        error_90: nine tenths are.
        worst_error: the largest error.
        true_mean: mean of the true numbers.
        true_deviation: their standard deviation.

    Examples:
        >>> truth, predicted = np.array([1.0, 3.0]), np.array([2.0, 3.0])
        >>> metrics = kerasapps.evaluation.number_metrics(truth, predicted)
        >>> metrics.mae, metrics.bias
        (0.5, 0.5)
    """

    examples: int
    rmse: float
    mae: float
    r2: float | None
    bias: float
    median_error: float
    error_90: float
    worst_error: float
    true_mean: float
    true_deviation: float

    @property
    def warnings(self) -> list[str]:
        """What is to be said of numbers that the mean alone is about as near to; else nothing."""
        if self.r2 is None or self.r2 >= max(_GAIN, min(_LUCK / self.examples, 0.5)):
            return []
        return [
            "Warning: that is not clearly better than always answering the mean, so do not rely on "
            "the model yet. Look at the data first (kerasapps check), then give it more examples, "
            "train it longer, or try another model."
        ]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, ready for `json.dumps`."""
        return dataclasses.asdict(self)

    def shown(self) -> Shown:
        """The figures, and what guessing the mean would give."""
        rows = [
            ["RMSE", f"{self.rmse:.4g}"],
            ["MAE", f"{self.mae:.4g}"],
            ["R\u00b2", cell(self.r2, "{:.4f}")],
            ["mean of predicted minus true", f"{self.bias:.4g}"],
            ["half are off by at most", f"{self.median_error:.4g}"],
            ["90 % are off by at most", f"{self.error_90:.4g}"],
            ["the worst is off by", f"{self.worst_error:.4g}"],
        ]
        guess = f"Guessing the mean, {self.true_mean:.4g}, has an RMSE of {self.true_deviation:.4g}"
        return Shown(
            title=counted(self.examples, "example"),
            columns=("error", "value"),
            rows=rows,
            lines=[guess, *self.warnings],
        )


def number_metrics(
    truth: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]
) -> NumberMetrics:
    """Every figure of predicted numbers.

    Args:
        truth: float `(examples,)`.
        predicted: float, of the same shape.

    Raises:
        DataError: if the shapes do not fit each other, there are no examples, or a number is none.

    Examples:
        >>> truth, predicted = np.array([1.0, 3.0]), np.array([2.0, 3.0])
        >>> metrics = kerasapps.evaluation.number_metrics(truth, predicted)
        >>> metrics.r2
        0.5
    """
    truth, predicted = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    if truth.ndim != 1 or truth.shape != predicted.shape:
        raise DataError(
            f"true and predicted numbers must have one shape (examples,), got {truth.shape} and "
            f"{predicted.shape}."
        )
    if not len(truth):
        raise DataError("There are no examples to evaluate: the split is empty.")
    if not (np.isfinite(truth).all() and np.isfinite(predicted).all()):
        raise DataError("A true or predicted number is not finite.")
    errors = predicted - truth
    far = np.abs(errors)
    variance = float(truth.var())
    middle, most = (float(value) for value in np.percentile(far, _WITHIN))
    return NumberMetrics(
        examples=len(truth),
        rmse=root_mean_square(errors),
        mae=float(far.mean()),
        r2=1 - float((errors**2).mean()) / variance if variance else None,
        bias=float(errors.mean()),
        median_error=middle,
        error_90=most,
        worst_error=float(far.max()),
        true_mean=float(truth.mean()),
        true_deviation=variance**0.5,
    )


def root_mean_square(errors: NDArray[np.floating[Any]]) -> float:
    """The root of the mean of the squares."""
    return float(np.sqrt(np.mean(np.square(errors, dtype=np.float64))))
