"""The middle of a recipe that tunes: from examples to the best configurations' bundles."""

from __future__ import annotations

from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.data.examples import Splits
from kerasapps.tuning.display import TerminalDisplay
from kerasapps.tuning.search import run_search

from .options import Options
from .result import RecipeResult
from .run import Run
from .search_setup import first_options, set_up
from .winners import publish_winners

__all__ = ["first_options", "search_and_publish"]


def search_and_publish(
    task: str,
    splits: Splits[Any, Any],
    options: Options,
    *,
    tune: TuneConfig,
    settings: dict[str, Any],
    run: Run,
) -> RecipeResult:
    """Tries configurations, trains the best of them and publishes its files.

    A search that was interrupted goes on; one that is over is not repeated.

    Args:
        task: name of the recipe.
        splits: the examples; the trials never see the test split.
        options: of the first trial.
        tune: the search.
        settings: what identifies the run.
        run: its folder.

    Raises:
        ConfigError: if the space cannot be searched.
        TrainingError: if no trial came to an end, or the search cannot be carried out.
        ExportError: if nothing meets the limits.
    """
    setup = set_up(task, splits, options, tune=tune, folder=run.search)
    run.begin_search(settings)
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
            display=display,
            leaderboard_file=run.leaderboard,
        )
    return publish_winners(
        task, splits, options, leaderboard, setup=setup, tune=tune, settings=settings, run=run
    )
