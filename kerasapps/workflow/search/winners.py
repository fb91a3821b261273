"""From a search's leaderboard to bundles: the best configurations, trained and judged again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError, TrainingError
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import describe_options
from kerasapps.workflow.order import Order
from kerasapps.workflow.plan import resolved
from kerasapps.workflow.publish import Trained, publish, train_and_judge
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.run import Run
from kerasapps.workflow.search.file_figures import file_figures
from kerasapps.workflow.search.objects import trial_hooks
from kerasapps.workflow.search.own import with_trial
from kerasapps.workflow.search.setup import SearchSetup
from kerasapps.workflow.search.shown import show_search
from kerasapps.workflow.settings import ASKED, OBJECTS, identity_of


@dataclass(frozen=True)
class EndedSearch:
    """A search whose trials are over.

    Attributes:
        order: the run; its options are those of the first trial.
        splits: the examples, with the test split.
        tune: how many configurations are published.
        setup: of the search.
        leaderboard: its trials.
        run: the run's folder.
    """

    order: Order
    splits: Splits[Any]
    tune: TuneConfig
    setup: SearchSetup
    leaderboard: Leaderboard
    run: Run


def publish_winners(search: EndedSearch) -> RecipeResult:
    """Trains the best configurations until as many as asked for have become bundles.

    One whose shipped file breaks a limit when it is measured again is passed over.

    Returns:
        The result of the best one.

    Raises:
        TrainingError: if no trial came to an end.
        ExportError: if none meets the limits, naming the nearest.
    """
    leaderboard, tune, run = search.leaderboard, search.tune, search.run
    if leaderboard.nearest is None:
        raise TrainingError(_no_result(leaderboard, run.leaderboard))
    results: list[RecipeResult] = []
    passed_over: list[str] = []
    for record in leaderboard.ranked:
        place = len(results) + 1
        which = f" ({place} of {tune.top})" if tune.top > 1 else ""
        tell(f"Training the configuration of trial {record.number}{which} …")
        trained, identity = _train(search, record)
        objection = _objection(trained, search, folder=_work(run, record) / "limits")
        if objection:
            passed_over.append(f"trial {record.number}: {objection}")
            tell(f"Trial {record.number} is passed over: {objection}.")
            continue
        results.append(_publish(search, record, trained, identity, place=place))
        if len(results) == tune.top:
            break
    if not results:
        raise ExportError(_nothing_fits(leaderboard, passed_over, run.leaderboard))
    if len(results) < tune.top:
        tell(f"Only {len(results)} of {tune.top} bundles were made: no more trials qualified.")
    return dataclasses.replace(results[0], search=leaderboard)


def _train(search: EndedSearch, record: TrialRecord) -> tuple[Trained, dict[str, Any]]:
    """A trial's configuration, trained afresh; and the settings that identify this training."""
    options = with_trial(search.order.options, record.values)
    task, settings = search.order.task, search.order.settings
    with doing(f"Preparing {task.noun}"):
        experiment = task.training.prepare(search.splits, options, Cache(search.run.work))
    experiment = experiment.with_hooks(trial_hooks(search.order.hooks, record.values))
    objective = search.leaderboard.objective
    identity = {
        "run": settings["run"],
        "data": settings["data"],
        **describe_options(resolved(options, experiment.plan)),
        "search": {"trial": record.number, objective.name: objective.figure(record.figures)},
        ASKED: settings,
    }
    trained = train_and_judge(
        experiment,
        export=options["export"],
        # A search that was made longer may have the same winner, whose training then goes on.
        settings={**identity, ASKED: identity_of(settings)},
        work=_work(search.run, record),
        log_dir=search.run.logs / f"trial-{record.number}",
        team=search.run.team,
    )
    return trained, identity


def _objection(trained: Trained, search: EndedSearch, *, folder: Path) -> str:
    """Why a configuration cannot be the winner, judged by the very file that would ship."""
    objective = search.leaderboard.objective
    if objective.mode is None:
        return ""
    (artifact,) = (each for each in trained.artifacts if each.name == objective.mode)
    if not artifact.passed or artifact.path is None:
        return f"its {objective.mode} file failed verification: {artifact.reason}"
    judging = trained.experiment.judging
    figures = file_figures(artifact, judging, objective=objective, folder=folder)
    return objective.excess(figures)


def _publish(
    search: EndedSearch,
    record: TrialRecord,
    trained: Trained,
    identity: Mapping[str, Any],
    *,
    place: int,
) -> RecipeResult:
    target = search.run.bundle_of(place)
    target.parent.mkdir(exist_ok=True)
    shown = show_search(
        search.leaderboard, setup=search.setup, tune=search.tune, winner=record.number
    )
    objects = search.order.hooks.describe_all()
    result = publish(
        search.order.task,
        trained,
        settings={**identity, **({OBJECTS: objects} if objects else {})},
        target=target,
        command=search.order.command,
        search=shown,
    )
    if place > 1:
        tell(f"Place {place}, trial {record.number}: {result.headline}\n  Bundle: {target}")
    return result


def _work(run: Run, record: TrialRecord) -> Path:
    """Scratch space of a configuration's final training."""
    return run.work / f"trial-{record.number}"


def _no_result(leaderboard: Leaderboard, csv: Path) -> str:
    reasons = dict.fromkeys(record.reason for record in leaderboard.records if record.reason)
    why = "; ".join(list(reasons)[:3]) or leaderboard.ending or "none began"
    return (
        f"None of the {len(leaderboard.records)} trials came to an end: {why}. All are in {csv}. "
        "Mend what they name, and delete the run's folder or choose another to search again."
    )


def _nothing_fits(leaderboard: Leaderboard, passed_over: list[str], csv: Path) -> str:
    """The nearest configuration, and by how much it misses."""
    objective, nearest = leaderboard.objective, leaderboard.nearest
    assert nearest is not None
    if passed_over:
        outcome = f"Trained afresh, {'; '.join(passed_over)}"
    else:
        outcome = f"The nearest is trial {nearest.number}: {_excess(objective, nearest)}"
    return (
        f"No configuration meets what was asked for. {outcome}. Go on with more TuneConfig.trials, "
        "or raise the limit or search smaller networks (TuneConfig.space) in another folder. All "
        f"trials: {csv}."
    )


def _excess(objective: Objective, record: TrialRecord) -> str:
    return f"{objective.excess(record.figures)}, {objective.overshoot(record.figures):.0%} too much"
