"""What a network learns from a teacher beside what the data say."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from kerasapps.training.criterion import Criterion, Score


def class_divergence(logits: Any, taught: Any, temperature: float) -> Any:
    """How far the network's scores of classes are from the teacher's.

    The square of the temperature keeps the gradients as large as they are without one.

    Args:
        logits: of the network, `(batch, classes)`.
        taught: of the teacher, the same.
        temperature: divides both.

    Returns:
        Kullback-Leibler divergence times the square of the temperature, float32 `(batch,)`.

    Reference: Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", section 2.
    """
    learnt = tf.nn.log_softmax(logits / temperature)
    wanted = tf.nn.log_softmax(taught / temperature)
    return temperature**2 * tf.reduce_sum(tf.exp(wanted) * (wanted - learnt), -1)


def label_divergence(logits: Any, taught: Any, temperature: float) -> Any:
    """The same of labels that are decided one by one: the sum over all labels."""
    logits, taught = logits / temperature, taught / temperature
    wanted = tf.sigmoid(taught)
    entropy = tf.nn.sigmoid_cross_entropy_with_logits
    return temperature**2 * tf.reduce_sum(entropy(wanted, logits) - entropy(wanted, taught), -1)


def number_divergence(outputs: Any, taught: Any, temperature: float) -> Any:
    """How far the network's numbers are from the teacher's: no temperature divides them.

    Args:
        outputs: of the network, `(batch, numbers)`, scaled as it learns them.
        taught: of the teacher, the same.
        temperature: counts for nothing.

    Returns:
        The mean squared error of each example, float32 `(batch,)`.
    """
    return tf.reduce_mean(tf.square(outputs - taught), -1)


class Teaching(Protocol):
    """What a teacher adds to a training."""

    @property
    def digest(self) -> str:
        """Tells the teacher from others."""

    def applied(self, criterion: Criterion, network: keras.Model) -> Criterion:
        """What is minimised with a teacher, of what is without one.

        Args:
            criterion: of the task.
            network: that learns.
        """


@dataclass(frozen=True)
class OtherTargets:
    """A teacher whose answers stand where those of the data stood: no loss changes.

    Attributes:
        digest: tells the teacher from others.
    """

    digest: str

    def applied(self, criterion: Criterion, network: keras.Model) -> Criterion:
        """The criterion as it is."""
        return criterion


@dataclass(frozen=True)
class Lessons:
    """A teacher's answers, and how much they count.

    Attributes:
        diverge: outputs of network and teacher, such as logits, and a temperature → the loss of
            each example.
        temperature: of that loss.
        weight: share of it in the whole; what the data say has the rest.
        digest: tells the teacher from others.
        logits: what it answers to each training example, float32 `(n, k)`, in the network's order
            and on its scale; None: it answers within the step.
        answer: inputs of a batch → the same, where it does that.
    """

    diverge: Callable[[Any, Any, float], Any]
    temperature: float
    weight: float
    digest: str
    logits: np.ndarray | None = None
    answer: Callable[[Any], Any] | None = None

    def applied(self, criterion: Criterion, network: keras.Model) -> Criterion:
        """The criterion with the teacher's part, see `distilled`."""
        return distilled(criterion, self)

    def beside(self, targets: np.ndarray) -> np.ndarray:
        """Targets of all training examples, with the answers that are known already behind them.

        Args:
            targets: class numbers, `(n,)`, or targets as they are, `(n, k)`.

        Returns:
            The same where the teacher answers within the step, else float32 `(n, 2 k)`.
        """
        if self.logits is None:
            return targets
        rows = np.eye(self.logits.shape[1])[targets] if targets.ndim == 1 else targets
        return np.concatenate([rows, self.logits], axis=1, dtype=np.float32)

    def aims(self, inputs: Any, targets: Any) -> Any:
        """Targets of a training batch with the teacher's logits behind them, `(batch, 2 k)`."""
        if self.answer is None:
            return targets
        logits = tf.stop_gradient(tf.cast(self.answer(inputs), tf.float32))
        return tf.concat([targets, logits], -1)


def distilled(criterion: Criterion, lessons: Lessons | None) -> Criterion:
    """The criterion of a network that has a teacher; validation scores it as without one.

    Args:
        criterion: of the task.
        lessons: of the teacher; None: the criterion stays as it is.
    """
    if lessons is None:
        return criterion

    def score(
        outputs: Any, targets: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
    ) -> Score:
        truth, taught = _parted(outputs, targets)
        plain = criterion.score(outputs, truth, weight, smoothing=smoothing)
        if taught is None:
            return plain
        losses = lessons.diverge(tf.cast(outputs, tf.float32), taught, lessons.temperature)
        losses = losses if weight is None else losses * weight
        share = lessons.weight
        total = (1 - share) * plain.sums[0] + share * tf.reduce_sum(losses)
        return Score(
            (1 - share) * plain.loss + share * tf.reduce_mean(losses),
            tf.stack([total, plain.sums[1], plain.sums[2]]),
            plain.count,
        )

    def answers(outputs: Any, targets: Any) -> tuple[Any, Any]:
        return criterion.answers(outputs, _parted(outputs, targets)[0])

    return dataclasses.replace(criterion, score=score, answers=answers, aims=lessons.aims)


def _parted(outputs: Any, targets: Any) -> tuple[Any, Any | None]:
    """What the data say, and the teacher's logits where they stand behind it."""
    width = outputs.shape[-1]
    if targets.shape[-1] == width:
        return targets, None
    return targets[..., :width], targets[..., width:]
