"""A network that is trained to label examples: what it says of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import CompressConfig, RobustConfig, TrustConfig
from kerasapps.data.splits import Splits
from kerasapps.errors import TrainingError
from kerasapps.files.npy import save_array
from kerasapps.terminal.doing import Far
from kerasapps.training.hooks import Hooks
from kerasapps.training.team import Team
from kerasapps.workflow.aside import (
    fit_aside,
    is_aside,
    prepare_aside,
    put_aside,
    values_aside,
    working_in,
)
from kerasapps.workflow.fit import start_network
from kerasapps.workflow.settings import LABELS
from kerasapps.workflow.ship import shipped_network
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

_ANSWERS: Final = "answers.npy"
_EMA: Final = 0.99


@dataclass(frozen=True, kw_only=True)
class Course:
    """How all networks of a self-training are trained.

    Attributes:
        task: what is trained.
        options: of each.
        settings: JSON-able values that identify the run.
        hooks: objects of the user's; callbacks do not hear of it.
        team: this process alone, with its devices.
        log_dir: for TensorBoard logs.
    """

    task: Task
    options: Options
    settings: Mapping[str, Any]
    hooks: Hooks
    team: Team
    log_dir: Path


def teaching_options(options: Options) -> Options:
    """The options of a network that labels others: with averaged weights, and nothing for files.

    The mean of the weights over the steps labels better than the last of them, where a network is
    trained in steps.

    Args:
        options: of the run.

    Reference: Tarvainen and Valpola 2017, "Mean teachers are better role models".
    """
    train = options["train"]
    if train.ema is None and train.average_checkpoints in (None, 1):
        train = dataclasses.replace(train, ema=_EMA)
    # What a teacher of the user's teaches, and what attacks do, the network that ships learns.
    plain = {"compress": CompressConfig(), "robust": RobustConfig(), "trust": TrustConfig()}
    return {**options, "train": train, **{each: plain[each] for each in plain if each in options}}


def taught_answers(
    course: Course, splits: Splits[Any], *, place: Path, digest: str, far: Far
) -> NDArray[np.float32]:
    """What a freshly trained network answers to the test split's place, scores `(n, k)`.

    A network that is done is not trained again, and one that was interrupted goes on.

    Args:
        course: how it is trained.
        splits: with the examples that are asked about in the place of the test split.
        place: for checkpoints and answers; the caller removes it.
        digest: tells the training examples and those that are asked about from others.
        far: is told how far it is.

    Raises:
        TrainingError: if training fails, or what is in `place` is of other examples.
    """
    if not is_aside(place):
        with working_in(place):
            _train(course, splits, place=place, digest=digest, far=far)
    if values_aside(place)["digest"] != digest:
        raise TrainingError(
            f"{place.parent} holds labels of other data: the data, or the unlabelled data, has "
            f"changed since. Choose another output folder, or delete {place.parent}."
        )
    answers: NDArray[np.float32] = np.load(place / _ANSWERS, allow_pickle=False)
    return answers


def _train(course: Course, splits: Splits[Any], *, place: Path, digest: str, far: Far) -> None:
    experiment = prepare_aside(course.task, splits, course.options, hooks=course.hooks, place=place)
    network, runtime = start_network(experiment, course.team)
    fit_aside(
        network,
        experiment,
        runtime=runtime,
        settings={**course.settings, LABELS: digest},
        place=place,
        log_dir=course.log_dir / place.name,
        far=far,
    )
    # Of what it learnt from validation as it ships, validation says nothing: it is undone.
    shipped = experiment.reopen(shipped_network(network, experiment))
    judged = experiment.judging.judge(shipped)
    scores = getattr(judged.answers, "scores", judged.answers)
    save_array(place / _ANSWERS, np.asarray(scores, np.float32))
    put_aside(place, {"digest": digest})
