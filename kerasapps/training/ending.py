"""After an epoch: whether training is over, and whether its last epochs begin."""

from __future__ import annotations

from kerasapps.training.job import Job
from kerasapps.training.length import cooldown_epochs, has_stopped_gaining, warmup_steps
from kerasapps.training.state import TrainingState, patience_of, phase_is_complete

NO_MORE_GAINS = "validation stopped gaining, cooled down"


def reason_to_stop(job: Job, state: TrainingState, *, is_up: bool) -> str | None:
    """Why the training is over, in words; None while it is not.

    Args:
        job: what was to do.
        state: after an epoch.
        is_up: whether the time is.
    """
    phase = job.phases[state.phase]
    if is_up:
        return out_of_time(job)
    if state.phase < len(job.phases) - 1:
        return None
    if phase_is_complete(state, phase):
        return "epochs"
    if phase.length is not None:
        return NO_MORE_GAINS if _has_cooled_down(job, state) else None
    patience = patience_of(job.config.early_stopping, steps_per_epoch=job.steps_per_epoch)
    return "early stopping" if job.monitor.is_out_of_patience(state.phase_rows, patience) else None


def out_of_time(job: Job) -> str:
    """Which time is over, in words: the one that was asked for, or the longest that is usual."""
    return "time budget" if job.limit is None else "time limit"


def begins_cooldown(job: Job, state: TrainingState) -> bool:
    """Whether validation has gained for the last time, so that the rate is to fall to 0.

    Args:
        job: what is to do.
        state: after an epoch of a training that is not over.
    """
    length = job.phases[state.phase].length
    if length is None or state.is_cooling_down:
        return False
    losses = [row.val_loss for row in state.phase_rows]
    figures = [job.monitor.figure(row) for row in state.phase_rows]
    return has_stopped_gaining(losses, figures, length)


def cool_down_from(job: Job, state: TrainingState) -> tuple[int | None, int]:
    """The epoch whose weights the last epochs begin with, and how many these are.

    The best epoch's where the validation loss was lower then, else those of the day (None). An
    epoch in which the rate still rose is the best by luck.

    Args:
        job: what is to do.
        state: when the rate is to fall.
    """
    best = state.rows[state.best_epoch - 1]
    in_phase = state.best_epoch - (state.epoch - state.phase_epoch)
    if best.val_loss >= state.rows[-1].val_loss or _was_rising(job, state, in_phase):
        return None, cooldown_epochs(state.phase_epoch)
    return state.best_epoch, cooldown_epochs(in_phase if in_phase > 0 else state.phase_epoch)


def _was_rising(job: Job, state: TrainingState, epoch: int) -> bool:
    """Whether the rate still rose in an epoch of the phase; never in one of an earlier phase."""
    length, steps = job.phases[state.phase].length, job.steps_per_epoch
    assert length is not None
    return 0 < epoch * steps < warmup_steps(job.config, length, steps_per_epoch=steps)


def _has_cooled_down(job: Job, state: TrainingState) -> bool:
    end = state.cooldown_began + state.cooldown_epochs * job.steps_per_epoch
    return state.is_cooling_down and state.phase_step >= end
