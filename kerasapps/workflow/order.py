"""What a run is asked for, checked before any data is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import RepeatConfig, TrainConfig, TuneConfig
from kerasapps.config.metric import Answer
from kerasapps.data.sources.given_splits import with_splits
from kerasapps.errors import ConfigError
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.workflow.check_prune import check_prune
from kerasapps.workflow.check_qat import check_qat
from kerasapps.workflow.command import command_line
from kerasapps.workflow.compress import check_compress
from kerasapps.workflow.ensemble.check import check_ensemble
from kerasapps.workflow.options import collect_options, require_type
from kerasapps.workflow.own import ModelChoice
from kerasapps.workflow.plan import resolved
from kerasapps.workflow.result import Choice
from kerasapps.workflow.robust import check_robust
from kerasapps.workflow.search.objects import check_sendable
from kerasapps.workflow.self_training.check import check_unlabelled
from kerasapps.workflow.settings import CHOSEN, OBJECTS, REPEAT, describe_run
from kerasapps.workflow.size_budget import check_size_budget
from kerasapps.workflow.steps import Options
from kerasapps.workflow.suitable import checked_options, is_open
from kerasapps.workflow.task import Task
from kerasapps.workflow.teacher import check_teacher


@dataclass(frozen=True)
class Order:
    """What a run is asked for.

    Attributes:
        task: what is to be made.
        data: in any form that the task takes, with the splits that were given apart.
        options: of the training, or of a search's first trial.
        tune: the search, if there is one.
        settings: JSON-able values that identify the run: the data's name and every option.
        choice: the model of the options, where the data decided for it.
        command: the command line that asks for the same.
        hooks: objects of the user's for the training.
        repeat: trainings before the one that ships.
    """

    task: Task
    data: Any
    options: Options
    tune: TuneConfig | None
    settings: Mapping[str, Any]
    choice: Choice | None = None
    command: str = ""
    hooks: Hooks = NO_HOOKS
    repeat: RepeatConfig = RepeatConfig()

    @property
    def name(self) -> str:
        """Of the run, such as "flowers-mobile_cnn"."""
        return str(self.settings["run"])

    @property
    def budget(self) -> float | None:
        """Minutes of training, where they are limited."""
        minutes: float | None = self.options["train"].time_budget
        return minutes

    @property
    def prepared_at_once(self) -> int:
        """Experiments in memory while the run's own network is trained: 2 where it has a fold."""
        return 2 if self.repeat.deals else 1

    @property
    def published(self) -> Mapping[str, Any]:
        """The settings as a bundle has them, with what was tried to choose the model."""
        objects = self.hooks.describe_all()
        return {
            **self.settings,
            **({OBJECTS: objects} if objects else {}),
            **({} if self.choice is None else {CHOSEN: self.choice.to_dict()}),
        }

    def describe(self, options: Options) -> dict[str, Any]:
        """`describe_run` of this run with such options, and the user's objects."""
        settings = describe_run(self.data, options, tune=self.tune)
        if self.repeat.asked:
            settings[REPEAT] = self.repeat.asked
        objects = self.hooks.describe()
        return {**settings, OBJECTS: objects} if objects else settings


def take_order(
    task: Task,
    data: Any,
    *,
    validation_data: Any,
    test_data: Any,
    tune: TuneConfig | None,
    model: ModelChoice,
    output_dir: Path | str | None = None,
    hooks: Hooks = NO_HOOKS,
    repeat: RepeatConfig = RepeatConfig(),
    **configs: object,
) -> Order:
    """The order, its options checked and what suits the model filled in.

    Args:
        task: what is to be made.
        data: any form that the task takes.
        validation_data: what training is stopped on; None: a part of `data`.
        test_data: what the result is judged on; likewise.
        tune: a search before the final training.
        model: an architecture's name, "auto", a network of the user's, or a whole `ModelConfig`.
        output_dir: folder of the run, as it was given; for the command alone.
        hooks: objects of the user's for the training.
        repeat: trainings before the one that ships.
        configs: the other sections of the options.

    Raises:
        ConfigError: if an option cannot work.
    """
    data = with_splits(data, validation=validation_data, test=test_data)
    require_type("repeat", repeat, RepeatConfig)
    if tune is not None and repeat.asked:
        raise ConfigError(
            f"RepeatConfig.{next(iter(repeat.asked))} is for a training, not for a search: search "
            "first, then train with the options that won."
        )
    asked = collect_options(task, model=model, **configs)
    hooks.check(asked["train"])
    check_compress(task, asked)
    check_robust(task, asked)
    check_prune(task, asked, searches=tune is not None)
    check_qat(task, asked, searches=tune is not None)
    check_size_budget(task, asked, searches=tune is not None)
    check_teacher(task, asked, searches=tune is not None, own_loss=hooks.loss is not None)
    check_ensemble(task, asked, repeat, own_loss=hooks.loss is not None)
    check_unlabelled(task, asked, searches=tune is not None, repeat=repeat)
    task.first_fitting(lambda answer: _check_figures(hooks, asked["train"], answer))
    options = checked_options(task, asked, tune, own=hooks.directions)
    if tune is not None:
        check_sendable(hooks, tune)
    command = ""  # no command line gives objects
    if hooks.is_empty:
        command = command_line(task, data, asked, tune=tune, output_dir=output_dir, repeat=repeat)
    order = Order(task, data, options, tune, {}, command=command, hooks=hooks, repeat=repeat)
    if is_open(options, tune):
        return dataclasses.replace(order, settings=order.describe(options))
    plan = task.first_fitting(lambda answer: task.planning.plan_training(options, answer=answer))
    settings = order.describe(resolved(options, plan, hooks))
    return dataclasses.replace(order, settings=settings)


def _check_figures(hooks: Hooks, train: TrainConfig, answer: Answer) -> None:
    """Refuses metrics and a monitor that do not fit the figures of an answer."""
    hooks.check_names((answer.fitted.quality, answer.judged.quality))
    hooks.check_monitor(train, answer)
