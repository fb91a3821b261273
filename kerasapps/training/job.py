"""What a training is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.start import Start
from kerasapps.training.callbacks import Callbacks
from kerasapps.training.criterion import Criterion
from kerasapps.training.head import Head
from kerasapps.training.history import EpochRow
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.monitor import Monitor
from kerasapps.training.phases import Phase
from kerasapps.training.progress import Reporter
from kerasapps.training.runtime import Runtime

BatchSource = Callable[[Start], tf.data.Dataset]
Judge = Callable[[], float]
Pause = Callable[[EpochRow], bool]


@dataclass(frozen=True)
class Job:
    """The arguments of `fit_in_phases`, checked and completed; see there.

    Attributes:
        phases: what there is to train.
        limit: minutes that a training takes at most for which nobody set epochs or a budget.
        head: the last layer, where it can be solved.
        unchanged: the training examples as they are.
        unmixed: the training batches without mixtures of examples; None where there are none.
        stays_frozen: whether the head is all that is fitted, for want of examples.
        epochs_before: epochs of a finished training that this one goes on from.
        kept_from: the first epoch whose weights may be the best; of earlier ones the last are.
        hooks: what the user brought; its loss is in `criterion` already.
        callbacks: the user's, at work.
    """

    model: keras.Model
    batches: BatchSource
    validation: tf.data.Dataset
    steps_per_epoch: int
    config: TrainConfig
    runtime: Runtime
    folder: Path
    settings: Mapping[str, Any]
    phases: Sequence[Phase]
    backbone: keras.Layer | None
    multipliers: Mapping[str, float]
    reporters: Sequence[Reporter]
    answer: Answer
    criterion: Criterion
    judge: Judge | None
    pause: Pause | None
    head: Head | None = None
    unchanged: tf.data.Dataset | None = None
    unmixed: BatchSource | None = None
    stays_frozen: bool = False
    epochs_before: int = 0
    limit: float | None = None
    kept_from: int = 1
    hooks: Hooks = NO_HOOKS
    callbacks: Callbacks = field(default_factory=Callbacks)

    @property
    def monitor(self) -> Monitor:
        """What the best epoch has the best of."""
        return Monitor.of(self.config, self.answer, self.hooks.directions)

    @property
    def epochs(self) -> int | None:
        """Epochs of the whole training, those of a finished one that it goes on from included;
        None while time or validation decides.
        """
        if any(phase.length is not None for phase in self.phases):
            return None
        counts = [phase.epochs for phase in self.phases if phase.epochs is not None]
        return self.epochs_before + sum(counts) if len(counts) == len(self.phases) else None
