"""The row of an epoch, whichever way it was trained: its figures must be numbers."""

from __future__ import annotations

import dataclasses
import math

from kerasapps.errors import TrainingError
from kerasapps.training.clock import Clock
from kerasapps.training.history import EpochRow, Fitted
from kerasapps.training.job import Job
from kerasapps.training.optimizer_choice import peak_learning_rate
from kerasapps.training.state import TrainingState

_EXACTLY = "compute exactly (TrainConfig.precision='float32')"


def epoch_row(
    job: Job, state: TrainingState, fitted: Fitted, *, rate: float, clock: Clock, began: float
) -> EpochRow:
    """The figures of an epoch whose training is over, with the judge's by the model's weights.

    Args:
        job: what to do.
        state: before the epoch counts.
        fitted: how the model does.
        rate: the last learning rate.
        clock: the time it took so far.
        began: the seconds on it when the epoch began.

    Raises:
        TrainingError: if a figure is no number.
    """
    require_number(job, state, fitted.loss, "training loss")
    require_number(job, state, fitted.val_loss, "validation loss")
    require_number(job, state, fitted.val_figure, f"validation {job.answer.fitted.name}")
    metric = _judged(job)
    clock.refresh()
    if metric is not None:
        require_number(job, state, metric, "validation metric")
    return EpochRow(
        epoch=state.epoch + 1,
        phase=job.phases[state.phase].name,
        learning_rate=rate,
        seconds=clock.elapsed - began,
        val_metric=metric,
        **dataclasses.asdict(fitted),
    )


def _judged(job: Job) -> float | None:
    """What the judge says, who judges on the chief."""
    if job.judge is None:
        return None
    team = job.runtime.team
    return team.agree(float(job.judge()) if team.is_chief else 0.0)


def require_number(job: Job, state: TrainingState, value: float, what: str) -> None:
    """Ends a training whose figures are no numbers any more.

    Args:
        job: what to do.
        state: before the epoch counts.
        value: the figure.
        what: it is.

    Raises:
        TrainingError: if it is infinite or not a number, with what to change.
    """
    if not math.isfinite(value):
        raise TrainingError(
            f"The {what} became {value} in epoch {state.epoch + 1}. {_advice(job, state)} and "
            "choose another output folder. NaN in the data, or a loss of your own, may do it, too."
        )


def _advice(job: Job, state: TrainingState) -> str:
    exact = job.runtime.precision == "float32"
    phase = job.phases[state.phase]
    if phase.solved:  # without a rate and without gradients
        other = "take another ModelConfig.model" if exact else _EXACTLY
        return f"Its head was solved on what the backbone makes of the examples: {other}"
    peak = peak_learning_rate(job.config) * phase.rate
    return (
        f"Lower the learning rate (TrainConfig.learning_rate, its peak is {peak:g}), clip the "
        f"gradients (TrainConfig.clip_norm=1){'' if exact else f', {_EXACTLY}'}"
    )
