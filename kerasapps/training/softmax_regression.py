"""Multinomial logistic regression with soft targets and weights, whose penalty the data choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

PENALTIES = tuple(10.0**power for power in (0, -0.5, -1, -1.5, -2, -2.5, -3, -3.5, -4))
"""From the strongest on, as each solution is where the search for the next one starts."""

FOLDS = 5

_ITERATIONS = 100
_TOLERANCE = 1e-4  # of the gradient's largest entry
_PATIENCE = 2  # penalties without a lower loss


@dataclass(frozen=True)
class Examples:
    """What a linear classifier is fitted to.

    Attributes:
        features: float32 `(n, d)`.
        targets: shares of the classes, float32 `(n, classes)`.
        weights: float32 `(n,)`.
    """

    features: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.features)

    def rows(self, chosen: Any) -> Examples:
        """Some of them, by number or by truth."""
        return Examples(self.features[chosen], self.targets[chosen], self.weights[chosen])

    def followed_by(self, other: Examples) -> Examples:
        """These, then others."""
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.targets, other.targets]),
            np.concatenate([self.weights, other.weights]),
        )


@dataclass(frozen=True)
class Linear:
    """A linear classifier.

    Attributes:
        kernel: float32 `(d, classes)`.
        bias: float32 `(classes,)`.
    """

    kernel: np.ndarray
    bias: np.ndarray

    def logits(self, features: np.ndarray) -> np.ndarray:
        """float32 `(n, classes)` of features `(n, d)`."""
        return features @ self.kernel + self.bias


def _never() -> bool:
    return False


def solve(examples: Examples, penalty: float, *, is_late: Callable[[], bool] = _never) -> Linear:
    """The classifier with the least mean cross-entropy and `penalty / 2` times its squared weights.

    The weights are those on features that are centred and divided by one number, the mean of their
    standard deviations, so that a penalty means the same for any backbone.

    Args:
        examples: to fit.
        penalty: more than 0.
        is_late: asked now and then whether to make do with what is found by then.
    """
    penalties = [*(each for each in PENALTIES if each > penalty), penalty]
    *_, last = _solutions(examples, penalties, is_late)
    return last


def solve_for(
    judged: Examples, examples: Examples, *, is_late: Callable[[], bool] = _never
) -> Linear:
    """The classifier of the penalty with which a fit has the least cross-entropy on others.

    Args:
        judged: the others; their weights do not count.
        examples: to fit.
        is_late: see `solve`.
    """
    solutions, losses = list[Linear](), list[float]()
    for solution in _solutions(examples, PENALTIES, is_late):
        solutions.append(solution)
        losses.append(cross_entropy(solution.logits(judged.features), judged.targets))
        if len(losses) - 1 - int(np.argmin(losses)) >= _PATIENCE:
            break
    return solutions[int(np.argmin(losses))]


def cross_validated(
    examples: Examples, targets: np.ndarray, *, seed: int, beside: Examples | None = None
) -> tuple[float, np.ndarray]:
    """The penalty that is best for the examples left out of each of five fits.

    Args:
        examples: all there are.
        targets: one-hot, that a fit is judged by and the folds are stratified by, `(n, classes)`.
        seed: of the folds.
        beside: others, which every fit learns from and none is judged by.

    Returns:
        The penalty, and with it the logits of each example by the fit that had not seen it.
    """
    logits = np.zeros((len(PENALTIES), *targets.shape), np.float32)
    fold_of = _folds(targets.argmax(1), seed=seed)
    for fold in range(FOLDS):
        left_out = fold_of == fold
        if not left_out.any():
            continue
        shown = examples.rows(~left_out)
        shown = shown if beside is None else shown.followed_by(beside)
        for index, solution in enumerate(_solutions(shown, PENALTIES)):
            logits[index, left_out] = solution.logits(examples.features[left_out])
    best = int(np.argmin([cross_entropy(each, targets) for each in logits]))
    return PENALTIES[best], logits[best]


def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
    """The mean over examples; both are `(n, classes)`."""
    return float(-(targets * _log_softmax(logits)).sum(1, dtype=np.float64).mean())


def _solutions(
    examples: Examples, penalties: Sequence[float], is_late: Callable[[], bool] = _never
) -> Iterator[Linear]:
    """The classifier of each penalty in turn, each search starting where the one before ended.

    There is one at least.
    """
    middle = examples.features.mean(0)
    scale = max(float(examples.features.std(0).mean()), 1e-6)
    scaled = (examples.features - middle) / np.float32(scale)
    place = np.zeros((scaled.shape[1] + 1) * examples.targets.shape[1])
    for penalty in penalties:
        place = _least(examples, scaled, penalty, place, is_late)
        kernel, bias = _parts(place, examples.targets.shape[1])
        kernel = kernel / np.float32(scale)
        yield Linear(kernel, bias - middle @ kernel)
        if is_late():
            return


def _least(
    examples: Examples,
    scaled: np.ndarray,
    penalty: float,
    place: np.ndarray,
    is_late: Callable[[], bool],
) -> np.ndarray:
    from scipy.optimize import minimize  # takes a second that only a pretrained network needs

    targets = examples.targets
    shares = (examples.weights / examples.weights.sum())[:, None]
    totals = targets.sum(1, keepdims=True)

    def loss(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        kernel, bias = _parts(numbers, targets.shape[1])
        logs = _log_softmax(scaled @ kernel + bias)
        fit = -float((shares * targets * logs).sum(dtype=np.float64))
        upstream = shares * (np.exp(logs) * totals - targets)
        slopes = np.vstack([scaled.T @ upstream + penalty * kernel, upstream.sum(0)[None]])
        size = float((kernel**2).sum(dtype=np.float64))
        return fit + penalty / 2 * size, slopes.ravel().astype(np.float64)

    def end_if_late(_: np.ndarray) -> None:
        if is_late():
            raise StopIteration  # the search ends with the place where it is

    options = {"maxiter": _ITERATIONS, "gtol": _TOLERANCE}
    # Many small products: threads wait for each other longer than they work, above all where other
    # work shares the cores.
    with threadpool_limits(1, user_api="blas"):
        least: np.ndarray = minimize(
            loss, place, jac=True, method="L-BFGS-B", callback=end_if_late, options=options
        ).x
    return least


def _parts(numbers: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of the numbers that are searched."""
    table = numbers.reshape(-1, classes).astype(np.float32)
    return table[:-1], table[-1]


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(1, keepdims=True)
    logs: np.ndarray = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return logs


def _folds(labels: np.ndarray, *, seed: int) -> np.ndarray:
    """The fold of each example, int `(n,)`: each class is dealt out evenly, in random order."""
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    folds = np.empty(len(labels), np.int64)
    folds[order] = np.arange(len(labels)) % FOLDS
    return folds
