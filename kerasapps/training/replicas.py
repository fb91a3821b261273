"""One training step by several devices, each with its part of the batch.

What they make together is what one device makes of the whole batch: losses, gradients, sums of
figures and the moments of batch normalization are those of all examples, however many each device
has. Only chance differs: each device drops out other units.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.training.criterion import Score
from kerasapps.training.team import ALONE, Team

_SEED_STEP = 7919  # seeds of two devices shall not be neighbours
# Each device's step is a thread, with a value of its own. None: all rows count.
_COUNTING: ContextVar[Any] = ContextVar("_COUNTING", default=None)


class Replicas:
    """The devices of a strategy, of this process and of the others of its team.

    Args:
        strategy: `MirroredStrategy`, or `MultiWorkerMirroredStrategy` of a team.
        team: the processes.
    """

    def __init__(self, strategy: tf.distribute.Strategy, team: Team = ALONE) -> None:
        self._strategy = strategy
        self._count = int(strategy.num_replicas_in_sync)
        self._local = self._count // team.count
        self._team = team

    def scope(self) -> Any:
        """Variables made inside are kept alike on every device."""
        return self._strategy.scope()

    def run(self, step: Callable[..., Any], *arguments: Any) -> Any:
        """What `step` gives on the first of this process's devices; all of them take it.

        Args:
            step: called on each device, inside a compiled function.
            arguments: the same for all.
        """
        results = self._strategy.run(step, args=arguments)
        return tf.nest.map_structure(
            lambda value: self._strategy.experimental_local_results(value)[0], results
        )

    def part(self, batch: Any, *, of_process: bool) -> tuple[Any, Any]:
        """A device's rows of a batch; called on that device.

        Not all layers take no rows at all: a device for which there are none takes one of another,
        which does not count.

        Args:
            batch: a structure of tensors, `(batch, …)`, or None.
            of_process: whether the batch is what this process has of it, and not the whole batch.

        Returns:
            The rows, and how many of them count, an int32 scalar.

        Raises:
            ConfigError: if a training batch has fewer rows than there are devices.
        """
        count = self._local if of_process else self._count
        index = _context().replica_id_in_sync_group % count
        first = tf.nest.flatten(batch)[0]
        if of_process and first.shape[0] is not None and first.shape[0] < count:
            raise ConfigError(
                f"A batch has fewer examples than there are devices, {self._count}: set a larger "
                "TrainConfig.batch_size, or take fewer TrainConfig.devices."
            )
        with tf.device("/device:CPU:0"):  # so that no device is sent the rows of the others
            rows = first.shape[0] or tf.shape(first)[0]
            begin, end = index * rows // count, (index + 1) * rows // count
            taken = slice(tf.minimum(begin, rows - 1), tf.maximum(end, begin + 1))
            part = tf.nest.map_structure(lambda each: None if each is None else each[taken], batch)
            return part, tf.convert_to_tensor(end - begin)

    @contextmanager
    def counting(self, rows: Any) -> Iterator[None]:
        """Inside, batch normalization learns nothing of a device's rows if none of them counts.

        Args:
            rows: how many of them count.
        """
        token = _COUNTING.set(rows)
        try:
            yield
        finally:
            _COUNTING.reset(token)

    def share(self, score: Score, counting: Any) -> Any:
        """What part of the loss of the whole batch is this device's, float32 scalar.

        Args:
            score: of its rows.
            counting: how many of them count.
        """
        count = tf.cast(score.sums[2] if score.count is None else score.count, tf.float32)
        count = tf.where(counting > 0, count, 0.0)
        return tf.math.divide_no_nan(count, self.sum(count))

    def sum(self, values: Any) -> Any:
        """The sums over all devices of a structure of tensors, as every device gets them."""
        return _context().all_reduce(tf.distribute.ReduceOp.SUM, values)

    def summed(self, gradients: Sequence[Any], sums: Any) -> tuple[list[Any], Any]:
        """Gradients and a score's sums over all devices; a gradient of None stays it."""
        present = [gradient for gradient in gradients if gradient is not None]
        *reduced, sums = self.sum([*present, sums])
        rest = iter(reduced)
        return [None if each is None else next(rest) for each in gradients], sums

    def whole(self, values: Any, counting: Any) -> Any:
        """The rows of all devices one below the other, in a structure of tensors.

        Args:
            values: of this device's rows.
            counting: how many of them count.
        """
        return tf.nest.map_structure(
            lambda each: _context().all_gather(each[:counting], axis=0), values
        )

    def adopt(self, optimizer: keras.optimizers.Optimizer) -> None:
        """Let the optimizer take gradients as they are: they are summed already."""
        for each in (optimizer, getattr(optimizer, "inner_optimizer", None)):
            if each is not None:
                object.__setattr__(each, "_all_reduce_sum_gradients", list)

    @contextmanager
    def learning(self, model: keras.Model) -> Iterator[None]:
        """Inside, batch normalization learns from the whole batch, and devices differ in chance.

        Args:
            model: made within `scope()`.
        """
        norms = [
            layer
            for layer in model._flatten_layers()
            if isinstance(layer, keras.layers.BatchNormalization) and not layer.renorm
        ]
        for layer in norms:
            object.__setattr__(layer, "_moments", functools.partial(self._moments, layer))
        self._spread_seeds(model)
        try:
            yield
        finally:
            for layer in norms:
                object.__delattr__(layer, "_moments")

    def _moments(self, layer: Any, inputs: Any, mask: Any) -> tuple[Any, Any]:
        """Mean and variance of the whole batch, of each channel, in the type of the inputs.

        Keras' own (`synchronized`) take the mean of the squares less the square of the mean, which
        loses digits that those of one device keep.
        """
        axes = layer._reduction_axes
        values = tf.cast(inputs, tf.float32)
        counted = tf.ones_like(values[..., :1])
        if layer.axis not in (-1, len(values.shape) - 1):
            counted = tf.ones_like(values)
        if mask is not None:
            counted *= tf.cast(mask, tf.float32)[..., tf.newaxis]
        counting = _COUNTING.get()
        if counting is not None:  # a row that was borrowed is another device's already
            counted *= tf.cast(counting > 0, tf.float32)
        count, total = self.sum(
            [tf.reduce_sum(counted, axes), tf.reduce_sum(values * counted, axes)]
        )
        mean = tf.math.divide_no_nan(total, count)
        shape = [1] * len(values.shape)
        shape[layer.axis] = -1
        squares = tf.square(values - tf.reshape(mean, shape)) * counted
        variance = tf.math.divide_no_nan(self.sum(tf.reduce_sum(squares, axes)), count)
        return tf.cast(mean, inputs.dtype), tf.cast(variance, inputs.dtype)

    def _spread_seeds(self, model: keras.Model) -> None:
        """The first device has the chance that one device would have, each other one its own."""
        apart = np.array([_SEED_STEP, 0])
        for layer in model._flatten_layers():
            for generator in layer._seed_generators:
                state = generator.state
                own = state.numpy().astype(np.int64)
                first = np.frombuffer(self._team.send(own.tobytes()), np.int64)
                each = self._strategy.experimental_local_results(state.value)
                for number, variable in enumerate(each, self._team.index * self._local):
                    variable.assign(tf.cast(first + apart * number, variable.dtype))


def _context() -> Any:
    return tf.distribute.get_replica_context()
