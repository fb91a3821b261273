"""The model that is trained, where nobody named one and the data decide."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import read_manifest
from kerasapps.terminal import tell
from kerasapps.workflow.experiment import resolved
from kerasapps.workflow.options import with_model
from kerasapps.workflow.order import Order
from kerasapps.workflow.result import Choice
from kerasapps.workflow.run import Run, is_longer
from kerasapps.workflow.settings import ASKED, describe_run
from kerasapps.workflow.suitable import is_open, settled_search, suitable_models

_CHOSEN = "chosen"


def choose_model(order: Order, splits: Splits[Any], *, run: Run) -> Order:
    """The order with a model by name; as it is, where it has one.

    A search gets the models to search among. What an interrupted or finished run had chosen stays.

    Args:
        order: the run.
        splits: the examples, whose test split is not looked at.
        run: its folder.
    """
    if not is_open(order.options, order.tune):
        return order
    if order.tune is not None:
        options, tune = settled_search(order.task, splits, order.options, order.tune)
        return dataclasses.replace(order, options=options, tune=tune)
    choice = _chosen_before(order, run) or _by_rule(order, splits)
    tell(f"Model {choice.model}: {choice.reason} Choose otherwise with --model NAME.")
    options = with_model(order.options, choice.model)
    plan = order.task.training.plan_training(options, answer=order.task.answer_to(splits))
    settings = {
        **describe_run(order.data, resolved(options, plan)),
        _CHOSEN: choice.to_dict(),
        ASKED: order.settings,
    }
    return dataclasses.replace(order, options=options, settings=settings, choice=choice)


def _chosen_before(order: Order, run: Run) -> Choice | None:
    """What the run had chosen that goes on here, or the finished one that is trained longer."""
    settings: Mapping[str, Any] | None = run.begun()
    if settings is None and is_longer(run, order.settings):
        settings = read_manifest(run.bundle_dir).settings
    return None if settings is None or _CHOSEN not in settings else Choice(**settings[_CHOSEN])


def _by_rule(order: Order, splits: Splits[Any]) -> Choice:
    suitable = suitable_models(order.task, splits, order.options)
    return Choice(suitable.names[0], suitable.reason)
