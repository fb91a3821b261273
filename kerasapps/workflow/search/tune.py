"""The second half of a run that tunes: from examples to the best configurations' bundles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import read_manifest
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.tuning.display import SearchDisplay, TerminalDisplay
from kerasapps.tuning.messages import differences
from kerasapps.tuning.records import Leaderboard
from kerasapps.tuning.search import run_search
from kerasapps.tuning.space import Space
from kerasapps.tuning.store import read_snapshot
from kerasapps.workflow.order import Order
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.run import Run
from kerasapps.workflow.search.setup import SearchSetup, set_up
from kerasapps.workflow.search.winners import EndedSearch, publish_winners
from kerasapps.workflow.settings import ASKED, length_of


@dataclass(frozen=True)
class _Heard:
    """A display beside which another hears of the trials."""

    display: SearchDisplay
    trials: Callable[[Leaderboard], None]

    def begin(self, space: Space, tune: TuneConfig) -> None:
        self.display.begin(space, tune)

    def update(self, leaderboard: Leaderboard) -> None:
        self.display.update(leaderboard)
        self.trials(leaderboard)

    def end(self, leaderboard: Leaderboard) -> None:
        self.display.end(leaderboard)
        self.trials(leaderboard)


def search_and_publish(
    order: Order,
    splits: Splits[Any],
    *,
    tune: TuneConfig,
    run: Run,
    trials: Callable[[Leaderboard], None] | None = None,
) -> RecipeResult:
    """Tries configurations, trains the best of them and publishes its files.

    A search that was interrupted goes on; one that is over is not repeated.

    Args:
        order: the run; its options are those of the first trial.
        splits: the examples; the trials never see the test split.
        tune: the search.
        run: its folder.
        trials: hears of all trials whenever one begins, gets on or ends.

    Raises:
        ConfigError: if the space cannot be searched.
        TrainingError: if no trial came to an end, or the search cannot be carried out.
        ExportError: if nothing meets the limits.
    """
    with doing("Preparing the search"):
        setup = set_up(
            order.task, splits, order.options, tune=tune, folder=run.search, hooks=order.hooks
        )
    _take_up(run, order.settings, setup)
    run.begin_search(order.settings)
    with TerminalDisplay(csv=run.leaderboard) as display:
        leaderboard = run_search(
            tune=tune,
            space=setup.space,
            objective=setup.objective,
            source=setup.source,
            folder=run.search,
            settings=setup.settings,
            seed=setup.seed,
            epochs=setup.epochs,
            display=display if trials is None else _Heard(display, trials),
            leaderboard_file=run.leaderboard,
        )
    result = publish_winners(EndedSearch(order, splits, tune, setup, leaderboard, run))
    run.keep_search()
    return result


def _take_up(run: Run, settings: Mapping[str, Any], setup: SearchSetup) -> None:
    """A finished search that is asked for with another length goes on from its trials.

    With the same length it is made again, as a finished run is.
    """
    if run.begun() is not None or not run.kept_search.exists():
        return
    finished = read_manifest(run.bundle_dir).settings.get(ASKED, {})
    if length_of(finished) == length_of(settings):
        return
    kept = read_snapshot(run.kept_search)
    assert kept is not None
    if changes := differences(kept.settings, setup.settings, ("there", "here")):
        tell(f"{run.kept_search} is of another search: {'; '.join(changes)}. This one begins anew.")
        return
    tell(f"The search goes on from {run.kept_search}.")
    run.resume_search()
