from __future__ import annotations

import json

import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.outputs.numbers.answer import MAE, NUMBERS, RMSE
from kerasapps.outputs.numbers.figures import number_metrics

TRUTH = np.array([1.0, 2, 3, 4, 10])
PREDICTED = np.array([1.5, 2, 2, 4, 13])


def test_figures_are_those_of_their_definitions() -> None:
    figures = number_metrics(TRUTH, PREDICTED)
    errors = PREDICTED - TRUTH
    assert figures.examples == 5
    assert figures.rmse == pytest.approx(np.sqrt((errors**2).mean()))
    assert figures.mae == pytest.approx(4.5 / 5)
    assert figures.r2 == pytest.approx(1 - (errors**2).sum() / ((TRUTH - 4) ** 2).sum())
    assert figures.bias == pytest.approx(0.5)
    assert (figures.median_error, figures.worst_error) == (0.5, 3)
    assert figures.error_90 == pytest.approx(2.2)
    assert (figures.true_mean, figures.true_deviation) == (4, pytest.approx(TRUTH.std()))


def test_guessing_the_mean_explains_nothing() -> None:
    assert number_metrics(TRUTH, np.full(5, 4.0)).r2 == pytest.approx(0)
    assert number_metrics(TRUTH, TRUTH).r2 == 1
    assert number_metrics(np.full(5, 4.0), TRUTH).r2 is None


@pytest.mark.parametrize(("factor", "warns"), [(0.0, True), (0.02, True), (0.5, False)])
def test_numbers_no_better_than_their_mean_are_warned_of(factor: float, warns: bool) -> None:
    truth = np.arange(40.0)
    figures = number_metrics(truth, truth.mean() + factor * (truth - truth.mean()))
    assert figures.r2 is not None and figures.r2 < 0.8
    told = [line for line in figures.shown().lines if line.startswith("Warning")]
    assert told == figures.warnings and bool(told) == warns
    assert not warns or "not clearly better than always answering the mean" in told[0]


def test_few_examples_may_be_explained_by_luck() -> None:
    truth = np.tile([-1.0, 1.0], 20)
    predicted = 0.05 * truth  # explains nearly a tenth
    assert number_metrics(truth[:10], predicted[:10]).warnings
    assert not number_metrics(np.tile(truth, 5), np.tile(predicted, 5)).warnings
    assert not number_metrics(np.full(5, 4.0), TRUTH).warnings


def test_figures_are_plain_values_and_show_themselves() -> None:
    figures = number_metrics(TRUTH, PREDICTED)
    values = json.loads(json.dumps(figures.to_dict()))
    assert values["rmse"] == figures.rmse and values["r2"] == figures.r2
    assert RMSE.share(values) == figures.rmse and MAE.share(values) == figures.mae
    shown = figures.shown()
    assert shown.title == "5 examples"
    assert shown.rows[:3] == [["RMSE", "1.432"], ["MAE", "0.9"], ["R²", "0.7950"]]
    assert shown.lines == ["Guessing the mean, 4, has an RMSE of 3.162"]
    assert number_metrics(np.full(5, 4.0), TRUTH).shown().rows[2][1] == "–"


def test_an_error_is_compared_with_the_references_own() -> None:
    assert RMSE.is_error and RMSE.better == "min" and MAE.is_error and MAE.better == "min"
    assert RMSE.lost(1.05, 1.0) == pytest.approx(5) and RMSE.lost(0.9, 1.0) < 0
    assert NUMBERS.figure == "val_rmse" and set(NUMBERS.monitors) == {"rmse", "loss", "mae"}


@pytest.mark.parametrize(
    ("truth", "predicted", "match"),
    [
        (TRUTH, TRUTH[:4], "one shape"),
        (TRUTH[:, None], TRUTH[:, None], "one shape"),
        (TRUTH[:0], TRUTH[:0], "no examples"),
        (TRUTH, np.full(5, np.nan), "not finite"),
    ],
)
def test_refuses_what_has_no_figures(truth: np.ndarray, predicted: np.ndarray, match: str) -> None:
    with pytest.raises(DataError, match=match):
        number_metrics(truth, predicted)
