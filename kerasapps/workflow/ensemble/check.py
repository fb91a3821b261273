"""Whether an ensemble can be made, by the options alone."""

from __future__ import annotations

import dataclasses

from kerasapps.config import AUTO, RepeatConfig, TrainConfig
from kerasapps.config.repeat import DISTILLED
from kerasapps.errors import ConfigError
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def check_ensemble(task: Task, options: Options, repeat: RepeatConfig, *, own_loss: bool) -> None:
    """Refuses an ensemble that could not be trained, or not ship as it was asked for.

    Args:
        task: what is to be made.
        options: as they were asked for.
        repeat: says whether there is to be one.
        own_loss: whether the user brought a loss.

    Raises:
        ConfigError: if the task has no ensembles, the model would give equal networks, or an option
            is for one network that learns from labels alone.
    """
    if repeat.ensemble is None:
        return
    if not task.ensembles:
        raise ConfigError(f"RepeatConfig.ensemble does not go with {task.noun}: leave it out.")
    if repeat.distils and DISTILLED not in task.ensembles:
        raise ConfigError(
            f"ensemble_as distilled does not go with {task.noun}: leave it out, and one network "
            "that holds them all ships."
        )
    _check_seeds(options["train"].seed, repeat.ensemble)
    model = options["model"].model
    for name in task.architectures.auto if model == AUTO else (model,):
        refuse_equal_members(task, name, named=model != AUTO)
    if repeat.distils:
        _check_student(options, own_loss=own_loss)
    else:
        _check_whole(task, options)


def _check_seeds(first: int, count: int) -> None:
    """The last network has a seed that there is."""
    (seed,) = [each for each in dataclasses.fields(TrainConfig) if each.name == "seed"]
    highest = int(seed.metadata["bounds"].high)
    if first + count - 1 > highest:
        raise ConfigError(
            f"RepeatConfig.ensemble: its networks have {count} seeds from TrainConfig.seed {first} "
            f"on, and {highest} is the highest: give a lower one."
        )


def refuse_equal_members(task: Task, model: str, *, named: bool = True) -> None:
    """Refuses a model that is mostly computed, so that seeds change little.

    Args:
        task: what is to be made.
        model: its name.
        named: whether it was asked for; else the data may choose it.

    Raises:
        ConfigError: if it is such a one.
    """
    if not task.architectures.find(model).from_labels:
        return
    if not named:
        raise ConfigError(
            f"RepeatConfig.ensemble: name a model, as {AUTO} may choose {model}, which computes "
            "most of itself from the labels: all its networks would be nearly equal."
        )
    raise ConfigError(
        f"RepeatConfig.ensemble: {model} computes most of itself from the labels, so all its "
        "networks would be nearly equal. Choose another model, or leave RepeatConfig.ensemble out."
    )


def _check_student(options: Options, *, own_loss: bool) -> None:
    """What a network that learns from the mean cannot have beside."""
    if own_loss:
        raise ConfigError(
            "loss= takes the place of what an ensemble teaches: leave it out, or give ensemble_as "
            "one."
        )
    compress = options.get("compress")
    if compress is not None and compress.taught_by is not None:
        raise ConfigError(
            "ensemble_as distilled has the ensemble for a teacher: leave CompressConfig.teacher "
            "out, or give ensemble_as one, whose networks all learn from the teacher."
        )


def _check_whole(task: Task, options: Options) -> None:
    """What is of a single network, and not of one that holds several."""
    compress = options.get("compress")
    names = ("qat", "prune_share")
    single = [f"CompressConfig.{each}" for each in names if getattr(compress, each, None)]
    single += ["ModelConfig.size_budget_kb"] if options["model"].size_budget_kb is not None else []
    section = options[task.section]
    of_task = [each for each in sorted(task.single) if getattr(section, each)]
    single += [f"{type(section).__name__}.{each}" for each in of_task]
    if single:
        raise ConfigError(
            f"{single[0]} is for a single network, and RepeatConfig.ensemble ships several as one: "
            f"leave {single[0]} out, or give ensemble_as distilled."
        )
