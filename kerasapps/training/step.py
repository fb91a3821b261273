"""The compiled training and validation step."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.training.adversarial import Attack
from kerasapps.training.average import WeightAverage
from kerasapps.training.checkpoint import Arrays, assign
from kerasapps.training.criterion import Criterion, Score
from kerasapps.training.gauges import Gauges
from kerasapps.training.rate_factors import is_kernel
from kerasapps.training.replicas import Replicas


class Tally:
    """Running sums of a `Score`, kept on the device: reading them waits for it.

    Args:
        figure: see `Criterion`.
    """

    def __init__(self, figure: Callable[[float], float] = float) -> None:
        self._figure = figure
        # An epoch may have more tokens than float32 can count.
        self._sums = tf.Variable(tf.zeros(3, tf.float64), trainable=False)

    def add(self, sums: Any) -> None:
        """Count a batch in; called inside a compiled step.

        Args:
            sums: of a `Score`.
        """
        self._sums.assign_add(tf.cast(sums, tf.float64))

    def read(self) -> tuple[float, float]:
        """Mean loss and the figure since the last reset; NaN when nothing was counted."""
        losses, figures, count = (float(value) for value in self._sums.numpy())
        if not count:
            return float("nan"), float("nan")
        return losses / count, self._figure(figures / count)

    def arrays(self) -> list[np.ndarray]:
        """The sums, for a checkpoint."""
        return [self._sums.numpy()]

    def restore(self, arrays: Arrays, folder: Path) -> None:
        """Go on from the arrays of a checkpoint in `folder`.

        Raises:
            TrainingError: if they do not fit.
        """
        assign([self._sums], arrays, folder)

    def reset(self) -> None:
        """Start counting afresh."""
        self._sums.assign(tf.zeros(3, tf.float64))


class Stepper:
    """Trains and validates a model, one compiled call for each batch.

    The step takes the batch from the iterator itself and leaves its metrics on the device, so
    that Python does next to nothing between two steps.

    Args:
        model: from a batch's inputs, a tensor or a structure of them, to what the criterion scores.
        optimizer: is built here, on the model's trainable variables.
        config: `label_smoothing`, `l1` and `l2` are read.
        xla: compile with XLA.
        average: is updated after every step when given.
        criterion: what is minimised, and which figure is counted.
        gauges: metrics of the user's, which see every batch.
        replicas: the devices that take a step together, if there are several; all objects given
            here were made within their scope.

    Attributes:
        tally: loss and figure of the steps since its last reset.
        tracing_seconds: what the last validation spent on compiling.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        *,
        config: TrainConfig,
        xla: bool,
        criterion: Criterion,
        average: WeightAverage | None = None,
        gauges: Gauges | None = None,
        replicas: Replicas | None = None,
    ) -> None:
        self.tally = Tally(criterion.figure)
        self.tracing_seconds = 0.0
        self._model = model
        self._optimizer = optimizer
        self._config = config
        self._smoothing = config.label_smoothing or 0.0
        self._average = average
        self._gauges = gauges or None
        self._score = criterion.score
        self._aims = criterion.aims
        self._attack = criterion.attack
        self._xla, self._replicas = xla, replicas
        self._variables = list(model.trainable_variables)
        optimizer.build(self._variables)
        self._kernels = [variable for variable in self._variables if is_kernel(variable)]
        if replicas is not None:
            replicas.adopt(optimizer)
            self._evaluate = _compiled(functools.partial(self._judge_together, replicas))
        else:
            judge = _compiled(self._judge, jit_compile=xla)
            self._evaluate = _compiled(lambda batch: judge(*unpack(batch)))
        self._train = self._compiled_train()

    def _compiled_train(self) -> Any:
        """The training step, with the attack as it is now."""
        if self._replicas is not None:
            return _compiled(functools.partial(self._train_together, self._replicas))
        update = _compiled(self._update, jit_compile=self._xla)
        return _compiled(lambda iterator, rates: update(*unpack(next(iterator)), rates))

    def attack_by(self, attack: Attack | None) -> None:
        """Attacks training examples otherwise from the next step on, which compiles anew."""
        self._attack = attack
        self._train = self._compiled_train()

    def train(self, iterator: Iterator[Any], *, rate: float, decay: float) -> None:
        """Take one batch and one step.

        Args:
            iterator: of batches `(x, y)` or `(x, y, weight)`.
            rate: learning rate of this step.
            decay: decay of the weight average at this step.
        """
        seen = self._train(iterator, tf.constant([rate, decay], tf.float32))
        if self._gauges is not None:
            self._gauges.add(*seen)

    def validate(self, batches: tf.data.Dataset) -> tuple[float, float]:
        """Mean plain loss, without smoothing or weights, and the figure over all of `batches`.

        With an attack these are of the batches as it changes them.

        `tracing_seconds` is then the part of the time that went into compiling, which the next
        validation will not need.
        """
        self.tally.reset()
        self.tracing_seconds = 0.0
        if self._gauges is not None:
            self._gauges.reset()
        for batch in batches:
            began, traces = time.monotonic(), self._evaluate.experimental_get_tracing_count()
            seen = self._evaluate(batch)
            if self._gauges is not None:
                self._gauges.add(*seen)
            if self._evaluate.experimental_get_tracing_count() > traces:
                self.tracing_seconds += time.monotonic() - began
        return self.tally.read()

    def _update(self, x: Any, y: Any, weight: Any, rates: Any) -> tuple[Any, Any] | None:
        gradients, outputs, score = self._gradients(x, y, weight)
        self._optimizer.learning_rate = rates[0]
        self._apply(gradients, score.sums, rates)
        return None if self._gauges is None else (outputs, y)

    def _gradients(
        self, x: Any, y: Any, weight: Any, share: Callable[[Score], Any] | None = None
    ) -> tuple[Any, Any, Score]:
        """Gradients of the loss and penalties, the outputs and their score.

        Args:
            x: inputs.
            y: targets.
            weight: of the examples, or None.
            share: what part of the loss of all devices is this one's.
        """
        aims = self._aims(x, y)
        answer = self._lesson(x, aims)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            # Nothing before the first watched variable is recorded, so that a frozen
            # backbone has no backward pass.
            tape.watch([variable.value for variable in self._variables])
            outputs = answer()
            score = self._score(outputs, aims, weight, smoothing=self._smoothing)
            loss = score.loss + self._penalties()
            # Not after the backward pass, in which devices meet at batch normalization.
            scaled = self._optimizer.scale_loss(loss if share is None else loss * share(score))
        gradients = tape.gradient(scaled, [variable.value for variable in self._variables])
        return gradients, outputs, score

    def _lesson(self, x: Any, aims: Any) -> Callable[[], Any]:
        """What gives the outputs for a training batch, of which an attack may have changed x."""
        if self._attack is None:
            return functools.partial(self._model, x, training=True)
        return self._attack.lesson(
            self._model,
            x,
            lambda outputs: self._score(outputs, aims, smoothing=self._smoothing).loss,
            moment=self._optimizer.iterations,
            scaled=self._optimizer.scale_loss,
        )

    def _judged(self, x: Any, y: Any) -> Any:
        """Outputs for a validation batch, which an attack may have changed."""
        if self._attack is None:
            return self._model(x, training=False)
        return self._attack.trial(self._model, x, lambda outputs: self._score(outputs, y).loss)

    def _apply(self, gradients: Any, sums: Any, rates: Any) -> None:
        self._optimizer.apply_gradients(zip(gradients, self._variables, strict=True))
        if self._average is not None:
            self._average.update(rates[1])
        self.tally.add(sums)

    def _train_together(self, replicas: Replicas, iterator: Iterator[Any], rates: Any) -> Any:
        """A step of all devices, outside of each of them."""
        self._optimizer.learning_rate = rates[0]

        def update(batch: Any) -> tuple[Any, Any] | None:
            (x, y, weight), counting = replicas.part(batch, of_process=True)
            share = functools.partial(replicas.share, counting=counting)
            with replicas.counting(counting):
                gradients, outputs, score = self._gradients(x, y, weight, share)
            sums = tf.where(counting > 0, score.sums, 0.0)
            self._apply(*replicas.summed(gradients, sums), rates)
            return None if self._gauges is None else replicas.whole((outputs, y), counting)

        return replicas.run(update, unpack(next(iterator)))

    def _judge_together(self, replicas: Replicas, batch: Any) -> Any:
        """A batch judged by all devices, outside of each of them."""

        def judge(batch: Any) -> tuple[Any, Any] | None:
            (x, y, _), counting = replicas.part(batch, of_process=False)
            outputs = self._judged(x, y)
            sums = self._score(outputs, y).sums
            self.tally.add(replicas.sum(tf.where(counting > 0, sums, 0.0)))
            return None if self._gauges is None else replicas.whole((outputs, y), counting)

        return replicas.run(judge, unpack(batch))

    def _judge(self, x: Any, y: Any, _weight: Any) -> tuple[Any, Any] | None:
        outputs = self._judged(x, y)
        self.tally.add(self._score(outputs, y).sums)
        return None if self._gauges is None else (outputs, y)

    def _penalties(self) -> Any:
        """L1 and L2 on the kernels that learn, and the model's own regularization."""
        total = tf.add_n([tf.cast(loss, tf.float32) for loss in self._model.losses] or [0.0])
        for kernel in self._kernels:
            if self._config.l1:
                total += self._config.l1 * tf.reduce_sum(tf.abs(kernel.value))
            if self._config.l2:
                total += self._config.l2 * tf.reduce_sum(tf.square(kernel.value))
        return total


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    """A graph; networks do not branch on tensors in Python, and rewriting them takes seconds."""
    return tf.function(function, reduce_retracing=True, autograph=False, **options)


def unpack(batch: Any) -> tuple[Any, Any, Any]:
    """`(x, y, weight or None)` of a batch with or without weights."""
    x, y, *weight = batch
    return x, y, weight[0] if weight else None
