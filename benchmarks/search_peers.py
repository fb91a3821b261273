"""Plain keras-tuner and Optuna on a task of `search_tasks.py`, in process, as their users write it.

Searches have no end here: `search_efficiency.py` ends them when their budget is spent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from search_tasks import Choice, Space, declare, defaults
from search_training import EPOCHS, Trials

from kerasapps.errors import DependencyError

ENDLESS = 1_000_000


def keras_tuner(algorithm: str, trials: Trials, *, seed: int, folder: Path) -> None:
    """`RandomSearch`, `BayesianOptimization` or `Hyperband` as they come.

    Args:
        algorithm: `"random"`, `"bayesian"` or `"hyperband"`.
        trials: builds and trains.
        seed: of the search; keras-tuner takes 0 for none, hence 1 is added.
        folder: for its files.
    """
    import keras_tuner as tuners

    class Network(tuners.HyperModel):
        """Keeps keras-tuner's own callbacks, which save the best epoch and report."""

        def build(self, hp: Any) -> Any:
            return trials.build(declare(trials.task.space, hp))

        def fit(self, hp: Any, model: Any, verbose: Any = None, **options: Any) -> Any:
            return trials.fit(model, declare(trials.task.space, hp), **options)

    shared = {
        "objective": "val_accuracy",
        "seed": seed + 1,
        "directory": str(folder),
        "project_name": "search",
    }
    if algorithm == "random":
        tuner = tuners.RandomSearch(Network(), max_trials=ENDLESS, **shared)
    elif algorithm == "bayesian":
        tuner = tuners.BayesianOptimization(Network(), max_trials=ENDLESS, **shared)
    else:
        tuner = tuners.Hyperband(
            Network(), max_epochs=EPOCHS, hyperband_iterations=ENDLESS, **shared
        )
    epochs = {} if algorithm == "hyperband" else {"epochs": EPOCHS}  # Hyperband says how many
    tuner.search(**epochs, verbose=0)


def optuna(trials: Trials, *, seed: int) -> None:
    """TPE with median pruning, both with their defaults; it tries the default values first.

    Args:
        trials: builds and trains.
        seed: of the sampler.

    Raises:
        DependencyError: if it is not installed.
    """
    package = require_optuna()
    import keras

    def objective(trial: Any) -> float:
        keras.backend.clear_session()
        values = _suggest(trials.task.space, trial)

        def report(epoch: int, figures: Any) -> bool:
            trial.report(float(figures["val_accuracy"]), epoch)
            return not trial.should_prune()

        history = trials.fit(trials.build(values), values, report=report)
        if trial.should_prune():  # as it was after the last epoch
            raise package.TrialPruned
        return max(history.history["val_accuracy"])

    package.logging.set_verbosity(package.logging.WARNING)
    study = package.create_study(
        direction="maximize",
        sampler=package.samplers.TPESampler(seed=seed),
        pruner=package.pruners.MedianPruner(),
    )
    study.enqueue_trial(defaults(trials.task.space))
    study.optimize(objective)


def require_optuna() -> Any:
    """The package.

    Raises:
        DependencyError: if it is not installed.
    """
    try:
        import optuna as package
    except ImportError as error:
        raise DependencyError(
            "Optuna is not installed. Run: pip install 'kerasapps[bench]'; or leave it out with "
            "--only."
        ) from error
    return package


def _suggest(space: Space, trial: Any) -> dict[str, Any]:
    """The space in Optuna's words."""
    return {
        each.name: trial.suggest_categorical(each.name, each.options)
        if isinstance(each, Choice)
        else trial.suggest_float(each.name, each.low, each.high, log=each.log)
        for each in space
    }
