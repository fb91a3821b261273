"""The model that is trained, where nobody named one and the data decide."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import FILE_NAME, read_manifest
from kerasapps.terminal import tell
from kerasapps.tuning.race import TRIALS
from kerasapps.workflow.experiment import resolved
from kerasapps.workflow.options import with_model
from kerasapps.workflow.order import Order
from kerasapps.workflow.result import Choice
from kerasapps.workflow.run import TRAINING, Run, is_longer
from kerasapps.workflow.settings import ASKED, CHOSEN, describe_run
from kerasapps.workflow.suitable import is_open, settled_search, suitable_models
from kerasapps.workflow.task import Suitable
from kerasapps.workflow.tried import tried_rows, winner_of
from kerasapps.workflow.try_models import prepare_contenders, try_models


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
        options, tune = settled_search(order.task, splits, order.options, order.tune)
        return dataclasses.replace(order, options=options, tune=tune)
    choice = chosen_before(order, run)
    if choice is None:
        suitable = suitable_models(order.task, splits, order.options)
        choice = _best_of(suitable, order, splits, run)
    tell(f"Model {choice.model}: {choice.reason} Choose otherwise with --model NAME.")
    return _with_choice(order, splits, choice)


def _with_choice(order: Order, splits: Splits[Any], choice: Choice) -> Order:
    """The run as if its model had been named, but for what was asked."""
    options = with_model(order.options, choice.model)
    plan = order.task.training.plan_training(options, answer=order.task.answer_to(splits))
    settings = {
        **describe_run(order.data, resolved(options, plan)),
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
    if chosen.get("model") == finished.get("model"):
        return Choice(**finished)  # with what was tried
    return Choice(**chosen)


def _best_of(suitable: Suitable, order: Order, splits: Splits[Any], run: Run) -> Choice:
    """The one there is, or the best of several on the validation split."""
    names, reason = suitable.names, suitable.reason
    if len(names) == 1:
        return Choice(names[0], reason)
    orders = {name: _with_choice(order, splits, Choice(name, reason)) for name in names}
    contenders = prepare_contenders(orders, splits, work=run.work)
    run.begin_search(order.settings)
    leaderboard = try_models(
        contenders,
        folder=run.search,
        log_dir=run.logs,
        settings=order.settings,
        finalists=suitable.finalists,
    )
    best = winner_of(leaderboard, brief=len(names))
    if best.number >= len(names):
        _take_over(run.search / TRIALS / str(best.number) / TRAINING, run.training)
    return Choice(str(best.values["model"]), reason, tried_rows(leaderboard, names))


def _take_over(training: Path, place: Path) -> None:
    """The winner's checkpoint becomes the run's, unless it did before a kill."""
    if training.exists():
        shutil.rmtree(place, ignore_errors=True)
        training.rename(place)
