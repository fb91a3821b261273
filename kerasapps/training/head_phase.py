"""The phase in which a pretrained network's head is solved: one epoch of the history."""

from __future__ import annotations

import dataclasses
import json

from kerasapps.start import Start
from kerasapps.training.accord import Accord, share_variables
from kerasapps.training.clock import Clock
from kerasapps.training.ending import out_of_time
from kerasapps.training.epoch_row import epoch_row
from kerasapps.training.gauges import Gauges, measure
from kerasapps.training.head import HeadTask, fit_head
from kerasapps.training.history import Fitted
from kerasapps.training.job import Job
from kerasapps.training.keeping import keep_epoch, keep_state
from kerasapps.training.state import TrainingState


def run_head(job: Job, state: TrainingState, clock: Clock) -> bool:
    """Solves the head and moves `state` on to the next phase, or ends the training.

    Args:
        job: what to do; has a head and unchanged examples.
        state: at the beginning of the phase.
        clock: the time it took so far.

    Returns:
        Whether `Job.pause` ended it here.

    Raises:
        TrainingError: if a figure is no number.
    """
    accord = Accord(job.runtime.team, clock, job.callbacks)
    accord.hear()
    began = clock.elapsed
    job.callbacks.epoch_begin(state.epoch)
    fitted = _fit_on_chief(job, state, clock)
    row = epoch_row(job, state, fitted, rate=0.0, clock=clock, began=began)
    best = keep_epoch(job, state, row)
    job.callbacks.epoch_end(row)
    accord.hear_weights(job.model.variables)
    if job.callbacks.stopped:
        state.stopped = job.callbacks.stopped
    elif state.phase == len(job.phases) - 1:
        state.stopped = "epochs"
    elif clock.is_up():
        state.stopped = out_of_time(job)
    state.elapsed = clock.elapsed
    if state.stopped is None:
        state.begin_phase(state.phase + 1, elapsed=state.elapsed)
    keep_state(job, state)
    for reporter in job.reporters:
        reporter.epoch(row, best=best)
    return state.stopped is None and job.pause is not None and job.pause(row)


def _fit_on_chief(job: Job, state: TrainingState, clock: Clock) -> Fitted:
    """The chief solves, and all have its result."""
    team, word = job.runtime.team, None
    if team.is_chief:
        fitted = _with_metrics(job, _fit(job, state, clock.own))
        if team.count == 1:
            return fitted
        word = json.dumps(dataclasses.asdict(fitted)).encode()
    told = Fitted(**json.loads(team.send(word)))
    share_variables(team, job.model.variables)
    return told


def _with_metrics(job: Job, fitted: Fitted) -> Fitted:
    """Of the training examples as they went by there are none: the head was solved."""
    if not job.hooks.metrics:
        return fitted
    gauges = Gauges(job.hooks.metrics, job.criterion)
    metrics = {**gauges.unknown(), **measure(gauges, job.model, job.validation)}
    return dataclasses.replace(fitted, metrics=metrics)


def _fit(job: Job, state: TrainingState, clock: Clock) -> Fitted:
    assert job.head is not None and job.unchanged is not None
    phase = job.phases[state.phase]
    return fit_head(
        HeadTask(
            head=job.head,
            model=job.model,
            batches=(job.unmixed or job.batches)(Start(state.epoch)),
            unchanged=job.unchanged,
            steps=job.steps_per_epoch,
            validation=job.validation,
            copies=job.config.head_epochs or job.head.copies,
            criterion=job.criterion,
            smoothing=job.config.label_smoothing or 0.0,
            seed=job.config.seed,
            pools=job.stays_frozen and job.head.may_pool,
            is_late=lambda share: clock.is_up() or clock.share() >= share * phase.budget_share,
        )
    )
