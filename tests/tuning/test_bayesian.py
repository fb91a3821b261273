"""Where Bayesian optimization looks: points all over the space and around the best trials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras_tuner
import numpy as np
import pytest

from kerasapps.config import TuneConfig
from kerasapps.tuning.bayesian import _points, _share
from tests.tuning.driven_search import DrivenSearch


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
    tune = TuneConfig(algorithm="bayesian")
    gpr: Any = DrivenSearch(tune, tmp_path / "search.json").oracle._make_gpr()
    assert (gpr.kernel.nu, tuple(gpr.kernel.length_scale_bounds)) == (2.5, (0.1, 10.0))
    assert (gpr.alpha, gpr.normalize_y, gpr.n_restarts_optimizer) == (0.01, True, 3)
