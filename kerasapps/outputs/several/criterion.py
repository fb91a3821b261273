"""What a training on several answers minimises: their losses, weighed by learnt uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import tensorflow as tf

from kerasapps.layers.uncertainty import UncertaintyWeights
from kerasapps.outputs.several.part import Part
from kerasapps.training.criterion import Criterion, Score

_OF_SQUARES: Final = 0.5  # the factor on a squared error in the likelihood of a normal distribution


@dataclass(frozen=True)
class PartLoss:
    """What one answer adds.

    Attributes:
        columns: of the outputs, and of the targets.
        criterion: of the answer.
        is_error: whether it is a number, of which squared errors are counted, of deviation 1.
    """

    columns: slice
    criterion: Criterion
    is_error: bool

    @classmethod
    def of(cls, part: Part, network: keras.Model) -> PartLoss:
        """That of a part."""
        return cls(part.columns, part.criterion(network), part.answer.fitted.is_error)

    @property
    def scale(self) -> float:
        """Factor on its loss."""
        return _OF_SQUARES if self.is_error else 1.0

    def score(self, outputs: Any, targets: Any, weight: Any, *, smoothing: float) -> Score:
        """How a batch did; numbers are not smoothed."""
        smoothing = 0.0 if self.is_error else smoothing
        own = outputs[:, self.columns], targets[:, self.columns]
        return self.criterion.score(*own, weight, smoothing=smoothing)

    def fit(self, sums: Any) -> Any:
        """The figure of a batch, summed over its examples; of an error what is explained by it."""
        return tf.maximum(sums[2] - sums[1], 0.0) if self.is_error else sums[1]


def several_criterion(network: keras.Model, parts: Sequence[Part]) -> Criterion:
    """The losses of all answers, each divided by its variance, which is learnt with the rest.

    So an answer that cannot be given well counts less, and none has to be weighed by hand. The
    figure is the mean of what the answers' own steps count.

    Args:
        network: gives all answers side by side, and holds their variances.
        parts: the answers.

    Reference: Kendall, Gal and Cipolla 2018, section 3.2.
    """
    weights = uncertainty_of(network)
    losses = [PartLoss.of(part, network) for part in parts]
    scales = [each.scale for each in losses]

    def score(
        outputs: Any, targets: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
    ) -> Score:
        scores = [each.score(outputs, targets, weight, smoothing=smoothing) for each in losses]
        loss = weights.weighed([each.loss for each in scores], scales=scales)
        fits = [part.fit(each.sums) for part, each in zip(losses, scores, strict=True)]
        count = scores[0].sums[2]
        return Score(loss, tf.stack([loss * count, tf.add_n(fits) / len(fits), count]))

    def answers(outputs: Any, targets: Any) -> tuple[Any, Any]:
        pairs = [
            each.criterion.answers(outputs[:, each.columns], targets[:, each.columns])
            for each in losses
        ]
        given, wanted = zip(*pairs, strict=True)
        return tf.concat(given, axis=1), tf.concat(wanted, axis=1)

    return Criterion(score, answers=answers)


def uncertainty_of(network: keras.Model) -> UncertaintyWeights:
    """The layer that holds the variances."""
    return next(each for each in network.layers if isinstance(each, UncertaintyWeights))


def without_uncertainty(network: keras.Model) -> keras.Model:
    """The network without the variances that `with_uncertainty` has put at its end."""
    last = network.layers[-1]
    if not isinstance(last, UncertaintyWeights):
        return network
    return keras.Model(network.input, last.input, name=network.name)


def with_uncertainty(network: keras.Model, answers: int) -> keras.Model:
    """The network with variances of its answers to be learnt beside; it gives what it gave."""
    layer = UncertaintyWeights(answers, name="uncertainty", dtype="float32")
    return keras.Model(network.input, layer(network.output), name=network.name)
