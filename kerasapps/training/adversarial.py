"""Changes of examples that do most harm: what a network learns to bear, and is judged under.

Reference: Goodfellow et al. 2015 (the sign of the gradient); Madry et al. 2018 (projected steps);
Wong et al. 2020, "Fast is better than free" (one step from a random start); Miyato et al. 2017
(word vectors).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import keras
import numpy as np
import tensorflow as tf

FAST_STEP: Final = 1.25
"""Of the radius: the only step of an attack in training (Wong et al. 2020, section 4.1)."""
REACH: Final = 2.5
"""Of the radius: the length of all steps of an attack of several (Madry et al. 2018)."""
VALIDATION_STEPS: Final = 7
"""Of the attacks on validation examples after each epoch."""
JUDGING_STEPS: Final = 20
"""Of the attacks on what ships (PGD-20). Fewer may be misled by what learnt under five."""
WARM_UP: Final = 400
"""Steps of a training, at most, in which the radius grows to its full length: against strong
attacks from the first step on, a network may learn nothing."""
HARDER: Final = 5
"""Steps of an attack in training once a network has learnt to mislead those of one, or where it
would: one step suffices for small radii (Wong et al. 2020 have 8/255 for photos)."""
_ONE_STEP: Final = 8 / 255
_WARM_SHARE, _WARM_EPOCHS = 0.25, 5  # of a training of known length, or else

_ROUNDING: Final = 1e-6  # of a radius such as 8/255

Loss = Callable[[Any], Any]
"""A network's outputs for a batch → a scalar, which an attack makes as large as it can."""


class Space(Protocol):
    """Where an attack changes an example, and how far it may go."""

    @property
    def radius(self) -> float:
        """How far."""

    @property
    def lesson_steps(self) -> int:
        """Of an attack in training, where nobody says how many."""

    def bounds(self, model: keras.Model, inputs: Any, *, share: Any = 1.0) -> Any:
        """What a change of each example of a batch must keep to.

        Args:
            model: that is attacked.
            inputs: of the batch.
            share: of the radius, float32 scalar.
        """

    def start(self, bounds: Any, chance: Any) -> Any:
        """A random change.

        Args:
            bounds: of the batch.
            chance: int32 `(2,)`, a seed.
        """

    def moved(self, change: Any, gradient: Any, step: float, bounds: Any) -> Any:
        """A change after a step along the gradient, within its bounds.

        Args:
            change: of a batch.
            gradient: of the loss with regard to it.
            step: in radii.
            bounds: of the batch.
        """

    def answer(self, model: keras.Model, inputs: Any, change: Any, *, training: bool) -> Any:
        """The outputs of a model for the inputs with the change."""

    def applied(self, inputs: np.ndarray, change: Any) -> np.ndarray | None:
        """Changed inputs in the form that files take; None where no input holds the change."""


@dataclass(frozen=True)
class Attack:
    """What changes the examples of a batch so that they do most harm.

    Attributes:
        space: where they are changed.
        seed: of the random starts.
        steps: of an attack where a network is judged.
        taught: steps of an attack in training: one, which is fast, or several.
        warm_up: steps of the training in which the radius grows.
        growing: whole epochs of these.
        harder: steps of an attack in training from when on fewer are misled; None: as before.
    """

    space: Space
    seed: int
    steps: int = VALIDATION_STEPS
    taught: int = 1
    warm_up: int = WARM_UP
    growing: int = 0
    harder: int | None = None

    def over(self, *, steps_per_epoch: int, epochs: int | None) -> Attack:
        """The same with a warm-up that suits a training.

        Args:
            steps_per_epoch: of the training.
            epochs: of it; None while nobody knows.
        """
        length = _WARM_EPOCHS if epochs is None else _WARM_SHARE * epochs
        steps = int(min(WARM_UP, length * steps_per_epoch))
        return dataclasses.replace(self, warm_up=max(1, steps), growing=steps // steps_per_epoch)

    def at_once(self) -> Attack:
        """The same at its full radius from the first step on, for what has learnt to bear it."""
        return dataclasses.replace(self, warm_up=1, growing=0)

    def lesson(
        self,
        model: keras.Model,
        inputs: Any,
        loss: Loss,
        *,
        moment: Any,
        scaled: Callable[[Any], Any] = tf.identity,
    ) -> Callable[[], Any]:
        """The model's outputs for a training batch that was attacked.

        The attack sees the network as the step does: with the statistics of this batch and with the
        same weights dropped. Nothing of it stays behind in the network.

        Args:
            model: that learns.
            inputs: of the batch.
            loss: of its outputs.
            moment: which step it is, integer scalar from 0; see `warm_up`.
            scaled: of the loss, where small gradients would vanish.
        """

        def harm(change: Any) -> Any:
            with keras.StatelessScope():
                return scaled(loss(self.space.answer(model, inputs, change, training=True)))

        share = tf.minimum(1.0, (tf.cast(moment, tf.float32) + 1) / self.warm_up)
        bounds = self.space.bounds(model, inputs, share=share)
        change = self._ascent(bounds, harm, steps=self.taught, moment=moment)
        return lambda: self.space.answer(model, inputs, change, training=True)

    def trial(self, model: keras.Model, inputs: Any, loss: Loss, *, moment: Any = 0) -> Any:
        """The model's outputs for a batch that was attacked in several steps.

        Args:
            model: that is judged.
            inputs: of the batch.
            loss: of its outputs.
            moment: integer scalar, another in every batch.
        """
        change = self.change(model, inputs, loss, moment=moment)
        return self.space.answer(model, inputs, change, training=False)

    def change(self, model: keras.Model, inputs: Any, loss: Loss, *, moment: Any = 0) -> Any:
        """What such an attack changes of a batch; see `trial`."""

        def harm(change: Any) -> Any:
            return loss(self.space.answer(model, inputs, change, training=False))

        bounds = self.space.bounds(model, inputs)
        return self._ascent(bounds, harm, steps=self.steps, moment=moment)

    def _ascent(self, bounds: Any, harm: Callable[[Any], Any], *, steps: int, moment: Any) -> Any:
        """A change that does much harm: from a random one, step by step along the gradient."""
        step = FAST_STEP if steps == 1 else REACH / steps

        def moved(number: Any, change: Any) -> tuple[Any, Any]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(change)
                harmed = harm(change)
            gradient = tape.gradient(harmed, change, unconnected_gradients="zero")
            gradient = tf.nest.map_structure(_finite, gradient)
            return number + 1, self.space.moved(change, gradient, step, bounds)

        change = self.space.start(bounds, self._chance(moment))
        if steps == 1 or tf.distribute.get_strategy().num_replicas_in_sync > 1:
            # Devices meet at batch normalization, which they cannot do within a loop.
            for number in range(steps):
                _, change = moved(number, change)
            return _still(change)
        shapes = tf.nest.map_structure(lambda each: each.shape, change)
        _, change = tf.while_loop(
            lambda number, _: number < steps,
            moved,
            (tf.constant(0), change),
            shape_invariants=(tf.TensorShape([]), shapes),
            maximum_iterations=steps,
        )
        return _still(change)

    def _chance(self, moment: Any) -> Any:
        """A seed: another in every step, and on every device."""
        context = tf.distribute.get_replica_context()
        device = 0 if context is None else context.replica_id_in_sync_group
        first = tf.constant(self.seed % 2**31, tf.int32) + tf.cast(device, tf.int32)
        return tf.stack([first, tf.cast(moment, tf.int32)])


@dataclass(frozen=True)
class PixelSpace:
    """Pictures, each of whose values may change by so much and stays a pixel's.

    Attributes:
        radius: share of the range of a pixel's values.
        highest: of these, which begin at 0.
    """

    radius: float
    highest: float = 255.0

    @property
    def lesson_steps(self) -> int:
        """One up to 8/255; networks learn to mislead a longer one, mostly in the first epoch."""
        return 1 if self.radius <= _ONE_STEP * (1 + _ROUNDING) else HARDER

    def bounds(self, model: keras.Model, inputs: Any, *, share: Any = 1.0) -> tuple[Any, Any, Any]:
        """The lowest and the highest change of each value, and how far any goes."""
        pixels = tf.cast(inputs, tf.float32)
        reach = tf.convert_to_tensor(share * self.radius * self.highest, tf.float32)
        return tf.maximum(-pixels, -reach), tf.minimum(self.highest - pixels, reach), reach

    def start(self, bounds: tuple[Any, Any, Any], chance: Any) -> Any:
        """Uniform, each value for itself."""
        low, high, reach = bounds
        change = tf.random.stateless_uniform(tf.shape(low), chance, -1.0, 1.0) * reach
        return tf.ensure_shape(tf.clip_by_value(change, low, high), low.shape)

    def moved(self, change: Any, gradient: Any, step: float, bounds: tuple[Any, Any, Any]) -> Any:
        """By the sign of the gradient."""
        low, high, reach = bounds
        return tf.clip_by_value(change + step * reach * tf.sign(gradient), low, high)

    def answer(self, model: keras.Model, inputs: Any, change: Any, *, training: bool) -> Any:
        """The outputs for changed pixels."""
        return model(tf.cast(inputs, tf.float32) + change, training=training)

    def applied(self, inputs: np.ndarray, change: np.ndarray) -> np.ndarray | None:
        """Whole pixel values within the radius."""
        most = np.floor(self.radius * self.highest + _ROUNDING)
        whole = np.clip(np.rint(change), -most, most)
        return np.clip(inputs + whole, 0, self.highest).astype(inputs.dtype)


def _still(change: Any) -> Any:
    return tf.nest.map_structure(tf.stop_gradient, change)


def _finite(gradient: Any) -> Any:
    """The gradient, 0 where it is no number: float16 may overflow."""
    return tf.where(tf.math.is_finite(gradient), gradient, tf.zeros_like(gradient))
