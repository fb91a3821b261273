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
from kerasapps.terminal import tell
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.space import option_values
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import resolved
from kerasapps.workflow.options import describe_options, with_values
from kerasapps.workflow.publish import Trained, publish, train_and_judge
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.run import Run
from kerasapps.workflow.search.file_figures import file_figures
from kerasapps.workflow.search.setup import SearchSetup
from kerasapps.workflow.search.shown import show_search
from kerasapps.workflow.settings import ASKED, identity_of
from kerasapps.workflow.task import Options, Task


@dataclass(frozen=True)
class _Final:
    """What every final training has in common; the arguments of `publish_winners`."""

    task: Task
    splits: Splits[Any]
    options: Options
    leaderboard: Leaderboard
    setup: SearchSetup
    tune: TuneConfig
    settings: Mapping[str, Any]
    run: Run


def publish_winners(
    task: Task,
    splits: Splits[Any],
    options: Options,
    leaderboard: Leaderboard,
    *,
    setup: SearchSetup,
    tune: TuneConfig,
    settings: Mapping[str, Any],
    run: Run,
) -> RecipeResult:
    """Trains the best configurations until as many as asked for have become bundles.

    One whose shipped file breaks a limit when it is measured again is passed over.

    Args:
        task: what is to be made.
        splits: the examples, with the test split.
        options: of the first trial.
        leaderboard: of the finished search.
        setup: of the search.
        tune: how many to publish.
        settings: what identifies the run.
        run: its folder.

    Returns:
        The result of the best one.

    Raises:
        TrainingError: if no trial came to an end.
        ExportError: if none meets the limits, naming the nearest.
    """
    final = _Final(task, splits, options, leaderboard, setup, tune, settings, run)
    if leaderboard.nearest is None:
        raise TrainingError(_no_result(leaderboard, run.leaderboard))
    results: list[RecipeResult] = []
    passed_over: list[str] = []
    for record in leaderboard.ranked:
        place = len(results) + 1
        tell(f"Training the configuration of trial {record.number} ({place} of {tune.top}) …")
        trained, identity = _train(final, record)
        objection = _objection(trained, final, folder=_work(run, record) / "limits")
        if objection:
            passed_over.append(f"trial {record.number}: {objection}")
            tell(f"Trial {record.number} is passed over: {objection}.")
            continue
        results.append(_publish(final, record, trained, identity, place=place))
        if len(results) == tune.top:
            break
    if not results:
        raise ExportError(_nothing_fits(leaderboard, passed_over, run.leaderboard))
    if len(results) < tune.top:
        tell(f"Only {len(results)} of {tune.top} bundles were made: no more trials qualified.")
    return dataclasses.replace(results[0], search=leaderboard)


def _train(final: _Final, record: TrialRecord) -> tuple[Trained, dict[str, Any]]:
    """A trial's configuration, trained afresh; and the settings that identify this training."""
    options = with_values(final.options, option_values(record.values))
    experiment = final.task.training.prepare(final.splits, options, Cache(final.run.work))
    objective = final.leaderboard.objective
    identity = {
        "run": final.settings["run"],
        "data": final.settings["data"],
        **describe_options(resolved(options, experiment.plan)),
        "search": {"trial": record.number, objective.name: objective.figure(record.figures)},
        ASKED: final.settings,
    }
    trained = train_and_judge(
        experiment,
        export=options["export"],
        # A search that was made longer may have the same winner, whose training then goes on.
        settings={**identity, ASKED: identity_of(final.settings)},
        work=_work(final.run, record),
        log_dir=final.run.logs / f"trial-{record.number}",
    )
    return trained, identity


def _objection(trained: Trained, final: _Final, *, folder: Path) -> str:
    """Why a configuration cannot be the winner, judged by the very file that would ship."""
    objective = final.leaderboard.objective
    if objective.mode is None:
        return ""
    (artifact,) = (each for each in trained.artifacts if each.name == objective.mode)
    if not artifact.passed or artifact.path is None:
        return f"its {objective.mode} file failed verification: {artifact.reason}"
    judging = trained.experiment.judging
    figures = file_figures(artifact, judging, objective=objective, folder=folder)
    return objective.excess(figures)


def _publish(
    final: _Final, record: TrialRecord, trained: Trained, identity: Mapping[str, Any], *, place: int
) -> RecipeResult:
    target = final.run.bundle_of(place)
    target.parent.mkdir(exist_ok=True)
    search = show_search(
        final.leaderboard, setup=final.setup, tune=final.tune, winner=record.number
    )
    result = publish(
        final.task,
        trained,
        settings=identity,
        target=target,
        search=search,
    )
    if place > 1:
        tell(f"Place {place}, trial {record.number}: {result.headline}. Bundle: {target}")
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
        f"No configuration meets what was asked for. {outcome}. Go on with more --trials, or "
        f"raise the limit or search smaller networks (--space) in another folder. All trials: "
        f"{csv}."
    )


def _excess(objective: Objective, record: TrialRecord) -> str:
    return f"{objective.excess(record.figures)}, {objective.overshoot(record.figures):.0%} too much"
