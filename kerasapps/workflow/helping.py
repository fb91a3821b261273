"""A worker's part of a run of several machines: it trains, and hears what the chief made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from kerasapps.errors import TrainingError
from kerasapps.export.artifact import Artifact
from kerasapps.terminal.streams import tell
from kerasapps.training.team import Team
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.fine_tuning import refuse_untraceable
from kerasapps.workflow.fit import fit_network, start_network
from kerasapps.workflow.order import Order
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.run import TRAINING, Run
from kerasapps.workflow.ship import shipped_network

if TYPE_CHECKING:
    from kerasapps.workflow.experiment import Experiment


def help_training(order: Order, experiment: Experiment, *, run: Run) -> RecipeResult:
    """Trains with the others, then waits until the chief has judged, exported and published.

    Args:
        order: the run.
        experiment: data, network and how to train it, as the chief has them.
        run: this worker's scratch space.

    Returns:
        The chief's result, with this process' own network, whose weights are the same.

    Raises:
        TrainingError: if another machine ended the training; its message.
    """
    network, runtime = start_network(experiment, run.team)
    if compress_of(order.options).qat:
        refuse_untraceable(network)  # as the chief does
    history = fit_network(
        network,
        experiment,
        runtime=runtime,
        settings=order.settings,
        folder=run.work / TRAINING,
        log_dir=run.logs,
    )
    told = json.loads(run.team.send(None))
    judging = experiment.judging
    return RecipeResult(
        model=shipped_network(network, experiment),
        history=history,
        metrics=told["metrics"],
        artifacts=tuple(map(Artifact.from_dict, told["artifacts"])),
        bundle_dir=Path(told["bundle_dir"]),
        labels=judging.splits.labels,
        task=order.task.name,
        headline=told["headline"],
        metric=judging.answer.metric,
        judged_on=judging.splits.judged_on,
        choice=order.choice,
    )


def tell_workers(result: RecipeResult, team: Team) -> None:
    """Lets the workers end well, as the bundle is there; one that is gone by then does no harm."""
    if team.count == 1:
        return
    told = {**result.to_dict(), "headline": result.headline}
    try:
        team.send(json.dumps(told).encode())
    except TrainingError:
        tell("The bundle is whole; a worker that was lost after training did not hear of it.")
