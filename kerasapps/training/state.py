"""Where a training stands between two steps, and when it is over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kerasapps.training.history import EpochRow, History, rows_from_dicts
from kerasapps.training.phases import Phase


@dataclass
class TrainingState:
    """What a checkpoint holds beside the arrays.

    Attributes:
        phase: index of the current phase.
        phase_epoch: epochs done in the current phase.
        phase_step: steps done in the current phase.
        phase_began: seconds of training before the current phase.
        elapsed: seconds of training so far.
        rows: the epochs done.
        best_epoch: the epoch with the best validation, 0 before the first.
        stopped: why training is over, or None while it is not.
    """

    phase: int = 0
    phase_epoch: int = 0
    phase_step: int = 0
    phase_began: float = 0.0
    elapsed: float = 0.0
    rows: list[EpochRow] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str | None = None

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
        self.phase_began = elapsed

    def add(self, row: EpochRow) -> bool:
        """Take in a finished epoch; True if it is the best so far."""
        best = self.best_epoch == 0 or row.merit > self.rows[self.best_epoch - 1].merit
        self.rows.append(row)
        self.phase_epoch += 1
        if best:
            self.best_epoch = row.epoch
        return best

    def history(self) -> History:
        """The frozen record of the training."""
        return History(tuple(self.rows), self.best_epoch, self.stopped or "", self.elapsed)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainingState:
        """The state that `as_dict` wrote."""
        return cls(**{**values, "rows": list(rows_from_dicts(values["rows"]))})


def out_of_patience(rows: Sequence[EpochRow], patience: int) -> bool:
    """Whether the validation loss has not fallen below its lowest for `patience` epochs (0: no)."""
    if patience == 0 or not rows:
        return False
    lowest = min(range(len(rows)), key=lambda index: rows[index].val_loss)
    return len(rows) - 1 - lowest >= patience


def phase_is_complete(state: TrainingState, phase: Phase) -> bool:
    """Whether the phase has had all its epochs."""
    return phase.epochs is not None and state.phase_epoch >= phase.epochs
