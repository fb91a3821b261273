"""The median stopping rule."""

from __future__ import annotations

import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.objective import Objective, make_objective
from kerasapps.tuning.pruning import ENOUGH_TRIALS, is_hopeless, prunes
from kerasapps.tuning.records import Curve, TrialRecord
from tests.answers import ERRORS

RISING = Objective("val_accuracy", "max", answer=CLASSES)
FALLING = Objective("val_loss", "min", answer=CLASSES)


def curve(*figures: float) -> Curve:
    return tuple(enumerate(figures, start=1))


def finished(*curves: Curve) -> list[TrialRecord]:
    return [TrialRecord(i, {}, "done", {}, shown) for i, shown in enumerate(curves)]


FOUR = finished(  # means up to epoch 2: 0.2, 0.4, 0.6, 0.8, so their median is 0.5
    curve(0.1, 0.3, 0.9), curve(0.3, 0.5), curve(0.5, 0.7, 0.1), curve(0.7, 0.9, 0.9)
)


def test_worse_than_the_median_of_the_means_is_hopeless() -> None:
    assert is_hopeless(curve(0.2, 0.49), FOUR, RISING)
    assert not is_hopeless(curve(0.2, 0.5), FOUR, RISING)  # equal is not worse


def test_the_best_epoch_so_far_counts() -> None:
    assert not is_hopeless(curve(0.6, 0.1), FOUR, RISING)


def test_later_epochs_of_finished_trials_do_not_count() -> None:
    more = [*FOUR[:3], *finished(curve(0.7, 0.9, 0.0, 0.0, 0.0))]
    assert is_hopeless(curve(0.2, 0.49), more, RISING)
    assert not is_hopeless(curve(0.2, 0.3, 0.3, 0.3, 0.45), more, RISING)


def test_a_loss_is_hopeless_when_it_is_high() -> None:
    assert is_hopeless(curve(0.9, 0.51), FOUR, FALLING)
    assert not is_hopeless(curve(0.9, 0.49), FOUR, FALLING)


def test_an_error_is_hopeless_when_it_is_high() -> None:
    error = make_objective(TuneConfig(), answer=ERRORS)
    assert is_hopeless(curve(0.9, 0.51), FOUR, error)
    assert not is_hopeless(curve(0.9, 0.49), FOUR, error)
    assert prunes(TuneConfig(prune=True), make_objective(TuneConfig(max_size_mb=1), answer=ERRORS))


def test_first_epochs_and_few_trials_decide_nothing() -> None:
    assert not is_hopeless(curve(0.0), FOUR, RISING)
    assert not is_hopeless((), FOUR, RISING)
    assert not is_hopeless(curve(0.0, 0.0), FOUR[: ENOUGH_TRIALS - 1], RISING)
    assert is_hopeless(curve(0.0, 0.0), FOUR, RISING)


def test_trials_without_a_curve_do_not_count() -> None:
    without = [*FOUR[:3], *finished(())]
    assert not is_hopeless(curve(0.0, 0.0), without, RISING)


def objective(name: str) -> Objective:
    return make_objective(TuneConfig(objective=name), answer=CLASSES)


@pytest.mark.parametrize("name", ["val_accuracy", "val_loss", "int8_accuracy", "dynamic_accuracy"])
def test_it_is_usual_where_the_epochs_tell(name: str) -> None:
    assert prunes(TuneConfig(), objective(name))
    assert prunes(TuneConfig(prune=True), objective(name))
    assert not prunes(TuneConfig(prune=False), objective(name))


@pytest.mark.parametrize("name", ["seconds", "parameters", "accuracy", "loss", "int8_size_mb"])
def test_it_is_refused_where_they_do_not(name: str) -> None:
    assert not prunes(TuneConfig(), objective(name))
    with pytest.raises(ConfigError, match=f"no epoch foretells {name}"):
        prunes(TuneConfig(prune=True), objective(name))


def test_hyperband_needs_none() -> None:
    assert not prunes(TuneConfig(algorithm="hyperband"), RISING)
    with pytest.raises(ConfigError, match="hyperband decides by itself"):
        prunes(TuneConfig(algorithm="hyperband", prune=True), RISING)
