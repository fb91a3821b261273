"""From an experiment to a trained network, whatever the task."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from kerasapps.config import TrainConfig
from kerasapps.config.own import is_own
from kerasapps.models.own_copies import configuration_digest
from kerasapps.preprocess.pipeline import told_by_readers
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training import EpochRow, History, Runtime, choose_runtime, seed_everything
from kerasapps.training.finished import Finished
from kerasapps.training.foreign_loss import tell_shared_loss
from kerasapps.training.head import Head
from kerasapps.training.in_phases import fit_in_phases
from kerasapps.training.keeping import is_over
from kerasapps.training.length import Length, has_open_end, is_asked, suitable_length
from kerasapps.training.monitor import Monitor
from kerasapps.training.optimizer_choice import peak_learning_rate
from kerasapps.training.team import ALONE, Team
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.settings import LABELS, NETWORK, TEACHER


def start_network(experiment: Experiment, team: Team = ALONE) -> tuple[keras.Model, Runtime]:
    """A fresh network for this machine, its data-dependent weights set from the training split.

    Args:
        experiment: the data, and how to train.
        team: who trains it.
    """
    plan = experiment.plan
    with doing(f"Building {plan.model.model}"):
        seed_everything(plan.train)
        runtime = choose_runtime(plan.family, plan.train, team)
        with runtime.scope():
            network = experiment.build()
        experiment.judging.start(network)
    summary = experiment.judging.summary
    tell(f"{plan.model.model}, {summary}, {network.count_params():,} parameters")
    tell(f"{runtime}")
    _tell_devices(experiment, team)
    return network, runtime


def fit_network(
    network: keras.Model,
    experiment: Experiment,
    *,
    runtime: Runtime,
    settings: Mapping[str, object],
    folder: Path,
    log_dir: Path,
    pause: Callable[[EpochRow], bool] | None = None,
    finished: Finished | None = None,
) -> History:
    """Fits on the training split and stops on the validation split; resumes where it was cut.

    Args:
        network: with fresh weights.
        experiment: the data, and how to train.
        runtime: how to compile.
        settings: what identifies the training.
        folder: for checkpoints.
        log_dir: for TensorBoard logs.
        pause: asked after each epoch whether to end there; see `fit_in_phases`.
        finished: a shorter training to go on from; see there.
    """
    plan, judging, batches = experiment.plan, experiment.judging, experiment.batches
    options = fit_options_of(experiment, network)
    length = length_for(experiment, pretrained=options.get("backbone") is not None)
    if not is_over(folder):
        head = None if experiment.hooks.loss is not None else options.get("head")
        _tell_length(plan.train, length, head)
        _tell_attack(experiment)
    with told_by_readers():
        return fit_in_phases(
            network,
            batches=batches.training,
            validation=batches.validation,
            unchanged=batches.unchanged,
            unmixed=batches.unmixed,
            steps_per_epoch=batches.steps_per_epoch,
            config=plan.train,
            runtime=runtime,
            length=length,
            folder=folder,
            log_dir=log_dir,
            settings={
                **settings,
                **network_settings(plan.model.model, network),
                **learnt_from(experiment),
            },
            pause=pause,
            finished=finished,
            answer=judging.answer,
            hooks=experiment.hooks,
            **options,
        )


def fit_options_of(experiment: Experiment, network: keras.Model) -> Mapping[str, Any]:
    """What the task says of the fit, but metrics of the user's ask the network itself.

    So it must not have learnt from the validation examples, on which they are measured.
    """
    options = experiment.judging.fit_options(network)
    if experiment.lessons is not None or experiment.attack is not None:
        # A head that is solved at once would learn nothing of a teacher or an attack.
        criterion = options["criterion"]
        if experiment.lessons is not None:
            criterion = experiment.lessons.applied(criterion, network)
        criterion = dataclasses.replace(criterion, attack=experiment.lesson_attack)
        return {**options, "criterion": criterion, "head": None}
    head = options.get("head")
    if head is None or not experiment.hooks.metrics:
        return options
    return {**options, "head": dataclasses.replace(head, may_pool=False)}


def learnt_from(experiment: Experiment) -> dict[str, str]:
    """What tells data, teacher and labels that a network gave from others.

    A training goes on with what it began with.
    """
    splits, lessons = experiment.judging.splits, experiment.lessons
    return {
        "fingerprint": splits.fingerprint,
        **({} if lessons is None else {TEACHER: lessons.digest}),
        **({} if splits.pseudo is None else {LABELS: splits.pseudo.digest}),
    }


def network_settings(model: str, network: keras.Model) -> dict[str, str]:
    """What tells a network of the user's from others, for settings; of ours the options do that.

    Args:
        model: its name.
        network: as it is trained, or as it ships.
    """
    return {NETWORK: configuration_digest(network)} if is_own(model) else {}


def _tell_devices(experiment: Experiment, team: Team) -> None:
    """Says what several devices do with batches and rate, where there are several."""
    if team.replicas == 1:
        return
    (what, size), *_ = experiment.batches.sizes.items()
    rate = "" if experiment.hooks.optimizer else f" ({peak_learning_rate(experiment.plan.train):g})"
    where = f" of {team.count} machines" if team.count > 1 else ""
    tell(
        f"{team.replicas} devices{where} share every batch: {what} {size:,} is of all together, "
        f"about {size / team.replicas:,.0f} for each; the learning rate{rate} is that of one "
        "device with such batches"
    )
    tell_shared_loss(experiment.hooks.loss, team.replicas)


def _tell_length(train: TrainConfig, length: Length, head: Head | None) -> None:
    """Says how long it is going to be, where nobody asked for it."""
    if head is not None and head.keeps_backbone(train):
        tell(head.describe())
        return
    solves = head is not None and train.head_epochs != 0
    if is_asked(train) or (solves and train.fine_tune_rate == 0):
        return  # to solve a head takes no epochs
    what = "Fine-tuning" if solves else "Training"
    tell(length.describe(open_end=has_open_end(train), what=what))


def _tell_attack(experiment: Experiment) -> None:
    """Says of what the figures of validation are, where that is not the examples as they are."""
    attack = experiment.attack
    if attack is None:
        return
    plan = experiment.plan
    monitor = Monitor.of(plan.train, plan.answer, experiment.hooks.directions)
    kept = "the epoch kept is the one that bears them best"
    if monitor.is_judged:
        kept = f"but {monitor.name}, which chooses the epoch, of the examples as they are"
    tell(
        f"Trained against attacks of radius {attack.space.radius:.3g}: loss and figures, of "
        f"validation too, are of attacked examples ({attack.steps} steps there); {kept}"
    )


def length_for(experiment: Experiment, *, pretrained: bool) -> Length:
    """How long to train where nobody says it.

    Args:
        experiment: the data, and how to train.
        pretrained: whether the network has learnt from other data before.
    """
    return suitable_length(
        experiment.plan.train,
        steps_per_epoch=experiment.batches.steps_per_epoch,
        pretrained=pretrained,
        passes=experiment.plan.passes,
        minutes=experiment.plan.minutes,
    )
