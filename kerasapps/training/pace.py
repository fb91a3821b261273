"""How far a training is: what the learning rate is there, and how much is left."""

from __future__ import annotations

from kerasapps.training.clock import Clock
from kerasapps.training.job import Job
from kerasapps.training.length import LIMIT_COOLDOWN, Length, warmup_steps
from kerasapps.training.schedules import open_rate_factor, resumed_rate_factor, warmup_share
from kerasapps.training.state import TrainingState

_EARLY_SHARE = 0.05
_EARLY_SECONDS = 30.0


def rate_factor_now(job: Job, state: TrainingState, clock: Clock) -> float:
    """The share of the peak learning rate that the next step has, 0 to 1.

    Args:
        job: what is to do.
        state: where the training stands.
        clock: the time it took so far.
    """
    phase, limit = job.phases[state.phase], _limit_factor(job, clock)
    if phase.length is not None:
        return limit * _open_factor(job, state, phase.length)
    return limit * resumed_rate_factor(
        job.config.schedule,
        _phase_share(job, state, clock),
        start=phase.start,
        warmup=warmup_share(job.config),
    )


def share_done(job: Job, state: TrainingState, clock: Clock, *, step: int) -> float:
    """The share of the whole training that is done, 0 to 1: as far as it can be told.

    Args:
        job: what is to do.
        state: where the training stands.
        clock: the time it took so far.
        step: of the current epoch.
    """
    now = step / job.steps_per_epoch
    if job.epochs is not None:
        return max(clock.share(), (state.epoch + now) / job.epochs)
    length = job.phases[state.phase].length
    if length is None:
        return clock.share()
    done = state.phase_epoch + now
    end = _end_of_cooldown(job, state) if state.is_cooling_down else done + length.usual
    return max(clock.share(), done / end)


def seconds_left(job: Job, state: TrainingState, clock: Clock, *, share: float) -> float | None:
    """Seconds until the end; None while validation decides how many, and at first.

    What compilation takes would count many times over in the first seconds.

    Args:
        job: what is to do.
        state: where the training stands.
        clock: the time it took so far.
        share: of the training that is done.
    """
    is_open = job.phases[state.phase].length is not None and not state.is_cooling_down
    is_early = share <= 0 or (share < _EARLY_SHARE and clock.elapsed < _EARLY_SECONDS)
    return None if is_early or is_open else clock.elapsed * (1 - share) / share


def _open_factor(job: Job, state: TrainingState, length: Length) -> float:
    steps = job.steps_per_epoch
    cooldown = state.cooldown_began, state.cooldown_epochs * steps
    return open_rate_factor(
        job.config.schedule,
        state.phase_step,
        warmup=warmup_steps(job.config, length, steps_per_epoch=steps),
        most=length.most * steps,
        cooldown=cooldown if state.is_cooling_down else None,
    )


def _limit_factor(job: Job, clock: Clock) -> float:
    """1 until the longest time that nobody asked for is nearly over, then down to 0."""
    if job.limit is None:
        return 1.0
    return min(1.0, (1 - clock.share()) / LIMIT_COOLDOWN)


def _phase_share(job: Job, state: TrainingState, clock: Clock) -> float:
    """The share of the phase that is done: of its steps or its time, whichever is more."""
    # A limit that nobody asked for says nothing of the rate: on another machine it is far away.
    time = 0.0 if job.limit is not None else clock.share(state.phase_began)
    epochs = job.phases[state.phase].epochs
    if epochs is None:
        return time
    # In the middle of the step, so that neither the first nor the last has a rate of 0.
    return max(time, (state.phase_step + 0.5) / (epochs * job.steps_per_epoch))


def _end_of_cooldown(job: Job, state: TrainingState) -> float:
    """In epochs of the phase."""
    return state.cooldown_began / job.steps_per_epoch + state.cooldown_epochs
