"""What the best epoch has the best of, and when it is enough."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import ACCURACY, CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.training import monitor
from kerasapps.training.history import EpochRow
from kerasapps.training.monitor import Monitor, check_monitor
from tests.answers import ERRORS, RMSE
from tests.values import kinds_of

ROW = EpochRow(3, "train", 0.25, 1.5, 0.75, 0.5, 2.0, 0.625, 31.0)


def row(epoch, *, loss=1.0, figure=0.5, metric=None):
    return EpochRow(epoch, "train", 0.1, 1.0, 0.5, 0.5, loss, figure, metric)


@pytest.mark.parametrize(
    ("name", "answer", "merit", "judged"),
    [
        ("accuracy", CLASSES, (0.625, -2.0), False),
        ("loss", CLASSES, (-2.0, 0.625), False),
        ("macro_f1", CLASSES, (31.0, -2.0), True),
        ("accuracy", TRANSLATIONS, (0.625, -2.0), False),
        ("bleu", TRANSLATIONS, (31.0, -2.0), True),
        ("rmse", ERRORS, (-0.625, -2.0), False),
        ("loss", ERRORS, (-2.0, -0.625), False),
        ("mae", ERRORS, (-31.0, -2.0), True),
    ],
)
def test_merit_and_who_measures_it(name, answer, merit, judged):
    assert Monitor(name, answer).merit(ROW) == merit
    assert Monitor(name, answer).is_judged is judged


@pytest.mark.parametrize(
    ("answer", "usual"), [(CLASSES, "accuracy"), (TRANSLATIONS, "bleu"), (ERRORS, "rmse")]
)
def test_the_usual_one_is_what_the_task_is_judged_by(answer, usual):
    assert Monitor.of(TrainConfig(), answer) == Monitor(usual, answer)
    assert Monitor.of(TrainConfig(monitor="loss"), answer) == Monitor("loss", answer)


def test_each_figure_has_its_own_direction():
    mixed = Answer(metric=RMSE, fitted=RMSE, judged=ACCURACY)
    assert Monitor("accuracy", mixed).merit(ROW) == (31.0, -2.0)
    assert Monitor("rmse", mixed).merit(ROW) == (-0.625, -2.0)
    turned = Answer(metric=ACCURACY, fitted=ACCURACY, judged=RMSE)
    assert Monitor("rmse", turned).merit(ROW) == (-31.0, -2.0)
    assert Monitor("loss", turned).merit(ROW) == (-2.0, 0.625)


def test_a_judges_monitor_needs_its_figure():
    with pytest.raises(ValueError, match="Epoch 3 has no figure for the monitor 'bleu'"):
        Monitor("bleu", TRANSLATIONS).merit(dataclasses.replace(ROW, val_metric=None))


@pytest.mark.parametrize(
    ("losses", "patience", "over"),
    [
        ([3, 2, 1], 1, False),
        ([1, 2], 1, True),
        ([1, 2, 0.5, 3], 2, False),
        ([1, 1, 1], 2, True),
        ([1, 2, 3, 4], 0, False),
        ([], 1, False),
    ],
)
@pytest.mark.parametrize("answer", [CLASSES, ERRORS])
def test_patience_is_counted_from_the_lowest_validation_loss(losses, patience, over, answer):
    """Whatever the figure does."""
    rows = [row(i + 1, loss=loss, figure=0.1 * i) for i, loss in enumerate(losses)]
    for name in (answer.fitted.quality, "loss"):
        assert Monitor(name, answer).is_out_of_patience(rows, patience) is over


@pytest.mark.parametrize(
    ("figures", "over"),
    [
        ([(0.0, 5), (0.0, 4), (0.0, 3)], False),  # nothing is translated yet, but it learns
        ([(0.0, 5), (0.0, 5), (0.0, 5)], True),
        ([(1.0, 5), (2.0, 6), (3.0, 7)], False),  # the loss alone would stop here
        ([(3.0, 5), (2.0, 4), (2.5, 3)], True),
    ],
)
def test_patience_is_counted_from_a_judges_best(figures, over):
    rows = [row(i + 1, loss=loss, metric=bleu) for i, (bleu, loss) in enumerate(figures)]
    assert Monitor("bleu", TRANSLATIONS).is_out_of_patience(rows, 2) is over
    assert Monitor("bleu", TRANSLATIONS).is_out_of_patience(rows, 0) is False
    turned = [dataclasses.replace(each, val_metric=10 - each.val_metric) for each in rows]
    assert Monitor("mae", ERRORS).is_out_of_patience(turned, 2) is over


def test_kinds_of_values():
    assert kinds_of(monitor) == {"Monitor": "frozen"}


def test_the_figure_whose_gains_count_rises_with_what_is_better():
    row = EpochRow(1, "train", 0.1, 1.0, 0.5, 0.5, 0.25, 0.75, 31.0)
    assert Monitor("accuracy", CLASSES).figure(row) == Monitor("loss", CLASSES).figure(row) == 0.75
    assert Monitor("bleu", TRANSLATIONS).figure(row) == 31.0
    assert Monitor("loss", ERRORS).figure(row) == Monitor("rmse", ERRORS).figure(row) == -0.75


OWN = {"val_macro": "max", "val_brier": "min", "val_odd": None}


@pytest.mark.parametrize(
    ("name", "merit"),
    [
        ("val_macro", (0.75, -2.0)),
        ("val_brier", (-0.5, -2.0)),
        ("min:val_macro", (-0.75, -2.0)),
        ("max:val_odd", (float("-inf"), -2.0)),  # which was no number
    ],
)
def test_a_metric_of_the_users_has_the_direction_that_keras_or_the_user_says(name, merit):
    config = TrainConfig(monitor=name)
    check_monitor(config, CLASSES, OWN)
    metrics = {"val_macro": 0.75, "val_brier": 0.5, "val_odd": None}
    own = Monitor.of(config, CLASSES, OWN)
    assert own.merit(dataclasses.replace(ROW, metrics=metrics)) == merit
    assert own.name == name[-len(own.name) :] and own.is_own and not own.is_judged


def test_patience_is_counted_from_the_best_of_a_metric_of_the_users():
    rows = [
        dataclasses.replace(row(i + 1, loss=i), metrics={"val_macro": figure})
        for i, figure in enumerate([1, 2, 3, 2, 2])
    ]
    own = Monitor.of(TrainConfig(monitor="val_macro"), CLASSES, OWN)
    assert not own.is_out_of_patience(rows[:3], 2) and own.is_out_of_patience(rows, 2)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "val_macr",
            "Did you mean 'val_macro'.*: accuracy, loss, macro_f1, val_macro, val_b",
        ),
        ("max:val_macr", "'val_macr' is not known"),
        ("val_odd", "write max:val_odd or min:val_odd"),
        ("max:loss", "of loss is known. Leave max: out"),
    ],
)
def test_a_monitor_that_nobody_measures_is_refused_with_those_that_there_are(name, words):
    with pytest.raises(ConfigError, match=words):
        check_monitor(TrainConfig(monitor=name), CLASSES, OWN)
