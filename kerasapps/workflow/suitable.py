"""Models that suit options and data, where nobody named one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from kerasapps.config import AUTO, TuneConfig
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError, DependencyError
from kerasapps.terminal.streams import tell
from kerasapps.training.monitor import NO_DIRECTIONS, Directions
from kerasapps.workflow.options import require_type, with_model
from kerasapps.workflow.search.first import first_options
from kerasapps.workflow.steps import Options, Suitable
from kerasapps.workflow.task import Task


def is_open(options: Options, tune: TuneConfig | None) -> bool:
    """Whether the model is left to the data."""
    named = isinstance(tune, TuneConfig) and tune.models
    return options["model"].model == AUTO and not named


def checked_options(
    task: Task,
    options: Options,
    tune: TuneConfig | None,
    *,
    joins: bool = False,
    own: Directions = NO_DIRECTIONS,
) -> Options:
    """`first_options`, or where the model is open `open_options`."""
    check = open_options if is_open(options, tune) else first_options
    return check(task, options, tune, joins=joins, own=own)


def open_options(
    task: Task,
    options: Options,
    tune: TuneConfig | None,
    *,
    joins: bool = False,
    own: Directions = NO_DIRECTIONS,
) -> Options:
    """Options whose model the data will decide; what cannot work is refused before.

    Args:
        task: what is to be made.
        options: as they were asked for.
        tune: a search among the models, if there is one.
        joins: see `first_options`.
        own: likewise.

    Raises:
        ConfigError: if no model can take the options, or the search's contradict them.
    """
    able = able_models(task, options)
    if tune is None:
        return options
    first, _ = searched_options(task, options, tune, able, joins=joins, own=own)
    return with_model(first, AUTO)


def check_answered(
    task: Task, splits: Splits[Any], options: Options, tune: TuneConfig | None
) -> None:
    """Refuses options that do not fit what the data ask for, while nothing is trained yet.

    Args:
        task: what is to be made.
        splits: the examples.
        options: as the order has them.
        tune: a search among models, if there is one.

    Raises:
        ConfigError: naming the option.
    """
    answer = task.answer_to(splits)
    if is_open(options, tune):
        _able(_objections(task, options, answer))
    else:
        task.planning.plan_training(options, answer=answer)
    if task.trusts:
        task.planning.check_splits(splits, options)


def able_models(task: Task, options: Options) -> tuple[str, ...]:
    """Those among which the data may decide that can take the options; others are left out.

    Raises:
        ConfigError: if there is none, with what each cannot take.
    """
    return _able(_objections(task, options))


def _able(objections: Mapping[str, str]) -> tuple[str, ...]:
    able = tuple(name for name, objection in objections.items() if not objection)
    if able:
        return able
    first, *others = dict.fromkeys(objections.values())
    if not others:  # it is not about models
        raise ConfigError(first)
    told = " ".join(f"{name}: {objection}" for name, objection in objections.items())
    raise ConfigError(
        f"The model {AUTO} chooses among {', '.join(objections)}, and none of them can take the "
        f"options; name a model that can, or leave some out. {told}"
    )


def _objections(task: Task, options: Options, answer: Answer | None = None) -> dict[str, str]:
    """Model → why it cannot take the options, or give the answer; empty if it can."""
    return {name: _objection(task, options, name, answer) for name in task.architectures.auto}


def _objection(task: Task, options: Options, name: str, answer: Answer | None) -> str:
    named = with_model(options, name)
    try:
        first_options(task, named, None)
        task.architectures.check_sizes(named["model"])
        if answer is not None:
            task.planning.plan_training(named, answer=answer)
        task.first_fitting(lambda answer: task.planning.plan_training(named, answer=answer))
    except (ConfigError, DependencyError) as error:
        return str(error)
    return ""


def suitable_models(task: Task, splits: Splits[Any], options: Options) -> Suitable:
    """Those among which the validation split decides; why others are left out is told."""
    objections = _objections(task, options, task.answer_to(splits))
    able = _able(objections)
    left_out = {name: why for name, why in objections.items() if why}
    suitable = task.choosing.suitable_models(splits, options, able, left_out=left_out)
    for name, why in left_out.items():
        if why not in suitable.reason:
            tell(f"Model {name} is left out: {why}")
    return suitable


def searched_options(
    task: Task,
    options: Options,
    tune: TuneConfig,
    models: Sequence[str],
    *,
    joins: bool = False,
    own: Directions = NO_DIRECTIONS,
) -> tuple[Options, TuneConfig]:
    """Options of the first trial of a search among models, and the search.

    Raises:
        ConfigError: see `first_options`.
    """
    require_type("tune", tune, TuneConfig)
    among = dataclasses.replace(tune, models=tuple(models))
    first = first_options(task, with_model(options, models[0]), among, joins=joins, own=own)
    return first, among


def settled_search(
    task: Task,
    splits: Splits[Any],
    options: Options,
    tune: TuneConfig,
    *,
    joins: bool = False,
    own: Directions = NO_DIRECTIONS,
) -> tuple[Options, TuneConfig]:
    """`searched_options` among the models that suit the data, where the model is open."""
    if not is_open(options, tune):
        return options, tune
    suitable = suitable_models(task, splits, options)
    tell(f"Searched among {', '.join(suitable.names)}: {suitable.reason}")
    return searched_options(task, options, tune, suitable.names, joins=joins, own=own)
