"""What is written down of a training, after an epoch or within, so that it can go on from there."""

from __future__ import annotations

from pathlib import Path

from kerasapps.training import checkpoint
from kerasapps.training.accord import share_variables
from kerasapps.training.history import EpochRow, History, quality_of
from kerasapps.training.job import Job
from kerasapps.training.state import TrainingState


def keep_epoch(job: Job, state: TrainingState, row: EpochRow) -> bool:
    """Takes in a finished epoch; the model's weights are written if it is the best so far.

    Args:
        job: what is to do; its model has the weights that the epoch was judged with.
        state: before the epoch counts.
        row: the epoch.

    Returns:
        Whether it is the best of those that may be kept in the end.
    """
    best = state.add(row, monitor=job.monitor, kept_from=job.kept_from)
    if best and job.runtime.team.is_chief:
        weights = [weight.numpy() for weight in job.model.weights]
        checkpoint.write_best(job.folder, row.epoch, weights)
    return best and row.epoch >= job.kept_from


def keep_state(job: Job, state: TrainingState, **more: checkpoint.Arrays) -> None:
    """Writes the checkpoint, and removes what an older one alone named.

    Args:
        job: what is to do.
        state: where it stands.
        more: arrays beside the model's variables, by the names that they are read by.
    """
    if not job.runtime.team.is_chief:
        return
    groups = {"model": [variable.numpy() for variable in job.model.variables], **more}
    values = state.as_dict(job.answer.fitted.quality)
    checkpoint.write_checkpoint(job.folder, checkpoint.Checkpoint(job.settings, values, groups))
    checkpoint.remove_older_best(job.folder, state.best_epoch)


def give_best(job: Job, state: TrainingState, epoch: int | None = None) -> None:
    """Gives the model of all processes the weights of an epoch, which the chief has kept.

    Args:
        job: its model gets them.
        state: where the training stands.
        epoch: which; by default the best.

    Raises:
        TrainingError: if they cannot be read.
    """
    team = job.runtime.team
    if team.is_chief:
        weights = checkpoint.read_best(job.folder, epoch or state.best_epoch)
        checkpoint.assign(job.model.weights, weights, job.folder)
    share_variables(team, job.model.weights)


def is_over(folder: Path) -> bool:
    """Whether `folder` keeps a training that has come to its end; one that was paused has not.

    Reads little of the checkpoint, so it may be asked before work that takes long.

    Raises:
        TrainingError: if the checkpoint is damaged.
    """
    history = history_so_far(folder)
    return history is not None and history.stopped != "paused"


def history_so_far(folder: Path) -> History | None:
    """The training that `folder` keeps, as far as it got; None where it has no whole epoch.

    Raises:
        TrainingError: if the checkpoint is damaged.
    """
    values = checkpoint.stored_state(folder)
    if values is None or not values["rows"]:  # or it was killed within its first epoch
        return None
    state = TrainingState.from_dict(values)
    return state.history(quality_of(values["rows"][0]), paused=state.stopped is None)
