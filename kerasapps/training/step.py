"""The compiled training and validation step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.training.average import WeightAverage
from kerasapps.training.rate_factors import is_kernel

EVALUATION_SMOOTHING = 0.0


class Tally:
    """Running sums of loss and right answers, kept on the device: reading them waits for it."""

    def __init__(self) -> None:
        self._sums = tf.Variable(tf.zeros(3), trainable=False)

    def add(self, losses: Any, targets: Any, logits: Any) -> None:
        """Count a batch in; called inside a compiled step."""
        right = tf.equal(tf.argmax(logits, -1), tf.argmax(targets, -1))
        right_count = tf.reduce_sum(tf.cast(right, tf.float32))
        count = tf.cast(tf.shape(losses)[0], tf.float32)
        self._sums.assign_add(tf.stack([tf.reduce_sum(losses), right_count, count]))

    def read(self) -> tuple[float, float]:
        """Mean loss and accuracy since the last reset; NaN when nothing was counted."""
        loss, right, count = (float(value) for value in self._sums.numpy())
        return (loss / count, right / count) if count else (float("nan"), float("nan"))

    def reset(self) -> None:
        """Start counting afresh."""
        self._sums.assign(tf.zeros(3))


class Stepper:
    """Trains and validates a classifier, one compiled call for each batch.

    The step takes the batch from the iterator itself and leaves its metrics on the device, so
    that Python does next to nothing between two steps.

    Args:
        model: from float32 inputs to float32 logits `(batch, classes)`.
        optimizer: is built here, on the model's trainable variables.
        config: `label_smoothing`, `l1` and `l2` are read.
        xla: compile with XLA.
        average: is updated after every step when given.

    Attributes:
        tally: loss and accuracy of the steps since its last reset.
        tracing_seconds: what the last validation spent on compiling.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        *,
        config: TrainConfig,
        xla: bool,
        average: WeightAverage | None = None,
    ) -> None:
        self.tally = Tally()
        self.tracing_seconds = 0.0
        self._model = model
        self._optimizer = optimizer
        self._config = config
        self._average = average
        self._variables = list(model.trainable_variables)
        optimizer.build(self._variables)
        self._kernels = [variable for variable in self._variables if is_kernel(variable)]
        update = tf.function(self._update, jit_compile=xla, reduce_retracing=True)
        judge = tf.function(self._judge, jit_compile=xla, reduce_retracing=True)
        self._train = tf.function(lambda iterator, rates: update(*unpack(next(iterator)), rates))
        self._evaluate = tf.function(lambda batch: judge(*unpack(batch)), reduce_retracing=True)

    def train(self, iterator: Iterator[Any], *, rate: float, decay: float) -> None:
        """Take one batch and one step.

        Args:
            iterator: of batches `(x, one-hot y)` or `(x, one-hot y, weight)`.
            rate: learning rate of this step.
            decay: decay of the weight average at this step.
        """
        self._train(iterator, tf.constant([rate, decay], tf.float32))

    def validate(self, batches: tf.data.Dataset) -> tuple[float, float]:
        """Mean plain cross-entropy and accuracy over all of `batches`.

        `tracing_seconds` is then the part of the time that went into compiling, which the next
        validation will not need.
        """
        self.tally.reset()
        self.tracing_seconds = 0.0
        for batch in batches:
            began, traces = time.monotonic(), self._evaluate.experimental_get_tracing_count()
            self._evaluate(batch)
            if self._evaluate.experimental_get_tracing_count() > traces:
                self.tracing_seconds += time.monotonic() - began
        return self.tally.read()

    def _update(self, x: Any, y: Any, weight: Any, rates: Any) -> None:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            # Nothing before the first watched variable is recorded, so that a frozen
            # backbone has no backward pass.
            tape.watch([variable.value for variable in self._variables])
            logits = self._model(x, training=True)
            losses = cross_entropy(logits, y, smoothing=self._config.label_smoothing)
            losses = losses if weight is None else losses * weight
            loss = tf.reduce_mean(losses) + self._penalties()
            scaled = self._optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, [variable.value for variable in self._variables])
        self._optimizer.learning_rate = rates[0]
        self._optimizer.apply_gradients(zip(gradients, self._variables, strict=True))
        if self._average is not None:
            self._average.update(rates[1])
        self.tally.add(losses, y, logits)

    def _judge(self, x: Any, y: Any, _weight: Any) -> None:
        logits = self._model(x, training=False)
        self.tally.add(cross_entropy(logits, y, smoothing=EVALUATION_SMOOTHING), y, logits)

    def _penalties(self) -> Any:
        """L1 and L2 on the kernels that learn, and the model's own regularization."""
        total = tf.add_n([tf.cast(loss, tf.float32) for loss in self._model.losses] or [0.0])
        for kernel in self._kernels:
            if self._config.l1:
                total += self._config.l1 * tf.reduce_sum(tf.abs(kernel.value))
            if self._config.l2:
                total += self._config.l2 * tf.reduce_sum(tf.square(kernel.value))
        return total


def cross_entropy(logits: Any, targets: Any, *, smoothing: float) -> Any:
    """The loss of each example.

    Args:
        logits: `(batch, classes)`.
        targets: one-hot or mixed, float32, `(batch, classes)`.
        smoothing: share of the target spread evenly over all classes.

    Returns:
        float32, `(batch,)`.

    Reference: Szegedy et al. 2016, section 7 (label smoothing).
    """
    if smoothing:
        targets = targets * (1.0 - smoothing) + smoothing / targets.shape[-1]
    return tf.nn.softmax_cross_entropy_with_logits(targets, tf.cast(logits, tf.float32))


def unpack(batch: Any) -> tuple[Any, Any, Any]:
    """`(x, y, weight or None)` of a batch with or without weights."""
    x, y, *weight = batch
    return x, y, weight[0] if weight else None
