"""A trained network that is trained on for what it is to become, such as pruned or rounded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from kerasapps.config import TrainConfig
from kerasapps.preprocess.pipeline import told_by_readers
from kerasapps.training import History, choose_runtime
from kerasapps.training.criterion import Criterion
from kerasapps.training.in_phases import fit_in_phases
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import learnt_from, length_for


def epochs_of_about(steps: int, *, steps_per_epoch: int, within: tuple[int, int]) -> int:
    """Whole epochs that come to so many steps.

    Args:
        steps: wanted, at least.
        steps_per_epoch: of the training.
        within: the fewest and the most epochs.
    """
    least, most = within
    return min(max(-(-steps // steps_per_epoch), least), most)


@told_by_readers()
def train_on(
    learner: keras.Model,
    experiment: Experiment,
    *,
    config: TrainConfig,
    name: str,
    settings: Mapping[str, object],
    work: Path,
    log_dir: Path,
    criterion: Criterion,
    judge: Callable[..., Any] | None,
    callbacks: Sequence[Any] = (),
    kept_from: int = 1,
) -> History:
    """Fits what learns to the data of a training that is over; goes on where it was cut.

    Args:
        learner: gives what the network gives, and has its weights.
        experiment: the data, and how the network was trained.
        config: how it is trained on.
        name: of the folder of its checkpoints in `work`, and of its logs.
        settings: what identifies it, beside the data.
        work: scratch space.
        log_dir: for TensorBoard logs.
        criterion: what is minimised.
        judge: measures an epoch; None: validation's own figure does.
        callbacks: in place of the user's, which heard of the training alone.
        kept_from: the first epoch that may be kept; see `fit_in_phases`.
    """
    plan, judging, batches = experiment.plan, experiment.judging, experiment.batches
    return fit_in_phases(
        learner,
        batches=batches.training,
        validation=batches.validation,
        steps_per_epoch=batches.steps_per_epoch,
        config=config,
        runtime=choose_runtime(plan.family, config),
        length=length_for(experiment, pretrained=False),
        folder=work / name,
        log_dir=log_dir / name,
        settings={**settings, **learnt_from(experiment)},
        answer=judging.answer,
        criterion=criterion,
        judge=judge,
        kept_from=kept_from,
        hooks=dataclasses.replace(
            experiment.hooks, callbacks=tuple(callbacks), reporters=(), optimizer=None
        ),
    )
