"""keras-tuner's four algorithms behind one book-keeping that resumes exactly."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

import keras_tuner
from keras_tuner.engine.trial import Trial, TrialStatus

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.assignment import Assignment, job_of
from kerasapps.tuning.bayesian import BayesianOracle
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.oracle import SearchOracle
from kerasapps.tuning.records import TrialRecord

__all__ = ["Assignment", "SearchOracle", "job_of", "make_oracle"]

_NUMERIC = (keras_tuner.engine.hyperparameters.Float, keras_tuner.engine.hyperparameters.Int)


def make_oracle(
    tune: TuneConfig,
    *,
    space: keras_tuner.HyperParameters,
    objective: Objective,
    seed: int,
    epochs: int | None,
    save: Callable[[], None],
) -> SearchOracle:
    """The oracle that chooses the configurations of a search.

    Args:
        tune: the search.
        space: the options to search, by name; complete, as no trial may add to it.
        objective: what is optimized.
        seed: of the training; `tune.search_seed` goes before it.
        epochs: of one whole training; None: it has only a budget of time.
        save: called after each event; it stores `get_state()`.

    Raises:
        ConfigError: if there is nothing to search, or the algorithm does not fit the options.
    """
    if not any(not isinstance(hp, _FIXED) for hp in space.space):
        raise ConfigError(
            "There is nothing to search: every option is set by hand or fixed. Leave some options "
            "out, or name some in TuneConfig.space."
        )
    extra: dict[str, Any] = {}
    if tune.algorithm == "hyperband":
        if epochs is None:
            raise ConfigError(
                "TuneConfig.algorithm 'hyperband' divides epochs among the trials: set "
                "TrainConfig.epochs, or choose another algorithm."
            )
        extra = {"max_epochs": epochs, "hyperband_iterations": None}
    if tune.algorithm == "bayesian":
        extra = {"num_initial_points": _first_guesses(tune.trials, space)}
    chosen = seed if tune.search_seed is None else tune.search_seed
    oracle = _ORACLES[tune.algorithm]
    return oracle(
        tune=tune, objective=objective, space=space, seed=chosen, save=save, options=extra
    )


class RandomOracle(SearchOracle, keras_tuner.oracles.RandomSearchOracle):
    """Independent random configurations."""


class HyperbandOracle(SearchOracle, keras_tuner.oracles.HyperbandOracle):
    """Many configurations for few epochs; the best of them go on for more.

    Reference: Li et al. 2018, Hyperband, section 3, algorithm 1.
    """

    def _settle(self, trial: Trial, record: TrialRecord) -> None:
        """A failed trial is the worst of its round.

        To keras-tuner it is none at all, and takes the place of one that would have gone on.
        """
        super()._settle(trial, record)
        if record.state == "failed":
            trial.status, trial.score = TrialStatus.COMPLETED, -math.inf

    def picker_state(self) -> dict[str, Any]:
        """The brackets: which trials belong to which round."""
        return {
            "brackets": copy.deepcopy(self._brackets),
            "bracket": self._current_bracket,
            "iteration": self._current_iteration,
        }

    def restore_picker(self, state: Mapping[str, Any]) -> None:
        """Go on with these brackets."""
        self._brackets = copy.deepcopy(state["brackets"])
        self._current_bracket = state["bracket"]
        self._current_iteration = state["iteration"]


class GridOracle(SearchOracle, keras_tuner.oracles.GridSearchOracle):
    """Every combination in turn, the last option varying fastest, defaults first.

    A range without a step counts as its default and ten values evenly spread over it.
    """

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """The combination after that of the trial before.

        keras-tuner waits for trials to end, in case one adds options to the space, which leaves
        all workers but one idle; here no trial can.
        """
        number = int(trial_id)
        if number == 0:
            return {"status": TrialStatus.RUNNING, "values": self.completed({})}
        before = self.trials[self.id_of(number - 1)].hyperparameters.values
        values = self._get_next_combination(before)
        status = TrialStatus.STOPPED if values is None else TrialStatus.RUNNING
        return {"status": status, "values": values}

    def _get_next_combination(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """As keras-tuner's, and right for options that differ between conditional scopes."""
        active = self.active(values)
        for position in reversed(range(len(active))):
            hp = active[position]
            points = _grid_points(hp)
            following = points.index(values[hp.name]) + 1
            if following < len(points):
                kept = {other.name: values[other.name] for other in active[:position]}
                return self.completed(kept | {hp.name: points[following]})
        return None


_FIXED = keras_tuner.engine.hyperparameters.Fixed
_ORACLES: Mapping[str, type[SearchOracle]] = {
    "random": RandomOracle,
    "bayesian": BayesianOracle,
    "hyperband": HyperbandOracle,
    "grid": GridOracle,
}


def _grid_points(hp: Any) -> list[Any]:
    """The values that a grid tries of one option, its default first, numbers ascending."""
    others = [value for value in hp.values if value != hp.default]
    return [hp.default, *(sorted(others) if isinstance(hp, _NUMERIC) else others)]


def _first_guesses(trials: int, space: keras_tuner.HyperParameters) -> int:
    """Random trials before a Gaussian process knows enough.

    keras-tuner takes three an option, which would make most searches wholly random.
    """
    options = {hp.name for hp in space.space}
    return max(3, min(2 * len(options), trials // 3))
