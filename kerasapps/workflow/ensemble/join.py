"""From the networks of an ensemble to the one that ships: their mean, or what learnt from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras

from kerasapps.export.network import float32_copy
from kerasapps.models.ensemble import averaged
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training import History, Runtime
from kerasapps.training.team import Team
from kerasapps.weights import give_weights
from kerasapps.workflow.ensemble.figures import Ensemble, Member
from kerasapps.workflow.ensemble.members import (
    Others,
    digest_of,
    refuse_equal,
    validation_figures,
)
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_network, start_network
from kerasapps.workflow.judging import Judging

STUDENT: Final = "student"
"""Of its checkpoints, in the work folder."""


@dataclass(frozen=True)
class Joined:
    """What became of an ensemble.

    Attributes:
        network: the one that ships.
        experiment: how it was trained; with the attack that the training of it ended with.
        history: of its training; of a mean that of its first network.
        runtime: likewise.
        figures: of all networks on the validation split.
    """

    network: keras.Model
    experiment: Experiment
    history: History
    runtime: Runtime
    figures: Ensemble


def join(
    network: keras.Model,
    others: Others,
    *,
    experiment: Experiment,
    history: History,
    runtime: Runtime,
    team: Team,
    settings: Mapping[str, Any],
    work: Path,
    log_dir: Path,
) -> Joined:
    """The mean of a network and others, or a network that learns from that mean.

    Args:
        network: trained, with the run's own seed.
        others: of the same experiment, with other seeds, or with other folds as well.
        experiment: the data, and how they were trained.
        history: of the network.
        runtime: how it was compiled.
        team: this process alone, with its devices.
        settings: what identifies the training.
        work: for the checkpoints of what learns from the mean.
        log_dir: for its TensorBoard logs.

    Raises:
        ConfigError: if the network equals one of the others, or nothing can learn from the mean.
        TrainingError: if the others' weights cannot be read, or the training fails.
    """
    own = float32_copy(network, experiment.build)
    digest = digest_of(own.get_weights())
    refuse_equal(digest, others.digests)
    judging, train = experiment.judging, experiment.plan.train
    with doing(f"Joining {len(others.members) + 1} networks"):
        networks = [own, *_built(others, experiment)]
        mean = averaged(networks)
        first = Member(train.seed, len(history.rows), history.seconds, {})
        members = _judged((first, *others.members), networks, judging, of_folds=others.of_folds)
        figures = Ensemble(members, validation_figures(mean, judging), judging.answer.metric)
    if not others.distils:
        tell(figures.headline)
        return Joined(mean, experiment, history, runtime, figures)
    tell(f"{figures.headline}. Now a single network learns from them")
    experiment = experiment.learning_from(mean, digest="".join((digest, *others.digests)))
    student, runtime = start_network(experiment, team)
    history = fit_network(
        student,
        experiment,
        runtime=runtime,
        settings=settings,
        folder=work / STUDENT,
        log_dir=log_dir / STUDENT,
    )
    plain = float32_copy(student, experiment.build)
    distilled = Member(
        train.seed, len(history.rows), history.seconds, validation_figures(plain, judging)
    )
    figures = dataclasses.replace(figures, distilled=distilled)
    tell(figures.headline)
    return Joined(student, experiment.taught_by(history.rows), history, runtime, figures)


def _judged(
    members: Sequence[Member],
    networks: Sequence[keras.Model],
    judging: Judging,
    *,
    of_folds: bool,
) -> tuple[Member, ...]:
    """The networks with their figures on the validation split, and with the folds they have.

    By then one of folds has been judged on its own fold alone, which all others learnt from.
    """
    return tuple(
        dataclasses.replace(
            member,
            figures=validation_figures(network, judging),
            fold=number if of_folds else None,
        )
        for number, (member, network) in enumerate(zip(members, networks, strict=True), 1)
    )


def _built(others: Others, experiment: Experiment) -> list[keras.Model]:
    """The other networks, float32."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        networks = [experiment.build() for _ in others.members]
    finally:
        keras.config.set_dtype_policy(policy)
    for number, network in enumerate(networks):
        give_weights(network, others.weights(number))
    return networks
