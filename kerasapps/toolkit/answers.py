"""What a network of the user's answers with, and how its answers are scored and compared."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config.checks import choose
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.export.network import scoring_model
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.criterion import class_score, cross_entropy
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.numbers.criterion import number_score, squared_errors
from kerasapps.training.criterion import Criterion, Score

Answers = Literal["classes", "numbers"]
Ending = Literal["softmax", "sigmoid", "other"]


@dataclass(frozen=True)
class OwnAnswer:
    """How the outputs of a network are read.

    Attributes:
        kind: as one of several classes, or as numbers.
        answer: the figures that it is judged by.
        ending: the activation of its last layer, as far as it changes how outputs are read.
        width: how many outputs an example has, along the last axis.
    """

    kind: Answers
    answer: Answer
    ending: Ending
    width: int

    @property
    def classes(self) -> int:
        """How many there are; a single output, from 0 to 1, tells two apart."""
        return max(2, self.width)

    @property
    def shipped(self) -> OwnAnswer:
        """How the outputs of `scoring` are read: of classes they are scores that sum to 1."""
        if self.kind == "numbers":
            return self
        return dataclasses.replace(self, ending="softmax", width=self.classes)

    @property
    def criterion(self) -> Criterion:
        """The loss, and the figure that is counted beside it."""
        if self.kind == "numbers":
            return Criterion(number_score, figure=math.sqrt)
        score = functools.partial(_class_score, logits=self._logits, count=self.classes)
        return Criterion(score, answers=self._class_answers)

    def losses(self, outputs: Any, targets: Any, *, smoothing: float = 0.0) -> tf.Tensor:
        """What the criterion minimises, of each example: float32 `(batch,)`.

        Args:
            outputs: of the network.
            targets: class numbers, one-hot rows or numbers.
            smoothing: share of a class that is spread evenly over all; nothing for numbers.
        """
        if self.kind == "numbers":
            return squared_errors(outputs, targets)
        rows = _one_hot(targets, self.classes)
        return cross_entropy(self._logits(outputs), rows, smoothing=smoothing)

    def named(self, labels: Sequence[str]) -> tuple[str, ...]:
        """A label for each class, numbers where none are given; of numbers there are none.

        Raises:
            ConfigError: if there are too few or too many.
        """
        if self.kind == "numbers":
            if labels:
                raise ConfigError(
                    "A network that answers with numbers has no labels: leave them out."
                )
            return ()
        names = tuple(map(str, labels)) or tuple(map(str, range(self.classes)))
        if len(names) != self.classes or len(set(names)) != len(names):
            raise ConfigError(
                f"The network tells {self.classes} classes apart, and there are "
                f"{len(set(names))} different labels of {len(names)}: give one for each class."
            )
        return names

    def scores(self, outputs: np.ndarray) -> np.ndarray:
        """Outputs as probabilities of classes, float32 `(n, classes)`; numbers as they are."""
        if self.kind == "numbers":
            return outputs
        return np.asarray(tf.nn.softmax(self._logits(outputs)))

    def _class_answers(self, outputs: Any, targets: Any) -> tuple[Any, Any]:
        return tf.nn.softmax(self._logits(outputs)), _one_hot(targets, self.classes)

    def _logits(self, outputs: Any) -> Any:
        outputs = tf.cast(outputs, tf.float32)
        if self.ending == "other":
            # One logit is that of the second of two classes, and the other's is 0.
            return tf.concat([0 * outputs, outputs], -1) if self.width == 1 else outputs
        # What softmax undoes: the loss of both is the cross-entropy.
        outputs = tf.clip_by_value(outputs, np.finfo(np.float32).tiny, 1.0)
        if self.width > 1:
            return tf.math.log(outputs)
        return tf.concat([tf.math.log1p(-tf.minimum(outputs, 1 - 1e-7)), tf.math.log(outputs)], -1)

    def scoring(self, model: keras.Model) -> keras.Model:
        """The network with scores of classes that sum to 1 as its output; of numbers as it is."""
        network = functional_of(model)
        if self.kind == "numbers" or (self.ending == "softmax" and self.width > 1):
            return network
        if self.ending == "other" and self.width > 1:
            return scoring_model(network)
        second = network.output
        if self.ending == "other":
            second = keras.layers.Activation("sigmoid", dtype="float32")(second)
        both = keras.ops.concatenate([1 - second, second], axis=-1)
        return keras.Model(network.input, both, name=model.name)


def answer_of(model: keras.Model, answers: Answers | None = None) -> OwnAnswer:
    """How a network's outputs are read, by their number and its last activation.

    Args:
        model: functional or sequential, with one output.
        answers: "classes" or "numbers"; None: one output without a sigmoid is a number, all else
            are classes. One logit of "classes" is that of the second of two.

    Raises:
        ConfigError: if it has several outputs, or cannot answer so.
    """
    shape = require_one_output(model)
    ending, width = _ending(model), shape[-1]
    if answers is not None:
        choose(answers, get_args(Answers), what="answers")
    kind: Answers = answers or ("numbers" if width == 1 and ending != "sigmoid" else "classes")
    if kind == "numbers":
        return OwnAnswer("numbers", NUMBERS, ending, width or 1)
    is_two = width == 1 and (ending == "sigmoid" or (answers == "classes" and ending == "other"))
    if len(shape) != 2 or width is None or (width == 1 or ending == "sigmoid") != is_two:
        raise ConfigError(
            f"The network {model.name!r} has outputs of shape {shape} after the activation "
            f"{ending!r}, which are no classes: end it with one logit, or one softmax output, a "
            'class, or with a single sigmoid output for two; or say answers="numbers".'
        )
    return OwnAnswer("classes", CLASSES, ending, width)


def functional_of(model: keras.Model) -> keras.Model:
    """The network itself; a sequential one as a functional network of the same layers."""
    if not isinstance(model, keras.Sequential):
        return model
    return keras.Model(model.inputs[0], model.outputs[0], name=model.name)


def require_one_output(model: keras.Model) -> tuple[int | None, ...]:
    """The shape of the one output of a functional or sequential network.

    Raises:
        ConfigError: if it is of another kind, not built yet, or has several outputs.
    """
    outputs = getattr(model, "outputs", None)
    if not isinstance(model, keras.Model) or not outputs:
        raise ConfigError(
            "A network must be a functional or sequential keras.Model whose input is known: give "
            "Sequential a keras.Input, and a subclass of Model the method call only within one."
        )
    if len(outputs) > 1:
        raise ConfigError(
            f"The network {model.name!r} has {len(outputs)} outputs; one is trained and judged: "
            "make a keras.Model of one of them, or of what they make together."
        )
    return tuple(outputs[0].shape)


def _ending(model: keras.Model) -> Ending:
    last = model.outputs[0]._keras_history[0]
    if isinstance(last, keras.Model):
        return _ending(last)
    if isinstance(last, keras.layers.Softmax):
        return "softmax"
    activation = getattr(last, "activation", None)
    if activation is keras.activations.softmax:
        return "softmax"
    return "sigmoid" if activation is keras.activations.sigmoid else "other"


def _class_score(
    outputs: Any,
    targets: Any,
    weight: Any | None = None,
    /,
    *,
    logits: Callable[[Any], Any],
    count: int,
    smoothing: float = 0.0,
) -> Score:
    """`class_score` of outputs that may be probabilities, and of targets that may be numbers."""
    return class_score(logits(outputs), _one_hot(targets, count), weight, smoothing=smoothing)


def is_numbered(shape: Sequence[int | None] | tf.TensorShape) -> bool:
    """Whether targets of a shape are class numbers; else one-hot rows."""
    return len(shape) == 1 or shape[-1] == 1


def _one_hot(targets: Any, count: int) -> Any:
    """float32 `(batch, count)`, of class numbers or of one-hot rows."""
    if is_numbered(targets.shape):
        targets = tf.one_hot(tf.cast(tf.reshape(targets, [-1]), tf.int32), count)
    return tf.cast(targets, tf.float32)
