"""The model that is trained, where nobody named one and the data decide."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any, Final

from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import FILE_NAME, read_manifest
from kerasapps.terminal.streams import tell
from kerasapps.training.team import ALONE, Team
from kerasapps.tuning.race import TRIALS
from kerasapps.workflow.options import with_model, with_values
from kerasapps.workflow.order import Order
from kerasapps.workflow.plan import resolved
from kerasapps.workflow.result import Choice
from kerasapps.workflow.run import TRAINING, Run, is_longer
from kerasapps.workflow.settings import ASKED, CHOSEN
from kerasapps.workflow.size import fitting_orders
from kerasapps.workflow.steps import Suitable
from kerasapps.workflow.suitable import is_open, settled_search, suitable_models
from kerasapps.workflow.tried import UNTRIED, equals_of, tried_rows, winner_of
from kerasapps.workflow.try_models import MINUTES, prepare_contenders, try_models

LEAST_MINUTES: Final = 2.0
"""A time budget below which no models are tried."""
FEWEST_TO_COMPARE: Final = 30
"""Validation examples below which no models are tried: one mistake more or less is luck."""
TRIED_SHARE: Final = 0.25
"""The part of a time budget that trials may take; the winner is trained in the rest."""


def choose_model(order: Order, splits: Splits[Any], *, run: Run) -> Order:
    """The order with a model by name; as it is, where it has one.

    A search gets the models to search among. What an interrupted or finished run had chosen stays.

    Args:
        order: the run.
        splits: the examples, whose test split is not looked at.
        run: its folder. Of several models the winner's training is left there, if it was a whole
            one.

    Raises:
        ConfigError: if no model can take the options.
        TrainingError: if none of several could be trained.
    """
    if not is_open(order.options, order.tune):
        return order
    if order.tune is not None:
        own = order.hooks.directions
        options, tune = settled_search(order.task, splits, order.options, order.tune, own=own)
        return dataclasses.replace(order, options=options, tune=tune)
    if not run.team.is_chief:
        return _as_the_chief(order, splits, run.team)
    before = chosen_before(order, run)
    chosen = _decided(order, splits, run) if before is None else _as_named(before, order, splits)
    assert chosen.choice is not None
    run.team.send(json.dumps([chosen.choice.to_dict(), chosen.budget]).encode())
    otherwise = "Choose otherwise with ModelConfig.model."
    tell(f"Model {chosen.choice.model}: {chosen.choice.reason} {otherwise}")
    return chosen


def _as_the_chief(order: Order, splits: Splits[Any], team: Team) -> Order:
    """A worker's order, with the model that the chief has chosen by now."""
    choice, budget = json.loads(team.send(None))
    named = _as_named(Choice.from_dict(choice), order, splits)
    return named if budget is None else _shortened(named, budget)


def _as_named(choice: Choice, order: Order, splits: Splits[Any]) -> Order:
    """The run as if its model had been named, but for what was asked."""
    options = with_model(order.options, choice.model)
    plan = order.task.planning.plan_training(options, answer=order.task.answer_to(splits))
    settings = {
        **order.describe(resolved(options, plan, order.hooks)),
        CHOSEN: {"model": choice.model, "reason": choice.reason},
        ASKED: order.settings,
    }
    return dataclasses.replace(order, options=options, settings=settings, choice=choice)


def chosen_before(order: Order, run: Run) -> Choice | None:
    """What the run had chosen that goes on here, or the finished one that is trained longer."""
    begun = run.begun()
    if begun is not None and CHOSEN not in begun:
        return None  # it is about to choose
    if begun is None and not is_longer(run, order.settings):
        return None
    finished = {}
    if (run.bundle_dir / FILE_NAME).exists():
        finished = read_manifest(run.bundle_dir).settings.get(CHOSEN, {})
    chosen = finished if begun is None else begun[CHOSEN]
    # What was tried stands in the finished run alone, if it is of the same choice.
    same = all(chosen[name] == finished.get(name) for name in ("model", "reason"))
    return Choice.from_dict(finished if same else chosen)


def _decided(order: Order, splits: Splits[Any], run: Run) -> Order:
    """By the task's rule, or where it leaves several models by the validation split."""
    suitable = suitable_models(order.task, splits, order.options)
    first, *others = suitable.names
    budget = order.budget
    reason = suitable.reason
    if others and budget is not None and budget < LEAST_MINUTES:
        reason = f"{budget:g} minutes are too few to try others."
    elif others and len(splits.validation) < FEWEST_TO_COMPARE:
        reason = (
            f"the first choice among {', '.join(suitable.names)}: validation has "
            f"{len(splits.validation)} {order.task.noun}, and fewer than {FEWEST_TO_COMPARE} "
            "cannot tell which model is better."
        )
    elif others:
        return _best_of(suitable, order, splits, run)
    return _as_named(Choice(first, reason), order, splits)


def _best_of(suitable: Suitable, order: Order, splits: Splits[Any], run: Run) -> Order:
    """The best of several models. What trials may take of a time budget the winner does not get."""
    budget = order.budget
    # Callbacks hear of one training, not of several at a time; and only one is of all machines.
    alone = not order.hooks.callbacks and run.team.count == 1
    named = {
        each: _as_named(Choice(each, suitable.reason), order, splits) for each in suitable.names
    }
    orders = fitting_orders(named, splits, run=run)
    names = tuple(orders)
    if budget is not None:
        left = budget * (1 - TRIED_SHARE)
        orders = {name: _shortened(each, left) for name, each in orders.items()}
    contenders = prepare_contenders(
        orders,
        splits,
        work=run.work,
        minutes=None if budget is None else budget * TRIED_SHARE / len(names),
    )
    run.begin_search(order.settings)
    leaderboard = try_models(
        contenders,
        folder=run.search,
        log_dir=run.logs,
        settings=order.settings,
        finalists=suitable.finalists if budget is None and alone else 1,
        team=run.team if run.team.count == 1 else ALONE,
    )
    best = winner_of(leaderboard, brief=len(names))
    if best.number >= len(names):
        _take_over(run.search / TRIALS / str(best.number) / TRAINING, run.training)
    model, tried = str(best.values["model"]), tuple(tried_rows(leaderboard, names))
    for name in (row["model"] for row in tried if row["trained"] == UNTRIED):
        tell(f"Model {name} was not tried: the {MINUTES:g} minutes for trials were over.")
    equal = [str(each.values["model"]) for each in equals_of(leaderboard, brief=len(names))]
    reason = suitable.reason
    if others := [name for name in equal if name != model]:
        reason = (
            f"as good on the {len(splits.validation)} {order.task.noun} for validation as "
            f"{' and '.join(others)}, and smaller."
        )
    choice = Choice(model, reason, tried)
    return dataclasses.replace(orders[model], choice=choice)


def _shortened(order: Order, minutes: float) -> Order:
    """The run with a shorter training; by its settings it is still the one that was asked for."""
    return dataclasses.replace(order, options=with_values(order.options, {"time_budget": minutes}))


def _take_over(training: Path, place: Path) -> None:
    """The winner's checkpoint becomes the run's, unless it did before a kill."""
    if training.exists():
        shutil.rmtree(place, ignore_errors=True)
        training.rename(place)
