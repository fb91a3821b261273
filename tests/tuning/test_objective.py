"""Objectives: names, directions, limits and scores."""

from __future__ import annotations

import json
import math

import pytest

from kerasapps.config import TuneConfig
from kerasapps.config.metric import Answer, Metric
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.tuning.objective import (
    Objective,
    known_figures,
    make_objective,
    metric_of,
    not_finite,
)
from tests.answers import ERRORS, MAE, RMSE

SMALL = {"int8_accuracy": 0.8, "int8_size_mb": 1.5, "int8_latency_ms": 4.0}


def test_the_default_is_what_the_task_is_judged_by() -> None:
    objective = make_objective(TuneConfig(), answer=TRANSLATIONS)
    assert (objective.name, objective.direction, objective.mode) == ("val_bleu", "max", None)
    assert objective.monitor == "val_bleu" and objective.metric is TRANSLATIONS.metric


def test_with_a_limit_the_default_is_the_int8_file() -> None:
    objective = make_objective(TuneConfig(max_size_mb=2), answer=CLASSES)
    assert (objective.name, objective.mode) == ("int8_accuracy", "int8")
    translated = make_objective(TuneConfig(max_latency_ms=9), answer=TRANSLATIONS)
    assert (translated.name, translated.monitor) == ("int8_bleu", "val_bleu")


@pytest.mark.parametrize(
    ("name", "direction", "mode", "monitor"),
    [
        ("val_loss", "min", None, "val_loss"),
        ("seconds", "min", None, "val_accuracy"),
        ("parameters", "min", None, "val_accuracy"),
        ("accuracy", "max", None, "val_accuracy"),
        ("dynamic_accuracy", "max", "dynamic", "val_accuracy"),
        ("float16_size_mb", "min", "float16", "val_accuracy"),
        ("int8_latency_ms", "min", "int8", "val_accuracy"),
    ],
)
def test_names_say_direction_and_file(
    name: str, direction: str, mode: str | None, monitor: str
) -> None:
    objective = make_objective(TuneConfig(objective=name), answer=CLASSES)
    assert (objective.direction, objective.mode, objective.monitor) == (direction, mode, monitor)
    assert objective.answer is CLASSES


def test_merits_are_the_files_the_networks_and_a_small_loss() -> None:
    figures = {"val_accuracy": 0.9, "val_loss": 0.3, "int8_accuracy": 0.8, "seconds": 1.0}
    plain = make_objective(TuneConfig(objective="seconds"), answer=CLASSES)
    assert plain.merits(figures) == (0.9, -0.3)
    limited = make_objective(TuneConfig(max_size_mb=1), answer=CLASSES)
    assert limited.merits(figures) == (0.8, 0.9, -0.3)
    assert limited.merits({}) == (-math.inf, -math.inf, -math.inf)


def test_a_limit_is_about_the_objectives_own_file() -> None:
    tune = TuneConfig(objective="dynamic_accuracy", max_size_mb=1)
    assert make_objective(tune, answer=CLASSES).mode == "dynamic"
    tune = TuneConfig(objective="val_loss", max_size_mb=1)
    assert make_objective(tune, answer=CLASSES).mode == "int8"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"'int8_acuracy'.*Did you mean 'int8_accuracy'"):
        make_objective(TuneConfig(objective="int8_acuracy"), answer=CLASSES)
    with pytest.raises(ConfigError, match="val_bleu"):  # classification has no such figure
        make_objective(TuneConfig(objective="val_bleu"), answer=CLASSES)


def test_the_better_figure_has_the_higher_score() -> None:
    rising = make_objective(TuneConfig(), answer=CLASSES)
    assert rising.score({"val_accuracy": 0.9}) > rising.score({"val_accuracy": 0.8})
    falling = make_objective(TuneConfig(objective="val_loss"), answer=CLASSES)
    assert falling.score({"val_loss": 0.1}) > falling.score({"val_loss": 3.0})
    turned = make_objective(TuneConfig(objective="seconds", direction="max"), answer=CLASSES)
    assert turned.score({"seconds": 9}) > turned.score({"seconds": 1})


@pytest.mark.parametrize("name", ["int8_accuracy", "val_loss", "seconds"])
def test_over_a_limit_is_below_everything_within_it(name: str) -> None:
    objective = make_objective(TuneConfig(objective=name, max_size_mb=2), answer=CLASSES)
    worst = 0.0 if objective.direction == "max" else 1e9
    best = 1.0 if objective.direction == "max" else 0.0
    within = objective.score({name: worst, "int8_size_mb": 2.0})
    barely = objective.score({name: best, "int8_size_mb": 2.0001})
    far = objective.score({name: best, "int8_size_mb": 2000.0})
    assert within > barely > far
    assert math.isfinite(far)


def test_the_limits_in_numbers_and_words() -> None:
    tune = TuneConfig(max_size_mb=1, max_latency_ms=2)
    objective = make_objective(tune, answer=CLASSES)
    assert objective.overshoot(SMALL) == pytest.approx(1.0)  # 4 ms of 2, which is the worse one
    words = "int8 file 1.5 MB (limit 1 MB), 4 ms (limit 2 ms)"
    assert objective.excess(SMALL) == words
    tune = TuneConfig(max_size_mb=1.5, max_latency_ms=4)
    objective = make_objective(tune, answer=CLASSES)
    assert (objective.overshoot(SMALL), objective.excess(SMALL)) == (0, "")
    assert objective.score(SMALL) == 0.8


def test_a_missing_figure_is_named_with_those_there_are() -> None:
    objective = make_objective(TuneConfig(max_size_mb=1), answer=CLASSES)
    with pytest.raises(TrainingError, match="no int8_size_mb, only: val_loss, seconds"):
        objective.score({"val_loss": 1.0, "seconds": 2.0})
    with pytest.raises(TrainingError, match="only: nothing"):
        objective.figure({})


def test_a_trial_that_ended_early_is_scored_by_its_monitored_figure() -> None:
    objective = make_objective(TuneConfig(max_size_mb=1), answer=CLASSES)
    assert objective.score_so_far({"val_accuracy": 0.7, "val_loss": 1.0}) == 0.7
    with pytest.raises(TrainingError, match="no val_accuracy"):
        objective.score_so_far({"val_loss": 1.0})


def test_figures_that_are_no_numbers_are_found() -> None:
    assert not_finite({"val_loss": 1.0, "seconds": 2}) == ""
    assert not_finite({"seconds": 2, "val_loss": float("nan")}) == "val_loss is nan"
    assert not_finite({"loss": float("-inf")}) == "loss is -inf"


def test_scores_of_small_figures_under_a_limit_lie_between_0_and_1() -> None:
    limited = Objective("seconds", "min", mode="int8", max_size_mb=2, answer=CLASSES)
    kept = {"int8_size_mb": 1.0}
    assert limited.score({"seconds": 3.0, **kept}) == pytest.approx(0.25)
    assert limited.score({"seconds": 0.0, **kept}) == limited.score({"seconds": -1.0, **kept}) == 1
    assert Objective("seconds", "min", answer=CLASSES).score({"seconds": 3.0}) == -3.0


COSTS = ["epochs", "seconds", "parameters"]


@pytest.mark.parametrize(
    ("answer", "trained", "quality"),
    [
        (
            CLASSES,
            ["val_accuracy", "val_macro_f1", "val_loss", "accuracy", "loss"],
            "accuracy",
        ),
        (TRANSLATIONS, ["val_bleu", "val_accuracy", "val_loss", "accuracy", "loss"], "bleu"),
        (ERRORS, ["val_rmse", "val_mae", "val_loss", "rmse", "loss"], "rmse"),
    ],
)
def test_the_figures_that_a_task_has(answer: Answer, trained: list[str], quality: str) -> None:
    exported = [
        f"{mode}_{what}"
        for mode in ("float32", "float16", "dynamic", "int8")
        for what in (quality, "size_mb", "latency_ms")
    ]
    names = known_figures(answer)
    assert names[: len(trained) + 3] == [*trained, *COSTS]
    assert sorted(names[len(trained) + 3 :]) == sorted(exported)
    for name in names:
        assert make_objective(TuneConfig(objective=name), answer=answer).name == name


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("val_rmse", RMSE),
        ("rmse", RMSE),
        ("int8_rmse", RMSE),
        ("val_mae", MAE),
        ("val_loss", None),
        ("int8_size_mb", None),
    ],
)
def test_what_a_figure_measures(name: str, metric: Metric | None) -> None:
    assert metric_of(name, ERRORS) is metric


def test_a_search_by_an_error_minimises() -> None:
    plain = make_objective(TuneConfig(), answer=ERRORS)
    assert (plain.name, plain.direction, plain.monitor_direction) == ("val_rmse", "min", "min")
    assert plain.score({"val_rmse": 0.5}) > plain.score({"val_rmse": 0.75})
    file = make_objective(TuneConfig(max_size_mb=1), answer=ERRORS)
    assert (file.name, file.direction, file.mode) == ("int8_rmse", "min", "int8")
    assert (file.monitor, file.monitor_direction) == ("val_rmse", "min")
    size = {"int8_size_mb": 1.0}
    assert file.score({"int8_rmse": 3.0, **size}) > file.score({"int8_rmse": 4.0, **size}) > 0
    small = make_objective(TuneConfig(objective="int8_size_mb"), answer=ERRORS)
    assert small.merits({"int8_rmse": 2.0, "val_rmse": 1.0, "val_loss": 3.0}) == (-2.0, -1.0, -3.0)
    assert small.merits({}) == (-math.inf, -math.inf, -math.inf)
    assert file.tells_each_epoch and plain.tells_each_epoch and not small.tells_each_epoch


def test_a_large_figure_below_0_is_still_above_what_breaks_a_limit() -> None:
    limited = make_objective(TuneConfig(max_size_mb=1), answer=CLASSES)
    within = limited.score({"int8_accuracy": -5.0, "int8_size_mb": 1.0})
    assert within > limited.score({"int8_accuracy": 1.0, "int8_size_mb": 1.5})
    free = make_objective(TuneConfig(), answer=CLASSES)
    assert free.score({"val_accuracy": -5.0}) == -5.0


@pytest.mark.parametrize("answer", [CLASSES, ERRORS])
def test_it_survives_json(answer: Answer) -> None:
    objective = make_objective(TuneConfig(max_latency_ms=3), answer=answer)
    assert Objective.from_dict(json.loads(json.dumps(objective.to_dict()))) == objective


def test_a_metric_of_the_users_may_be_the_objective():
    own = {"val_f": "max", "val_brier": "min", "val_odd": None}
    for name, direction in (("val_f", "max"), ("val_brier", "min")):
        objective = make_objective(TuneConfig(objective=name), answer=CLASSES, own=own)
        assert (objective.direction, objective.monitor) == (direction, name)
        assert objective.monitor_direction == direction
    with pytest.raises(ConfigError, match=r"val_odd.*set TuneConfig\.direction"):
        make_objective(TuneConfig(objective="val_odd"), answer=CLASSES, own=own)
    odd = TuneConfig(objective="val_odd", direction="min")
    assert make_objective(odd, answer=CLASSES, own=own).direction == "min"
    with pytest.raises(ConfigError, match="Did you mean 'val_brier'"):
        make_objective(TuneConfig(objective="val_brie"), answer=CLASSES, own=own)
