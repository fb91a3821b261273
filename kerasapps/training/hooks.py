"""What users bring to a training: callbacks, metrics, a loss and an optimizer of their own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.terminal.streams import tell
from kerasapps.training.monitor import OWN, Directions, check_monitor
from kerasapps.training.objects import (
    check_optimizer,
    described,
    direction_of,
    fresh,
    metric_of,
    several,
)
from kerasapps.training.progress import Reporter
from kerasapps.training.watched import check_watched, figures_of

if TYPE_CHECKING:
    import keras

_OF_OPTIMIZERS: Final = ("optimizer", "learning_rate", "weight_decay", "beta_2", "clip_norm")
_TAKEN: Final = ("epoch", "phase", "learning_rate", "seconds", "loss", "metric", "figure")


@dataclass(frozen=True, kw_only=True, eq=False)
class Hooks:
    """Objects of the user's. They are no part of `TrainConfig`, which is plain values.

    Attributes:
        callbacks: hear of the training and may end it; see `callbacks`.
        metrics: measured on both splits in every epoch, `y_true` of classes one-hot, `(batch,
            classes)`, and `y_pred` their probabilities. A function `(truth, answers)` → a number
            an example stands for the mean of these.
        loss: is minimised in place of the task's own, with `y_true` of classes one-hot and `y_pred`
            logits; see `foreign_loss`.
        optimizer: takes the steps, at the rate of the schedule, whose peak is the optimizer's own.
            It is a pattern: each phase, and each run that goes on, makes a new one of its config.
        reporters: hear of each epoch as the terminal does.

    Raises:
        ConfigError: if one of them cannot be used so.

    Examples:
        >>> hooks = kerasapps.training.Hooks(
        ...     loss=keras.losses.CategoricalFocalCrossentropy(from_logits=True),
        ...     metrics=[keras.metrics.Precision()],
        ... )
        >>> hooks.is_empty
        False
    """

    callbacks: Sequence[keras.callbacks.Callback] = ()
    metrics: Sequence[keras.Metric] = ()
    loss: Callable[..., Any] | None = None
    optimizer: keras.optimizers.Optimizer | None = None
    reporters: Sequence[Reporter] = ()

    def __post_init__(self) -> None:
        for callback in several(self.callbacks, "callbacks"):
            import keras

            if not isinstance(callback, keras.callbacks.Callback):
                raise ConfigError(f"callbacks= takes keras.callbacks.Callback, got {callback!r}.")
        metrics = tuple(map(metric_of, several(self.metrics, "metrics")))
        object.__setattr__(self, "callbacks", tuple(self.callbacks))
        object.__setattr__(self, "metrics", metrics)
        names = [column_of(metric) for metric in metrics]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ConfigError(f"Two of metrics= are called {twice[0]!r}: give one another name=.")
        if self.loss is not None:
            from kerasapps.training.foreign_loss import loss_of  # TensorFlow, as it must be

            object.__setattr__(self, "loss", loss_of(self.loss))
        if self.optimizer is not None:
            check_optimizer(self.optimizer)

    @property
    def is_empty(self) -> bool:
        """Whether the user brought nothing."""
        nothing = self.loss is None and self.optimizer is None
        return nothing and not self.callbacks and not self.metrics

    def check(self, config: TrainConfig) -> None:
        """Refuses options that the objects say themselves.

        Args:
            config: as the user set it.

        Raises:
            ConfigError: naming them.
        """
        if self.optimizer is not None:
            self._refuse(config, _OF_OPTIMIZERS, "optimizer")
        if self.loss is not None:
            self._refuse(config, ("label_smoothing",), "loss")

    @staticmethod
    def _refuse(config: TrainConfig, names: Sequence[str], what: str) -> None:
        asked = [name for name in names if getattr(config, name) is not None]
        if asked:
            told = ", ".join(f"TrainConfig.{name}" for name in asked)
            raise ConfigError(f"{told}: the {what}= that you give says that itself; leave it out.")

    def check_names(self, taken: Sequence[str]) -> None:
        """Refuses a metric whose name is that of a figure that is measured anyway.

        Raises:
            ConfigError: naming it.
        """
        for name in map(column_of, self.metrics):
            if name in (*taken, *_TAKEN) or name.startswith("val_"):
                raise ConfigError(
                    f"A metric of metrics= is called {name!r}, as something that every epoch has "
                    "already: give it another name=."
                )

    @property
    def directions(self) -> Directions:
        """What is better of each metric on validation, as far as Keras knows."""
        return {f"{OWN}{column_of(metric)}": direction_of(metric) for metric in self.metrics}

    def check_monitor(self, config: TrainConfig, answer: Answer) -> None:
        """Refuses a monitor that neither the task nor one of the metrics measures.

        Args:
            config: `monitor` is read; each of the callbacks may have another.
            answer: of the task.

        Raises:
            ConfigError: naming the monitors that there are.
        """
        check_monitor(config, answer, self.directions)
        check_watched(self.callbacks, figures_of(answer, self.directions, judged=True))

    def check_devices(self, devices: int) -> None:
        """Refuses an optimizer that does not take its steps on several devices at once.

        Args:
            devices: that train together.

        Raises:
            ConfigError: if it takes one step of the gradients of several batches.
        """
        inner = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        steps = getattr(inner, "gradient_accumulation_steps", None)
        if devices > 1 and steps:
            raise ConfigError(
                f"{type(inner).__name__} adds up the gradients of {steps} steps, which it cannot "
                "with several devices: leave gradient_accumulation_steps out and set a larger "
                "TrainConfig.batch_size, which the devices share."
            )

    def settle(self, config: TrainConfig) -> TrainConfig:
        """The options without those that the objects say; the peak rate is the optimizer's."""
        changes: dict[str, Any] = {}
        if self.optimizer is not None:
            changes = dict.fromkeys(_OF_OPTIMIZERS)
            changes["learning_rate"] = rate_of(self.optimizer)
        if self.loss is not None:
            changes["label_smoothing"] = None
        return dataclasses.replace(config, **changes) if changes else config

    @property
    def unsearched(self) -> Mapping[str, str]:
        """Options that no search changes → the object that says them.

        The learning rate is searched also with an optimizer of the user's.
        """
        of_optimizer = {} if self.optimizer is None else dict.fromkeys(_OF_OPTIMIZERS, "optimizer")
        of_optimizer.pop("learning_rate", None)
        return of_optimizer if self.loss is None else {**of_optimizer, "label_smoothing": "loss"}

    def with_rate(self, rate: float) -> Hooks:
        """The same, with another peak learning rate of the optimizer, if there is one."""
        if self.optimizer is None:
            return self
        optimizer = fresh(self.optimizer)
        optimizer.learning_rate = rate
        return dataclasses.replace(self, optimizer=optimizer)

    def describe(self) -> dict[str, Any]:
        """What of them identifies a run: names and hashes of configs, of those that were given.

        Callbacks are left out: they may be others when a run goes on.
        """
        metrics = [f"{column_of(metric)} ({described(metric)})" for metric in self.metrics]
        return {
            **({} if self.loss is None else {"loss": described(self.loss)}),
            **({} if self.optimizer is None else {"optimizer": described(self.optimizer)}),
            **({"metrics": metrics} if metrics else {}),
        }

    def describe_all(self) -> dict[str, Any]:
        """`describe`, and what the callbacks are called."""
        callbacks = [type(callback).__name__ for callback in self.callbacks]
        return {**self.describe(), **({"callbacks": callbacks} if callbacks else {})}

    def heard_by(self, *reporters: Reporter | None) -> Hooks:
        """The same, of which more hear; None hears nothing."""
        more = tuple(reporter for reporter in reporters if reporter is not None)
        return dataclasses.replace(self, reporters=(*self.reporters, *more))

    def without_callbacks(self) -> Hooks:
        """The rest of them."""
        return dataclasses.replace(self, callbacks=())


def tell_limits(hooks: Hooks, *, pretrained: bool, stays_frozen: bool) -> None:
    """Says what an optimizer of the user's does not do, before the training.

    Args:
        hooks: of the user.
        pretrained: whether there is a pretrained backbone.
        stays_frozen: whether its head is all that is fitted, which takes no optimizer.
    """
    if hooks.optimizer is None or not pretrained:
        return
    name = type(hooks.optimizer).__name__
    if stays_frozen:
        tell(f"{name} is not used: the head is solved, and nothing else is trained.")
    else:
        tell(f"{name} moves all of the backbone at one rate: layer_decay is for our optimizers.")


def column_of(metric: keras.Metric) -> str:
    """What a metric is called in a history.

    A number that Keras put behind the class's name counts the objects of a process; it is dropped,
    as a run that goes on elsewhere has another.
    """
    name, plain = str(metric.name), re.sub(r"_\d+$", "", str(metric.name))
    return plain if plain.replace("_", "") == type(metric).__name__.lower() else name


def rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    """The optimizer's learning rate, as it was written: 0.001 and not the float32 beside it."""
    import keras

    return float(str(keras.ops.convert_to_numpy(optimizer.learning_rate)))


NO_HOOKS: Final = Hooks()
