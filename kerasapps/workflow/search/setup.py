"""From data, options and a `TuneConfig` to a search that can begin, on one machine or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.data.splits import Splits
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.tuning.objective import Objective, make_objective
from kerasapps.tuning.search import WorkerSource
from kerasapps.tuning.space import Space, describe_space
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import length_for
from kerasapps.workflow.options import describe_options, with_values
from kerasapps.workflow.search.candidates import choose_space
from kerasapps.workflow.search.objects import send_objects
from kerasapps.workflow.search.own import search_of_own
from kerasapps.workflow.search.trial_setup import TrialSetup, write_splits
from kerasapps.workflow.settings import OBJECTS, describe_tuning, without_length
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


@dataclass(frozen=True)
class SearchSetup:
    """A search that can begin.

    Attributes:
        space: what is searched.
        objective: what is optimized.
        source: what each worker process runs.
        settings: what identifies the search, equal on all its machines.
        seed: of the search.
        epochs: of a whole training, where the algorithm divides them among the trials; None
            where only time ends it.
    """

    space: Space
    objective: Objective
    source: WorkerSource
    settings: Mapping[str, Any]
    seed: int
    epochs: int | None


def set_up(
    task: Task,
    splits: Splits[Any],
    options: Options,
    *,
    tune: TuneConfig,
    folder: Path,
    hooks: Hooks = NO_HOOKS,
) -> SearchSetup:
    """Leaves the examples for the trials on this machine, and says what the search is about.

    Args:
        task: what is to be made.
        splits: the examples.
        options: of the first trial.
        tune: the search.
        folder: of the search on this machine.
        hooks: objects of the user's, which every trial gets.

    Raises:
        ConfigError: if the space cannot be searched.
    """
    held_back = write_splits(splits, folder)
    cache = Cache(folder / "cache", shared=True)
    own = search_of_own(task, held_back, options, folder=folder, cache=cache)
    space = choose_space(
        task, held_back, options, tune=tune, cache=cache, more=own.space, hooks=hooks
    )
    train, answer = options["train"], task.answer_to(splits)
    epochs = None
    if tune.algorithm == "hyperband":
        epochs = _epochs(task, task.training.prepare(held_back, options, cache))
    trials = TrialSetup(
        task=task,
        options=with_values(own.options, {"devices": "auto"}),  # a worker sees its own alone
        objective=make_objective(tune, answer=answer, own=hooks.directions),
        folder=folder.absolute(),
        keeps_checkpoints=tune.algorithm == "hyperband",
        objects=send_objects(hooks, folder),
    )
    objects = hooks.describe()
    return SearchSetup(
        space=space,
        objective=trials.objective,
        source=WorkerSource(f"{__package__}.worker", trials.to_dict(), train.devices),
        settings={
            **describe_options(options),
            "tune": without_length(describe_tuning(tune)),
            "space": describe_space(space),
            "fingerprint": splits.fingerprint,
            **own.settings,
            **({OBJECTS: objects} if objects else {}),
        },
        seed=train.seed if tune.search_seed is None else tune.search_seed,
        epochs=epochs,
    )


def _epochs(task: Task, experiment: Experiment) -> int | None:
    """Of a whole training, as asked for or as it suits the data."""
    plan = experiment.plan
    if plan.train.epochs is None and plan.train.time_budget is not None:
        return None
    pretrained = task.architectures.is_pretrained(plan.model.model)
    return plan.train.epochs or length_for(experiment, pretrained=pretrained).usual
