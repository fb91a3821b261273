"""What a trial is asked, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

Values: TypeAlias = Mapping[str, Any]
"""Option → value, by the field's name: `learning_rate`, `width`, `augment`."""

Figures: TypeAlias = Mapping[str, float]
"""Everything that a trial measured: `val_loss`, `seconds`, `int8_size_mb` and so on."""

TellEpoch: TypeAlias = Callable[[int, Figures], bool]
"""What a worker does with an epoch's number, from 1, and figures; False: the trial is to stop."""


class Report(Protocol):
    """What a trial calls after each epoch."""

    def __call__(self, epoch: int, figures: Figures, *, final: bool = False) -> bool:
        """False: stop now.

        Args:
            epoch: its number, from 1.
            figures: of this epoch.
            final: the training is over in any case, so that nothing can be stopped any more.
        """


TrialState = Literal["running", "interrupted", "done", "stopped", "failed"]


@dataclass(frozen=True)
class TrialJob:
    """One configuration to try.

    Attributes:
        number: of the trial, from 0, which is the default configuration.
        values: what differs from the options as they are.
        folder: of this trial alone: checkpoints, exported files, its log.
        epochs: train up to this epoch, where the search decides; None: as the options say.
        resume_from: folder of the trial whose training this one goes on with, if any.
    """

    number: int
    values: Values
    folder: Path
    epochs: int | None = None
    resume_from: Path | None = None


TrialFunction: TypeAlias = Callable[[TrialJob, Report], Figures]
"""Trains one configuration; raises what it likes, which fails the trial and no other.

It must be picklable: it runs in a process of its own.
"""


@dataclass(frozen=True)
class Outcome:
    """How a trial ended.

    Attributes:
        state: "done"; "stopped" early, its figures being those so far; or "failed".
        figures: what it measured; empty if it failed.
        reason: why it failed or was stopped, in one line for people.
        seconds: wall-clock time.
    """

    state: TrialState
    figures: Figures = field(default_factory=dict)
    reason: str = ""
    seconds: float = 0.0
