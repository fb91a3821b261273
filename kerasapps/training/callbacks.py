"""Keras callbacks of the user's, called where this training does what Keras' own does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import keras

from kerasapps.config.metric import Answer
from kerasapps.terminal.streams import tell
from kerasapps.training.history import EpochRow, History
from kerasapps.training.hooks import rate_of

CALLED: Final = (
    "on_train_begin",
    "on_train_end",
    "on_epoch_begin",
    "on_epoch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_batch_begin",
    "on_batch_end",
    "on_test_begin",
    "on_test_end",
)
"""The hooks of a callback that run; the two of a batch by their old names as well."""

NEVER: Final = (
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_predict_begin",
    "on_predict_end",
    "on_predict_batch_begin",
    "on_predict_batch_end",
)
"""The hooks that do not run: validation takes no notice of single batches, and nothing predicts."""


class Callbacks:
    """The callbacks of one training, and which of them ended it.

    Epochs and batches are counted from 0, as Keras has it; after a kill the count goes on, and
    `on_train_begin` is called again.

    Args:
        callbacks: of the user; none cost nothing.
        answer: says what the figures of an epoch are called.
        may_set_rate: whether the learning rate that one sets stays, as no schedule changes it.

    Attributes:
        stopped: why the training is over, in words, once a callback set `model.stop_training`.
        rate: the learning rate that one set in this phase; None while the schedule says it.
    """

    def __init__(
        self,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        answer: Answer | None = None,
        *,
        may_set_rate: bool = False,
    ) -> None:
        self.stopped: str | None = None
        self.rate: float | None = None
        self._may_set_rate = may_set_rate
        self._answer = answer
        self._all = callbacks
        self._model: keras.Model | None = None
        self._before: keras.optimizers.Optimizer | None = None
        self._begins = [each for each in callbacks if _overrides(each, "begin")]
        self._ends = [each for each in callbacks if _overrides(each, "end")]
        self._told: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def hears_batches(self) -> bool:
        """Whether one wants to know of the end of every batch."""
        return bool(self._ends)

    @property
    def hears_steps(self) -> bool:
        """Whether one has to do with every batch, before or after it."""
        return bool(self._begins or self._ends)

    def train_begin(
        self, model: keras.Model, *, epochs: int | None, steps: int, rate: float
    ) -> None:
        """Hand them the model and tell them that training begins, or goes on.

        Args:
            model: about to be trained.
            epochs: of all phases; None while time or validation decides.
            steps: of an epoch.
            rate: the peak learning rate. Until the first optimizer is there, and while a head is
                solved, the model's `optimizer` is one of this rate.
        """
        if not self._all:
            return
        self._model, self._before = model, getattr(model, "optimizer", None)
        model.stop_training = False
        model.optimizer = keras.optimizers.SGD(rate)
        for callback in self._all:
            _tell_unheard(callback)
            callback.set_params({"verbose": 0, "epochs": epochs, "steps": steps})
            callback.set_model(model)
        self._call(self._all, "on_train_begin", {})

    def use(self, optimizer: keras.optimizers.Optimizer, *, rate: float | None = None) -> None:
        """From now on this is the `optimizer` of the callbacks' model.

        Args:
            optimizer: of the phase.
            rate: that one of them set before a kill, if this phase goes on after one.
        """
        self.rate = rate
        if self._model is not None:
            self._model.optimizer = optimizer

    def epoch_begin(self, epoch: int) -> None:
        """An epoch begins; `epoch` are done."""
        self._call(self._all, "on_epoch_begin", epoch, {})

    def batch_begin(self, step: int) -> None:
        """A step begins; `step` are done in this epoch."""
        if self._begins:
            self._call(self._begins, "on_train_batch_begin", step, {})

    def batch_end(self, step: int, loss: float, figure: float) -> None:
        """A step is done.

        Args:
            step: from 0.
            loss: mean of the epoch so far.
            figure: of the epoch so far.
        """
        self._call(self._ends, "on_train_batch_end", step, self._logs(loss, figure))

    def test_begin(self) -> None:
        """The validation split is about to be judged."""
        self._call(self._all, "on_test_begin", {})

    def test_end(self, loss: float, figure: float) -> None:
        """The validation split was judged."""
        if self._all:
            self._call(self._all, "on_test_end", self._logs(loss, figure))

    def epoch_end(self, row: EpochRow) -> None:
        """An epoch is over, and the model has the weights that it was judged by."""
        if self._all:
            assert self._answer is not None
            self._call(self._all, "on_epoch_end", row.epoch - 1, logs_of(row, self._answer))

    def train_end(self, history: History) -> None:
        """Training is over, and the model has the weights of the best epoch."""
        if self._model is None or self._answer is None:
            return
        logs = logs_of(history.rows[-1], self._answer) if history.rows else {}
        self._call(self._all, "on_train_end", logs)

    def leave(self) -> None:
        """The model has the optimizer again that it came with, if any, however training ended."""
        if self._model is not None and self._before is not None:
            self._model.optimizer = self._before
        elif self._model is not None:
            del self._model.optimizer
        self._model = None

    def _logs(self, loss: float, figure: float) -> dict[str, float]:
        assert self._answer is not None
        return {"loss": loss, self._answer.fitted.quality: figure}

    def _call(
        self, callbacks: Sequence[keras.callbacks.Callback], hook: str, *arguments: Any
    ) -> None:
        for callback in callbacks:
            rate = self._rate()
            getattr(callback, hook)(*arguments)
            if self._may_set_rate:
                if self._rate() != rate or _sets_rate(callback, hook):
                    self.rate = self._rate()
            elif self._rate() != rate:
                self._tell_rate(callback)
            if self.stopped is None and self._model is not None and self._model.stop_training:
                self.stopped = f"the callback {type(callback).__name__}"

    def _rate(self) -> float | None:
        optimizer = getattr(self._model, "optimizer", None)
        return None if optimizer is None else rate_of(optimizer)

    def _tell_rate(self, callback: keras.callbacks.Callback) -> None:
        name = type(callback).__name__
        if name not in self._told:
            self._told.add(name)
            tell(
                f"{name} set the learning rate, which has no effect: the schedule sets it at every "
                "step. With TrainConfig(schedule='constant') the rate of a callback stays."
            )


def logs_of(row: EpochRow, answer: Answer) -> dict[str, float]:
    """An epoch as Keras hands it to callbacks: figures by name, those of validation `val_…`."""
    values = row.to_dict(answer.fitted.quality)
    judged = values.pop("val_metric")
    logs = {name: values[name] for name in values if name not in ("epoch", "phase", "seconds")}
    logs = {name: float("nan") if value is None else value for name, value in logs.items()}
    return logs if judged is None else {**logs, answer.judged.monitored: judged}


def unheard(callback: keras.callbacks.Callback) -> list[str]:
    """Hooks that the callback has something to do in and that never run."""
    return [hook for hook in NEVER if _has_own(callback, hook)]


def _tell_unheard(callback: keras.callbacks.Callback) -> None:
    hooks = unheard(callback)
    if hooks:
        never = "is never called" if len(hooks) == 1 else "are never called"
        tell(f"{type(callback).__name__}: {', '.join(hooks)} {never} in a training of kerasapps.")


def _sets_rate(callback: keras.callbacks.Callback, hook: str) -> bool:
    """Whether the learning rate is set anew there, be it to what it was."""
    is_scheduler = isinstance(callback, keras.callbacks.LearningRateScheduler)
    return is_scheduler and hook == "on_epoch_begin"


def _overrides(callback: keras.callbacks.Callback, end: str) -> bool:
    return any(_has_own(callback, f"on_{name}_{end}") for name in ("batch", "train_batch"))


def _has_own(callback: keras.callbacks.Callback, hook: str) -> bool:
    """Whether a hook is other than the one of Keras' base class, which does nothing."""
    method: Callable[..., Any] = getattr(callback, hook)
    return getattr(method, "__func__", method) is not getattr(keras.callbacks.Callback, hook)
