"""Where Bayesian optimization looks: points all over the space and around the best trials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras_tuner
import numpy as np
import pytest

from kerasapps.config import TuneConfig
from kerasapps.tuning.assignment import job_of
from kerasapps.tuning.bayesian import _points, _share
from tests.tuning.driven_search import DrivenSearch, accuracy_of, branched_space, small_space


def search(folder: Path, **options: Any) -> DrivenSearch:
    space = options.pop("space", small_space)
    tune = TuneConfig(**{"algorithm": "bayesian", **options})
    return DrivenSearch(tune, folder / "search.json", space=space, epochs=9)


def test_bayesian_with_two_workers_resumes_its_guesses(tmp_path: Path) -> None:
    runs = []
    for restarts in (False, True):
        driven = search(tmp_path / str(restarts), trials=5)
        while driven.step("a"):
            pass
        driven.oracle._tune = TuneConfig(algorithm="bayesian", trials=8)
        held = [job_of(driven.oracle.create_trial("a")), job_of(driven.oracle.create_trial("b"))]
        if restarts:
            driven.tune = driven.oracle._tune
            driven.restart()
            again = [job_of(driven.oracle.create_trial(name)) for name in ("b", "a")]
            assert again == held  # the lowest number first, whoever asks
        runs.append([*held, job_of(driven.oracle.create_trial("c"))])
    assert runs[0] == runs[1]
    assert len({str(job.values) for job in runs[0]}) == 3  # what runs is not proposed again


def test_bayesian_takes_a_default_outside_of_its_range(tmp_path: Path) -> None:
    def space() -> keras_tuner.HyperParameters:
        hp = small_space()
        hp.Float("weight_decay", 1e-5, 1e-2, sampling="log", default=0.0)
        return hp

    jobs = search(tmp_path, trials=6, space=space).run().jobs
    assert jobs[0].values["weight_decay"] == 0
    assert all(1e-5 <= job.values["weight_decay"] <= 1e-2 for job in jobs[1:])


def test_bayesian_learns(tmp_path: Path) -> None:
    by_luck = search(tmp_path / "random", algorithm="random", trials=18, prune=False).run()
    learned = search(tmp_path / "bayesian", trials=18, prune=False).run()
    late = [[accuracy_of(job.values) for job in driven.jobs[9:]] for driven in (by_luck, learned)]
    assert sum(late[1]) / 9 > sum(late[0]) / 9 + 0.02


def test_nothing_is_tried_twice_as_long_as_there_is_something_else(tmp_path: Path) -> None:
    def space() -> keras_tuner.HyperParameters:
        hp = keras_tuner.HyperParameters()
        hp.Choice("width", [1.0, 2.0, 4.0], default=1.0)
        hp.Choice("learning_rate", [0.001, 0.01, 0.1], default=0.001)
        return hp

    jobs = search(tmp_path, trials=12, space=space, prune=False).run().jobs
    assert len(jobs) == len({str(sorted(job.values.items())) for job in jobs}) == 9


def test_points_lie_all_over_the_space_and_around_the_best() -> None:
    best = np.array([[0.5, 0.5, 0.5], [0.0, 1.0, 0.5]])
    points = _points(np.random.RandomState(1), best)
    anywhere, around = points[:1024], points[1024:]
    assert points.shape == (1024 + 2 * 2 * 64, 3)
    assert points.min() == 0.0 and points.max() == 1.0  # cut off at the edges
    assert np.abs(np.quantile(anywhere, [0.1, 0.5, 0.9], axis=0).T - [0.1, 0.5, 0.9]).max() < 0.05
    far, near = (around[start : start + 64] - best[0] for start in (0, 64))
    for steps, distance in ((far, 0.2), (near, 0.05)):
        changed = steps[steps != 0]
        assert 0.3 < len(changed) / steps.size < 0.7  # of each, about half of the options
        assert 0.8 * distance < changed.std() < 1.2 * distance


def test_a_value_has_its_share_of_the_range() -> None:
    space = keras_tuner.HyperParameters()
    space.Float("x", 1.0, 3.0)
    space.Float("rate", 0.01, 1.0, sampling="log")
    x, rate = space.space
    assert [_share(x, value) for value in (1.0, 1.5, 3.0)] == pytest.approx([0.0, 0.25, 1.0])
    assert [_share(x, value) for value in (-9.0, 9.0)] == [0.0, 1.0]
    assert _share(rate, 0.1) == pytest.approx(0.5) and _share(rate, 0.0) == 0.0


def test_the_process_knows_noise_and_scales(tmp_path: Path) -> None:
    gpr: Any = search(tmp_path).oracle._make_gpr()
    assert (gpr.kernel.nu, tuple(gpr.kernel.length_scale_bounds)) == (2.5, (0.1, 10.0))
    assert (gpr.alpha, gpr.normalize_y, gpr.n_restarts_optimizer) == (0.01, True, 3)


def test_the_next_trial_is_where_the_bound_is_best_and_nothing_near_a_running_one(
    tmp_path: Path,
) -> None:
    driven = search(tmp_path, trials=20, prune=False)
    for _ in range(9):  # the sixth fails and teaches nothing
        assert driven.step("a")
    oracle: Any = driven.oracle
    chosen = oracle.trials[oracle.create_trial("a").trial_id]
    place = oracle._vectors([chosen])
    others = np.array(
        [oracle._snapped(point)[0] for point in np.random.RandomState(7).uniform(size=(3000, 3))]
    )
    (mean, deviation), (m, d) = (oracle.gpr.predict(x, return_std=True) for x in (others, place))
    assert m[0] - 2.6 * d[0] <= np.quantile(mean - 2.6 * deviation, 0.01)  # of costs: the lowest
    assert len(oracle.gpr.X_train_) == 8

    done = sorted(oracle._completed(), key=lambda trial: -trial.score)
    assert np.array_equal(oracle._fit(), oracle._vectors(done[:5]))  # the best five, best first
    assert len(oracle.gpr.X_train_) == 9
    guess = oracle.gpr.y_train_[-1] * oracle.gpr._y_train_std + oracle.gpr._y_train_mean
    assert guess == pytest.approx(m[0] + d[0], abs=0.1 * d[0])  # pessimistic, as it is a cost


def test_what_does_not_apply_to_a_trial_lies_at_its_default(tmp_path: Path) -> None:
    oracle: Any = search(tmp_path, space=branched_space).oracle
    vector, values = oracle._snapped([0.1, 0.1, 0.1, 0.1])
    assert values == {"model": "cnn", "width": 1, "residual": False}
    assert vector == [0.25, 0.25, 0.25, pytest.approx(5 / 6)]  # the mlp's width is its default
    vector, values = oracle._snapped([0.9, 0.1, 0.1, 0.5])
    assert values == {"model": "mlp", "width": 20}
    assert vector == [0.75, 0.75, 0.75, pytest.approx(0.5)]
    first = oracle.trials[oracle.create_trial("a").trial_id]
    assert np.allclose(oracle._vectors([first]), [[0.75, 0.75, 0.75, 5 / 6]])
