"""Where a training stands between two steps, and when it is over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kerasapps.config import TrainConfig
from kerasapps.training.history import EpochRow, History
from kerasapps.training.monitor import Monitor
from kerasapps.training.phases import Phase

_PATIENCE_EPOCHS = 10
_PATIENCE_STEPS = 100


@dataclass
class TrainingState:
    """What a checkpoint holds beside the arrays.

    Attributes:
        phase: index of the current phase.
        phase_epoch: epochs done in the current phase.
        phase_step: steps done in the current phase.
        epoch_step: steps done in the current epoch.
        epoch_began: seconds of training before the current epoch.
        phase_began: seconds of training before the current phase.
        cooldown_began: steps of the current phase before the rate began to fall to 0.
        cooldown_epochs: epochs in which it falls; 0 while validation still gains.
        elapsed: seconds of training so far.
        rows: the epochs done.
        best_epoch: the epoch with the best validation, 0 before the first.
        stopped: why training is over, or None while it is not.
        extended: epochs after which a finished training went on to become a longer one.
        extended_seconds: what the last of these finished trainings took.
        own_rate: the learning rate that a callback of the user's set in the current phase.
    """

    phase: int = 0
    phase_epoch: int = 0
    phase_step: int = 0
    epoch_step: int = 0
    epoch_began: float = 0.0
    phase_began: float = 0.0
    cooldown_began: int = 0
    cooldown_epochs: int = 0
    elapsed: float = 0.0
    rows: list[EpochRow] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str | None = None
    extended: list[int] = field(default_factory=list)
    extended_seconds: float = 0.0
    own_rate: float | None = None

    @classmethod
    def after(cls, history: History) -> TrainingState:
        """Where a longer training stands that goes on from a finished one."""
        return cls(
            phase_began=history.seconds,
            elapsed=history.seconds,
            rows=list(history.rows),
            best_epoch=history.best_epoch,
            extended=[*history.extended, len(history.rows)],
            extended_seconds=history.seconds,
        )

    @property
    def finished_rows(self) -> Sequence[EpochRow]:
        """The epochs of the finished training that this one goes on from; mostly none."""
        return self.rows[: self.extended[-1]] if self.extended else []

    @property
    def epoch(self) -> int:
        """Epochs done in all phases."""
        return len(self.rows)

    @property
    def phase_rows(self) -> Sequence[EpochRow]:
        """The epochs done in the current phase."""
        return self.rows[len(self.rows) - self.phase_epoch :]

    def begin_phase(self, phase: int, *, elapsed: float) -> None:
        """Enter the phase with index `phase`."""
        self.phase, self.phase_epoch, self.phase_step = phase, 0, 0
        self.cooldown_began, self.cooldown_epochs = 0, 0
        self.phase_began = elapsed
        self.own_rate = None

    @property
    def is_cooling_down(self) -> bool:
        """Whether the rate falls to 0, as validation has stopped gaining."""
        return self.cooldown_epochs > 0

    def begin_cooldown(self, epochs: int) -> None:
        """Let the rate fall to 0 in so many epochs from now on."""
        self.cooldown_began, self.cooldown_epochs = self.phase_step, epochs

    def add(self, row: EpochRow, *, monitor: Monitor, kept_from: int = 1) -> bool:
        """Take in a finished epoch; True if it is the best so far by the monitor.

        Args:
            row: the epoch.
            monitor: says how good one was.
            kept_from: before this epoch the last is the best, as the network is still changed.
        """
        merits = [monitor.merit(each) for each in (*self.rows, row)]
        first = self.best_epoch == 0 or row.epoch <= kept_from
        best = first or merits[-1] > merits[self.best_epoch - 1]
        self.rows.append(row)
        self.phase_epoch += 1
        self.epoch_step = 0
        if best:
            self.best_epoch = row.epoch
        return best

    def history(self, quality: str, *, paused: bool = False) -> History:
        """The frozen record of the training; `paused` if it may go on. See `History.quality`."""
        stopped = "paused" if paused else self.stopped or ""
        return History(
            tuple(self.rows),
            self.best_epoch,
            stopped,
            self.elapsed,
            tuple(self.extended),
            quality=quality,
        )

    def as_dict(self, quality: str) -> dict[str, Any]:
        """Plain values, fit for JSON; see `EpochRow.to_dict`."""
        rows = [row.to_dict(quality) for row in self.rows]
        return {**dataclasses.asdict(self), "rows": rows}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainingState:
        """The state that `as_dict` wrote."""
        return cls(**{**values, "rows": [EpochRow.from_dict(row) for row in values["rows"]]})


def patience_of(early_stopping: int | None, *, steps_per_epoch: int) -> int:
    """Epochs to wait for something better: as asked for, or what suits the data.

    A small data set has few steps in an epoch. While the rate rises, the moving statistics of batch
    normalization lag behind the weights for some dozens of steps, however long an epoch is.

    Args:
        early_stopping: the option; None: 10 epochs, but at least 100 steps.
        steps_per_epoch: of the training.
    """
    if early_stopping is not None:
        return early_stopping
    return max(_PATIENCE_EPOCHS, -(-_PATIENCE_STEPS // steps_per_epoch))


def time_share(state: TrainingState, config: TrainConfig) -> float:
    """The share of the time budget that the finished training took which `state` goes on from."""
    if config.time_budget is None:
        return 0.0
    return min(1.0, state.extended_seconds / (60 * config.time_budget))


def phase_is_complete(state: TrainingState, phase: Phase) -> bool:
    """Whether the phase has had all its epochs."""
    return phase.epochs is not None and state.phase_epoch >= phase.epochs
