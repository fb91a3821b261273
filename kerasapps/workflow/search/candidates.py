"""What a search may choose among: models, their spaces, and the options as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError, KerasAppsError
from kerasapps.training.head import suitable_copies
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.length import Length
from kerasapps.training.optimizer_choice import OPTIMIZER_DEFAULTS, optimizer_of, peak_learning_rate
from kerasapps.training.phases import plan_phases
from kerasapps.tuning.space import Space
from kerasapps.tuning.space_checks import searchable_options
from kerasapps.tuning.spaces import Candidate, default_space
from kerasapps.tuning.user_space import space_from
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import length_for
from kerasapps.workflow.options import UNSEARCHED, option_fields, set_by_hand, with_model
from kerasapps.workflow.plan import resolved
from kerasapps.workflow.search.objects import check_space
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def choose_space(
    task: Task,
    splits: Splits[Any],
    options: Options,
    *,
    tune: TuneConfig,
    cache: Cache,
    more: Space | None = None,
    hooks: Hooks = NO_HOOKS,
) -> Space:
    """The space that the user describes, or one that suits model and data.

    Args:
        task: what is to be made.
        splits: the examples, which decide batch sizes.
        options: of the first trial.
        tune: the search.
        cache: for the prepared data; the trials find it there.
        more: what a network of the user's asks for.
        hooks: objects of the user's, which say some options themselves.

    Raises:
        ConfigError: naming the option or the file that cannot work.
    """
    first = options["model"].model
    names = [first, *(name for name in tune.models if name != first)]
    candidates = [
        _candidate(task, splits, options, name, cache=cache, hooks=hooks) for name in names
    ]
    if tune.space is None:
        fixed = {*set_by_hand(task, options), *hooks.unsearched}
        return default_space(candidates, fixed=fixed, more=more)
    configs = [config for section, config in options.items() if section not in UNSEARCHED]
    space = space_from(
        tune.space,
        defaults=candidates[0].defaults,
        known=searchable_options(*configs),
        models=names,
    )
    check_space(space, hooks, where=tune.space)
    if more is not None:
        space.merge(more)
    _check_models(task, options, space, where=tune.space, answer=task.answer_to(splits))
    return space


def _check_models(
    task: Task, options: Options, space: Space, *, where: Any, answer: Answer
) -> None:
    """Which models there are depends on the task, so the space alone cannot tell."""
    asked = [name for hp in space.space if hp.name == "model" for name in getattr(hp, "values", ())]
    for name in asked:
        try:
            task.architectures.check(name)
            task.planning.plan_training(with_model(options, name), answer=answer)
        except KerasAppsError as error:
            place = "the space" if callable(where) else where
            why = str(error).removeprefix("ModelConfig.model ")
            raise ConfigError(f"{place}: model: {why}") from None


def _candidate(
    task: Task, splits: Splits[Any], options: Options, name: str, *, cache: Cache, hooks: Hooks
) -> Candidate:
    """A model with the options that it is trained with where the search changes nothing."""
    changed = with_model(options, name)
    architecture = task.architectures.find(name)
    experiment = task.training.prepare(splits, changed, cache).with_hooks(hooks)
    values = _values(resolved(changed, experiment.plan))
    suggested = {**architecture.defaults, **_trained_with(task, experiment)}
    # Not every number of a builder is an option.
    open_options = {name for name, value in values.items() if value is None}
    values |= {name: value for name, value in suggested.items() if name in open_options}
    if task.architectures.is_pretrained(name):
        # Their size is what it is.
        values = {name: value for name, value in values.items() if name not in ("width", "depth")}
    return Candidate(name, architecture.space, values)


def _values(options: Options) -> dict[str, Any]:
    home = option_fields(options)
    return {
        name: getattr(options[section], name)
        for name, section in home.items()
        if section not in UNSEARCHED
    }


def _trained_with(task: Task, experiment: Experiment) -> Mapping[str, Any]:
    """What options come to that were left open."""
    plan = experiment.plan
    train = plan.train
    pretrained = task.architectures.is_pretrained(plan.model.model)
    length = length_for(experiment, pretrained=pretrained)
    return {
        **experiment.batches.sizes,
        "epochs": None if train.time_budget is not None else length.usual,
        "learning_rate": peak_learning_rate(train),
        "weight_decay": OPTIMIZER_DEFAULTS[optimizer_of(train)].weight_decay,
        "label_smoothing": 0.0,
        "head_epochs": _head_epochs(experiment, length) if pretrained else None,
    }


def _head_epochs(experiment: Experiment, length: Length) -> int | None:
    """Passes over the data for the head: copies of the examples where it is solved with them."""
    train = experiment.plan.train
    if train.head_epochs is None and experiment.batches.unchanged is not None:
        return suitable_copies(len(experiment.judging.splits.train))
    return plan_phases(train, length=length, pretrained=True)[0].epochs
