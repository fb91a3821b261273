"""Bayesian optimization: the configuration of which a Gaussian process expects most."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Final

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial, TrialStatus
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern
from threadpoolctl import threadpool_limits

from kerasapps.tuning.oracle import SearchOracle

_NOISE: Final = 1e-2  # variance of a score that training again would change, as a share of all
_SCALES: Final = (0.1, 10.0)  # of the options' whole ranges: none matters only in one point
_RESTARTS: Final = 3
_ANYWHERE: Final = 1024  # candidates all over the space
_NEARBY: Final = 64  # candidates around each of the best trials, at each distance
_BEST: Final = 5
_DISTANCES: Final = (0.2, 0.05)
_FIXED = keras_tuner.engine.hyperparameters.Fixed

Candidate = tuple[list[float], dict[str, Any]]


class BayesianOracle(SearchOracle, keras_tuner.oracles.BayesianOptimizationOracle):
    """keras-tuner's Gaussian process, asked about many configurations at once.

    keras-tuner climbs from 50 points with numeric gradients, which takes seconds a trial, treats
    choices as if they were continuous and may propose what has been tried. Here the bound is
    computed for real configurations only, and the best new one is taken.

    Reference: Srinivas et al. 2010, Gaussian process optimization in the bandit setting,
    section 3 (upper confidence bound).
    """

    def _make_gpr(self) -> Any:
        return GaussianProcessRegressor(
            kernel=Matern(nu=2.5, length_scale_bounds=_SCALES),
            n_restarts_optimizer=_RESTARTS,
            normalize_y=True,
            alpha=_NOISE,
            random_state=self.seed,
        )

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """The next values; a function of the seed and the trials alone, so it can be repeated."""
        if len(self._completed()) < self.num_initial_points:
            return self._random_populate_space()
        dice = np.random.RandomState([self.seed, int(trial_id)])
        # one thread: on such small matrices more only take the cores from the trials
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")  # scikit-learn's, about bounds of its kernel
            best = self._fit()
            candidates = [self._snapped(point) for point in _points(dice, best)]
            mean, deviation = self.gpr.predict(
                np.array([vector for vector, _ in candidates]), return_std=True
            )
        # keras-tuner frames it as minimizing; stable, so that equal bounds keep their order
        for index in np.argsort(mean - self.beta * deviation, kind="stable"):
            values = candidates[index][1]
            if not self._duplicate(values):
                return {"status": TrialStatus.RUNNING, "values": values}
        return self._random_populate_space()

    def _completed(self) -> list[Trial]:
        return [trial for trial in self.trials.values() if trial.score is not None]

    def _fit(self) -> np.ndarray:
        """Fit to the completed trials, then also to what that says about the ongoing ones.

        keras-tuner guesses the ongoing trials' scores with what was fitted for the trial before:
        a leftover that a restarted search does not have.

        Returns:
            The best trials as points of the unit cube, `(trials, options)`.
        """
        done = self._completed()
        points, costs = self._vectors(done), np.array([-trial.score for trial in done])
        self.gpr.fit(points, costs)
        held = set(self.ongoing_trials.values())
        if held:
            ongoing = self._vectors([trial for trial in self.trials.values() if trial in held])
            mean, deviation = self.gpr.predict(ongoing, return_std=True)
            guesses = mean + deviation  # pessimistic: nothing near them is tried meanwhile
            self.gpr.fit(np.concatenate([points, ongoing]), np.concatenate([costs, guesses]))
        return points[np.argsort(costs, kind="stable")[:_BEST]]

    def _vectors(self, trials: Sequence[Trial]) -> np.ndarray:
        """Trials as points of the unit cube, `(trials, options)`; what does not apply: default."""
        rows = []
        for trial in trials:
            active = {id(hp) for hp in self.active(trial.hyperparameters.values)}
            values = trial.hyperparameters.values
            rows.append(
                [
                    _share(hp, values[hp.name] if id(hp) in active else hp.default)
                    for hp in self._nonfixed_space()
                ]
            )
        return np.array(rows)

    def _snapped(self, point: Sequence[float]) -> Candidate:
        """The configuration at a point, and the point that is exactly its own."""
        values: dict[str, Any] = {}
        vector = []
        shares = iter(point)
        for hp in self.hyperparameters.space:
            active = all(condition.is_active(values) for condition in hp.conditions)
            value = hp.default
            if not isinstance(hp, _FIXED):
                share = next(shares)
                value = hp.prob_to_value(float(share)) if active else value
                vector.append(_share(hp, value))
            if active:
                values[hp.name] = value
        return vector, values


def _points(dice: np.random.RandomState, best: np.ndarray) -> np.ndarray:
    """Points of the unit cube: all over it, and around the best trials, `(points, options)`."""
    points = [dice.uniform(size=(_ANYWHERE, best.shape[1]))]
    for center in best:
        for distance in _DISTANCES:
            steps = dice.normal(scale=distance, size=(_NEARBY, best.shape[1]))
            changed = dice.uniform(size=steps.shape) < 0.5
            points.append(center + steps * changed)
    return np.clip(np.concatenate(points), 0.0, 1.0)


def _share(hp: Any, value: Any) -> float:
    """Where in its range a value lies, 0 to 1; a default outside of it at the nearer end."""
    try:
        return min(max(float(hp.value_to_prob(value)), 0.0), 1.0)
    except ValueError:  # 0 has no logarithm
        return 0.0
