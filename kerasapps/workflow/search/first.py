"""The options of a search's first trial, checked before any data is read; without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kerasapps.config import TuneConfig
from kerasapps.config.export import AUTO
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.machine import usable_cores
from kerasapps.terminal.streams import tell
from kerasapps.training.monitor import NO_DIRECTIONS, Directions
from kerasapps.tuning.cores import divide_cores
from kerasapps.tuning.objective import Objective, known_figures, make_objective
from kerasapps.tuning.pruning import prunes
from kerasapps.tuning.space_checks import searchable_options
from kerasapps.workflow.options import UNSEARCHED, require_type, set_by_hand, with_model
from kerasapps.workflow.own import check_own
from kerasapps.workflow.plan import Plan
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

_TRANSFER = ("head_epochs", "fine_tune_rate", "layer_decay")


def first_options(
    task: Task,
    options: Options,
    tune: TuneConfig | None,
    *,
    joins: bool = False,
    own: Directions = NO_DIRECTIONS,
) -> Options:
    """The options of the first trial; what cannot work is refused before any data is read.

    Among several models the first trial has the one of `options`, or the first of them where
    nobody chose a model.

    Args:
        task: what is to be made.
        options: as they were asked for.
        tune: the search; without one the options stay as they are.
        joins: whether this machine works for another's search, as `tune.role` must then say.
        own: the metrics of the user's, one of which may be the objective.

    Raises:
        ConfigError: if the search's options contradict each other or those of the task.
    """
    check_own(options, tune)
    if task.architectures.preset:
        _check_pretrained(task, options["model"].model, tune)
    if tune is None:
        _refuse_unused(task, options, [options["model"].model])
        return options
    require_type("tune", tune, TuneConfig)
    if (tune.role == "worker") != joins:
        raise ConfigError(
            "TuneConfig.role 'worker' is for kerasapps.join_search (kerasapps tune … --role "
            "worker), which helps another machine's search; a search of one's own has none, or "
            "'chief'."
        )
    model = options["model"]
    if tune.models and model.model not in tune.models:
        if model.model != task.model:
            raise ConfigError(
                f"TuneConfig.models lacks {model.model}, which the first trial has: add it, or "
                "leave ModelConfig.model out."
            )
        options = with_model(options, tune.models[0])
    _refuse_unused(task, options, tune.models or [options["model"].model])
    first = options
    options = task.first_fitting(lambda answer: _fitting(task, first, tune, answer, own))
    _check_space(tune, options)
    from kerasapps.tuning.trust import trust_of  # brings gRPC, which only a search needs

    trust_of(tune)
    if tune.role != "chief":
        divide_cores(usable_cores(), workers=tune.workers, each=tune.worker_cores)
    return options


def _check_space(tune: TuneConfig, options: Options) -> None:
    """A file that describes the space shall not take an import to be found wanting."""
    if isinstance(tune.space, str):
        from kerasapps.tuning.space_file import check_names  # brings PyYAML, likewise

        configs = [config for section, config in options.items() if section not in UNSEARCHED]
        known = searchable_options(*configs)
        check_names(tune.space, known=known, models=(options["model"].model, *tune.models))


def _check_pretrained(task: Task, model: str, tune: TuneConfig | None) -> None:
    """Weights that are not there shall not take an import, let alone a search, to be found out."""
    models = tune.models if isinstance(tune, TuneConfig) else ()
    for name, option in (
        (model, "ModelConfig.model"),
        *((name, "TuneConfig.models") for name in models),
    ):
        if task.architectures.is_pretrained(name):
            task.architectures.check(name, option=option)


def _refuse_unused(task: Task, options: Options, models: Sequence[str]) -> None:
    """Options of transfer learning do nothing where no model has a pretrained backbone."""
    if any(map(task.architectures.is_pretrained, models)):
        return
    by_hand = set_by_hand(task, options)
    unused = [each for each in _TRANSFER if each in by_hand]
    if unused:
        names = ", ".join(f"TrainConfig.{each}" for each in unused)
        able = ", ".join(task.architectures.pretrained_choices)
        backbone = f"a pretrained backbone ({able})" if able else "a pretrained backbone"
        raise ConfigError(f"{names} is for {backbone}, not for {', '.join(models)}; leave it out.")


def _fitting(
    task: Task, options: Options, tune: TuneConfig, answer: Answer, own: Directions
) -> Options:
    """The options of the first trial, for one of the task's answers."""
    objective = make_objective(tune, answer=answer, own=own)
    options = _with_monitor(objective, options)
    plan = task.planning.plan_training(options, answer=answer)
    for name in tune.models:
        task.planning.plan_training(with_model(options, name), answer=answer)
    _check_objective(objective, plan, options)
    prunes(tune, objective)
    return options


def _with_monitor(objective: Objective, options: Options) -> Options:
    """The monitor that measures the objective, where that is the judge's or a metric of the user's.

    One that was chosen stays.
    """
    answer, train = objective.answer, options["train"]
    judged = answer.judged.monitored
    monitors = {} if answer.figure == judged else {judged: answer.judged.quality}
    if objective.name not in known_figures(answer):
        monitors[objective.name] = f"{objective.direction}:{objective.name}"
    if objective.name not in monitors or train.monitor is not None:
        return options
    tell(f"Trainings keep the epoch with the best {objective.name}, which is the objective.")
    return {**options, "train": dataclasses.replace(train, monitor=monitors[objective.name])}


def _check_objective(objective: Objective, plan: Plan, options: Options) -> None:
    answer = objective.answer
    judged, fitted = answer.judged.monitored, answer.fitted.monitored
    if judged in (objective.name, objective.monitor) and not plan.is_judged:
        raise ConfigError(
            f"TuneConfig.objective {objective.name!r} needs {judged} of every epoch: leave "
            f"TrainConfig.monitor out, or set the objective to val_loss or {fitted}."
        )
    shipped = options["export"].quantization
    if objective.mode is not None and AUTO in shipped:
        raise ConfigError(
            f"The search is about the {objective.mode} file, and quantization='auto' chooses a "
            "file after it: give limits by ExportConfig, and an objective of the network."
        )
    if objective.mode is not None and objective.mode not in shipped:
        raise ConfigError(
            f"The search is about the {objective.mode} file, which would not ship: add "
            f"{objective.mode} to ExportConfig.quantization ({', '.join(shipped) or 'none'})."
        )
