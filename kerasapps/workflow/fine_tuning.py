"""Whether a trained network is fine-tuned for its int8 file, for how long, and what is said of it.

A file that rounds is no reason to lose a training: where fine-tuning fails, there is none.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras

from kerasapps.config import CompressConfig
from kerasapps.config.training import SHORTEST
from kerasapps.errors import ConfigError, ExportError, TrainingError
from kerasapps.export.fake_quant.traced import TracedNetwork
from kerasapps.terminal.doing import duration
from kerasapps.terminal.streams import tell
from kerasapps.training import History
from kerasapps.wording.counted import counted
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.qat import FineTuned, fine_tune, usual_epochs

KEPT: Final = 0.2
"""Share of a time budget that the training leaves where fine-tuning was asked for."""
_LEAST = 0.05  # of a time budget, below which nothing is begun
_SLOWER = 1.5  # times as long as an epoch of the training that one takes, as was measured


@dataclass(frozen=True)
class FineTuning:
    """A trained network that may be fine-tuned.

    Attributes:
        network: as it was trained; it stays as it is.
        experiment: the data, and how it was trained.
        history: of its training.
        compress: whether fine-tuning was asked for, and for how long.
        settings: what identifies the training.
        work: scratch space, with the checkpoints.
        log_dir: for TensorBoard logs.
    """

    network: keras.Model
    experiment: Experiment
    history: History
    compress: CompressConfig
    settings: Mapping[str, Any]
    work: Path
    log_dir: Path

    @property
    def is_asked(self) -> bool:
        """Whether it is done in any case."""
        return self.compress.qat

    @property
    def budget(self) -> float | None:
        """Minutes for training and fine-tuning together; None: any."""
        minutes = self.experiment.plan.train.time_budget
        return minutes / (1 - KEPT) if minutes is not None and self.is_asked else minutes

    @property
    def epochs(self) -> int:
        """Passes over the training split."""
        return self.compress.qat_epochs or usual_epochs(self.experiment.batches.steps_per_epoch)

    @property
    def minutes(self) -> float | None:
        """What is left of the time budget, and of what was kept for it most of that in any case."""
        if self.budget is None:
            return None
        left = self.budget - self.history.seconds / 60
        return max(left, self.budget * KEPT / 2, SHORTEST) if self.is_asked else left

    def objection(self) -> str:
        """Why it is not even begun; empty for no reason."""
        minutes = self.minutes
        if minutes is not None and self.budget is not None and minutes < _LEAST * self.budget:
            return (
                "the training took the time budget (with qat a fifth of it is kept for fine-tuning)"
            )
        if self.experiment.attack is not None:
            return "fine-tuning knows no attacks, which the network has learnt to bear"
        try:
            TracedNetwork(self.network)
        except ConfigError as error:
            return str(error)
        return ""

    def run(self) -> FineTuned | str:
        """The fine-tuned network, or why there is none; goes on where it was cut."""
        if objection := self.objection():
            return objection
        tell(f"Training on for an int8 file: {self._length()}")
        try:
            return fine_tune(
                self.network,
                self.experiment,
                epochs=self.epochs,
                minutes=self.minutes,
                settings=self.settings,
                work=self.work,
                log_dir=self.log_dir,
            )
        except (ConfigError, ExportError, TrainingError) as error:
            return str(error)

    def _length(self) -> str:
        """How long it takes, as far as the training's epochs tell."""
        words = counted(self.epochs, "epoch")
        # A head that was solved at once had no such epochs.
        seconds = [row.seconds for row in self.history.rows if row.learning_rate > 0]
        if seconds:
            length = _SLOWER * self.epochs * statistics.median(seconds)
            words += f", about {duration(length)}"
        return words if self.minutes is None else f"{words}, at most {self.minutes:.2g} minutes"


def refuse_untraceable(network: keras.Model) -> None:
    """Raises `ConfigError` for a network that cannot be fine-tuned so, before it is trained."""
    try:
        TracedNetwork(network)
    except ConfigError as error:
        raise ConfigError(f"{error}. Leave qat out, or choose another network.") from error


def leaving_time(experiment: Experiment) -> Experiment:
    """The same with a fifth of the time budget left for fine-tuning, where there is a budget."""
    train = experiment.plan.train
    if train.time_budget is None:
        return experiment
    tell(f"{KEPT:.0%} of the time budget are kept for fine-tuning")
    minutes = max((1 - KEPT) * train.time_budget, SHORTEST)
    shorter = dataclasses.replace(train, time_budget=minutes)
    return dataclasses.replace(experiment, plan=dataclasses.replace(experiment.plan, train=shorter))
