"""The head of a pretrained network, fitted to what its frozen backbone makes of the examples.

Every example goes through the backbone once, and where there are few once more for each further
copy, changed at random; the head is then solved in seconds, not trained in epochs.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.training.criterion import Criterion
from kerasapps.training.history import Fitted
from kerasapps.training.length import is_asked
from kerasapps.training.softmax_regression import (
    Examples,
    Linear,
    cross_validated,
    solve,
    solve_for,
)
from kerasapps.training.step import unpack

FEWEST_TO_JUDGE = 15
"""Validation examples with which it can be told whether a backbone is better for fine-tuning."""

FEWEST_TO_CHOOSE = 30
"""Validation examples with which a penalty can be chosen."""

MOST_FOLDED = 10_000
"""Training examples up to which a penalty is chosen by folds of them: more would take minutes."""

MOST_EXAMPLES = 50_000
"""Examples, copies included, that a head is fitted to."""

_COPIED = 2000  # training examples, copies included, that are enough without further copies
_MOST_COPIES = 5
_READING = 0.8  # of the time for the head; the rest is for solving


@dataclass(frozen=True)
class Head:
    """The last layer of a network, which answers with classes.

    Attributes:
        layer: linear; nothing else but the backbone has weights.
        count: training examples.
        validated: validation examples.
        may_pool: whether it may learn from the validation examples as well.
        pseudo: of the training examples how many, the last, have the label that a network gave
            them; nothing is judged by these.
    """

    layer: keras.layers.Dense
    count: int
    validated: int
    may_pool: bool
    pseudo: int = 0

    @property
    def is_cross_validated(self) -> bool:
        """Whether a penalty is chosen by cross-validation, for want of validation examples."""
        return self.validated < FEWEST_TO_CHOOSE and self.count - self.pseudo <= MOST_FOLDED

    def keeps_backbone(self, config: TrainConfig) -> bool:
        """Whether the head is all that is fitted: with few examples, if nobody asks otherwise."""
        few = self.is_cross_validated and self.validated < FEWEST_TO_JUDGE
        return few and not is_asked(config) and config.head_epochs != 0

    @property
    def copies(self) -> int:
        """How often the training examples are seen where nobody says it."""
        return suitable_copies(self.count)

    def parted(self, unchanged: Examples) -> tuple[Examples, Examples | None]:
        """The labelled ones of the training examples, in order, and some of the others.

        Of those as many as folds have time for, evenly spread.
        """
        if not self.pseudo:
            return unchanged, None
        labelled = self.count - self.pseudo
        step = -(-self.pseudo // max(1, MOST_FOLDED - labelled))
        return unchanged.rows(slice(labelled)), unchanged.rows(slice(labelled, None, step))

    def describe(self) -> str:
        """What is done where nobody says how long to train and there are few examples."""
        how = (
            "all training and validation examples, and judged by cross-validation on them"
            if self.may_pool
            else "the training examples, and judged on the few others"
        )
        return (
            f"With only {self.validated} validation examples the backbone stays as it is: its head "
            f"is fitted to {how}. TrainConfig.epochs or TrainConfig.time_budget train the "
            "backbone too, which takes longer and pays where the examples are unlike those that it "
            "learned from."
        )


def suitable_copies(count: int) -> int:
    """How often so many training examples are seen where nobody says it."""
    return min(_MOST_COPIES, max(1, math.ceil(_COPIED / count)))


@dataclass(frozen=True, kw_only=True)
class HeadTask:
    """What a head is fitted to, and how.

    Attributes:
        head: which.
        model: the network that it is part of.
        batches: endless training batches, changed at random.
        unchanged: the training examples once as they are, in batches of `(x, y)` or
            `(x, y, weight)`.
        steps: batches of a copy of the training examples.
        validation: batches of `(x, y)`.
        copies: how often the training examples are seen.
        criterion: cross-entropy, and what it counts.
        smoothing: share of the target that is spread over all classes.
        seed: of the folds.
        pools: whether it learns from the validation examples as well.
        is_late: whether so large a share of the time for the head is over: the reading of
            examples ends after most of it, the solving with it.
    """

    head: Head
    model: keras.Model
    batches: Iterable[Any]
    unchanged: tf.data.Dataset
    steps: int
    validation: tf.data.Dataset
    copies: int
    criterion: Criterion
    smoothing: float
    seed: int
    pools: bool
    is_late: Callable[[float], bool]


def fit_head(task: HeadTask) -> Fitted:
    """Gives the head's layer the weights that suit the training examples.

    With enough validation examples these choose the penalty; with few it is chosen by
    cross-validation on training and validation examples, as they are.

    Args:
        task: what to fit to.
    """
    read = _reader(task.model, task.head.layer)
    judged = _collect(task.validation, read)
    logits, is_late = None, functools.partial(task.is_late, 1.0)
    if task.head.is_cross_validated:
        unchanged = _collect(task.unchanged, read)
        labelled, beside = task.head.parted(unchanged)
        both = labelled.followed_by(_weighted_like(judged, labelled))
        penalty, out_of_fold = _by_folds(both, beside, task)
        seen = _changed(task, read)
        if task.pools:
            factor = len(seen) / len(unchanged)  # a copy of each for each copy of the others
            seen = seen.followed_by(_weighted_like(judged, labelled, factor=factor))
            judged, logits = both, out_of_fold
        linear = solve(_smoothed(seen, task.smoothing), penalty, is_late=is_late)
    else:
        seen = _changed(task, read)
        linear = solve_for(judged, _smoothed(seen, task.smoothing), is_late=is_late)
    _give(task.head.layer, linear)
    fit = _score(task, linear.logits(seen.features), seen)
    logits = linear.logits(judged.features) if logits is None else logits
    return Fitted(*fit, *_score(task, logits, judged, weighted=False))


def _by_folds(both: Examples, beside: Examples | None, task: HeadTask) -> tuple[float, np.ndarray]:
    return cross_validated(
        _smoothed(both, task.smoothing),
        both.targets,
        seed=task.seed,
        beside=None if beside is None else _smoothed(beside, task.smoothing),
    )


def _reader(model: keras.Model, layer: keras.layers.Dense) -> Callable[[Any], np.ndarray]:
    """Compiled once: from a batch's inputs to what goes into the head, float32 `(batch, d)`."""
    before = keras.Model(model.input, layer.input)

    @tf.function(reduce_retracing=True, autograph=False)
    def read(inputs: Any) -> Any:
        return tf.cast(before(inputs, training=False), tf.float32)

    return lambda inputs: np.asarray(read(inputs).numpy())


def _changed(task: HeadTask, read: Callable[[Any], np.ndarray]) -> Examples:
    """The training batches, for as many copies as are wanted or as there is time for."""
    most = max(1, min(task.copies * task.steps, MOST_EXAMPLES * task.steps // task.head.count))
    is_enough = functools.partial(task.is_late, _READING)
    return _collect(itertools.islice(task.batches, most), read, is_enough=is_enough)


def _collect(
    batches: Iterable[Any],
    read: Callable[[Any], np.ndarray],
    *,
    is_enough: Callable[[], bool] = lambda: False,
) -> Examples:
    """Features of batches, targets and weights; no more batches once there are enough."""
    parts = []
    for batch in batches:
        inputs, targets, weight = unpack(batch)
        weights = np.ones(len(targets), np.float32) if weight is None else weight.numpy()
        parts.append((read(inputs), targets.numpy(), weights))
        if is_enough():
            break
    return Examples(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _weighted_like(examples: Examples, others: Examples, *, factor: float = 1.0) -> Examples:
    """The examples with `factor` times the mean weight that others of the same class have."""
    totals = np.maximum(others.targets.sum(0), 1e-6)
    means = others.weights @ others.targets / totals
    weights = (factor * examples.targets @ means).astype(np.float32)
    return Examples(examples.features, examples.targets, weights)


def _smoothed(examples: Examples, smoothing: float) -> Examples:
    spread = examples.targets * (1 - smoothing) + smoothing / examples.targets.shape[1]
    return Examples(examples.features, spread.astype(np.float32), examples.weights)


def _give(layer: keras.layers.Dense, linear: Linear) -> None:
    layer.kernel.assign(linear.kernel)
    layer.bias.assign(linear.bias)


def _score(
    task: HeadTask, logits: np.ndarray, examples: Examples, *, weighted: bool = True
) -> tuple[float, float]:
    """Mean loss and the figure, as the criterion has them; plain ones if not `weighted`."""
    options = {"smoothing": task.smoothing} if weighted else {}
    weights = tf.constant(examples.weights) if weighted else None
    targets = tf.constant(examples.targets)
    score = task.criterion.score(tf.constant(logits), targets, weights, **options)
    losses, figures, count = (float(each) for each in score.sums.numpy())
    return losses / count, task.criterion.figure(figures / count)
