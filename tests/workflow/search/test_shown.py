"""A search as the report shows it."""

from __future__ import annotations

from typing import Any

import keras_tuner

from kerasapps.config import TuneConfig
from kerasapps.evaluation.shown_search import ShownAxis
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.search.setup import SearchSetup
from kerasapps.workflow.search.shown import show_search
from tests.answers import ERRORS

OBJECTIVE = Objective("val_accuracy", "max", answer=CLASSES)


def space() -> keras_tuner.HyperParameters:
    search = keras_tuner.HyperParameters()
    search.Choice("width", [2.0, 0.5, 1.0], default=1.0)
    search.Choice("optimizer", ["sgd", "adam"], default="adam")
    search.Float("learning_rate", 1e-4, 1e-1, sampling="log", default=1e-3)
    search.Float("dropout", 0.0, 0.5, default=0.1)
    search.Boolean("flip", default=True)
    search.Fixed("epochs", 4)
    return search


def shown(*records: TrialRecord, objective: Objective = OBJECTIVE, **more: Any) -> Any:
    unused: Any = None
    setup = SearchSetup(space(), objective, unused, {}, seed=7, epochs=4)
    ending = more.pop("ending", "")
    board = Leaderboard(objective, records, ending)
    return show_search(board, setup=setup, tune=TuneConfig(trials=5, **more), winner=1)


def done(number: int, **figures: float) -> TrialRecord:
    return TrialRecord(number, {"width": 2.0}, "done", figures, seconds=3.5)


def test_axes_are_what_was_searched() -> None:
    search = shown()
    assert search.axes == [
        ShownAxis(name="width", choices=[0.5, 1.0, 2.0]),
        ShownAxis(name="optimizer", choices=["sgd", "adam"]),
        ShownAxis(name="learning_rate", log=True),
        ShownAxis(name="dropout", log=False),
        ShownAxis(name="flip", choices=[False, True]),
    ]


def test_trials_have_ranks_and_reasons() -> None:
    failed = TrialRecord(2, {}, "failed", reason="killed")
    search = shown(done(0, val_accuracy=0.5), done(1, val_accuracy=0.75), failed)
    assert (search.objective, search.higher_is_better) == ("val_accuracy", True)
    rows = [(each.number, each.rank, each.figure, each.reason) for each in search.trials]
    assert rows == [(1, 1, 0.75, ""), (0, 2, 0.5, ""), (2, None, None, "killed")]
    assert search.trials[0].values == {"width": 2.0} and search.trials[0].seconds == 3.5
    assert [each.state for each in search.trials] == ["done", "done", "failed"]
    assert search.winner == 1


def test_a_trial_over_a_limit_says_so() -> None:
    objective = Objective(
        "int8_accuracy", "max", mode="int8", max_size_mb=2, max_latency_ms=4.5, answer=CLASSES
    )
    search = shown(
        done(0, int8_accuracy=0.5, int8_size_mb=3, int8_latency_ms=1), objective=objective
    )
    (trial,) = search.trials
    assert trial.rank is None and "3" in trial.reason and "2" in trial.reason
    assert search.notes == [
        "Algorithm: random, at most 5 trials, seed 7.",
        "Limit of the int8 file's size: 2 MB.",
        "Limit of the int8 file's latency: 4.5 ms.",
    ]


def test_how_it_ended_is_a_note() -> None:
    objective = Objective("seconds", "min", answer=CLASSES)
    search = shown(objective=objective, search_minutes=2.5, algorithm="grid", ending="all are over")
    assert not search.higher_is_better and search.metric is None
    assert search.notes == [
        "Algorithm: grid, at most 5 trials, seed 7.",
        "No trial began after 2.5 minutes.",
        "The search ended: all are over.",
    ]


def test_a_figure_has_the_unit_of_its_metric() -> None:
    for objective, metric in (
        (Objective("int8_accuracy", "max", mode="int8", answer=CLASSES), CLASSES.metric),
        (Objective("val_macro_f1", "max", answer=CLASSES), CLASSES.judged),
        (Objective("val_bleu", "max", answer=TRANSLATIONS), TRANSLATIONS.metric),
        (Objective("val_loss", "min", answer=ERRORS), None),
    ):
        assert shown(objective=objective).metric is metric
