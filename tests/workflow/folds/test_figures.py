from __future__ import annotations

import dataclasses

import pytest

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.folds.figures import CrossValidated, Fold, numbers_in


def crossed(*values: float) -> CrossValidated:
    """Folds with some accuracies."""
    folds = (
        Fold(10, 3, 1.5, {"log_loss": 0.5, "accuracy": value, "per_class.cat.f1": value})
        for value in values
    )
    return CrossValidated(tuple(folds), CLASSES.metric)


def test_mean_and_spread_are_of_all_folds() -> None:
    values = crossed(0.8, 0.9, 0.7).to_dict()
    assert values["mean"]["accuracy"] == pytest.approx(0.8)
    assert values["standard_deviation"]["accuracy"] == pytest.approx(0.1)  # with n - 1
    assert values["standard_deviation"]["log_loss"] == 0
    assert [each["figures"]["accuracy"] for each in values["folds"]] == [0.8, 0.9, 0.7]


def test_the_table_begins_with_the_metric_and_has_no_figure_of_a_part() -> None:
    shown = crossed(0.8, 0.9).shown()
    assert list(shown.rows[0]) == ["accuracy", "85.00 %", "7.07 %", "80.00 %", "90.00 %"]
    assert [row[0] for row in shown.rows] == ["accuracy", "log loss"]
    assert list(shown.columns) == ["figure", "mean", "spread", "fold 1", "fold 2"]
    assert shown.lines == ["Cross-validated accuracy 85.00 % ± 7.07 % (2 folds)"]
    assert len(crossed(*[0.5] * 11).shown().columns) == 3  # too many for columns of their own


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0.99581, 0.99582), ["0.9958", "0"]),
        ((0.9, 0.93456), ["0.9173", "0.0244"]),
        ((0.000123, 0.000129), ["0.000126", "4.2e-06"]),
        ((50.0, 61.111), ["55.56", "7.86"]),
        ((0.0, 0.0), ["0", "0"]),
        ((float("nan"), 1.0), ["nan", "nan"]),
    ],
)
def test_a_spread_is_as_fine_as_its_mean(values: tuple[float, float], shown: list[str]) -> None:
    folds = (Fold(10, 3, 1.5, {"accuracy": 0.5, "log_loss": value}) for value in values)
    row = CrossValidated(tuple(folds), CLASSES.metric).shown().rows[1]
    assert list(row[1:3]) == shown


@pytest.mark.parametrize(
    ("key", "rows"), [("bleu", ["BLEU", "greedy"]), ("greedy", ["greedy", "bleu"])]
)
def test_the_metric_has_its_name_where_no_other_figure_has(key: str, rows: list[str]) -> None:
    metric = dataclasses.replace(CLASSES.metric, name="BLEU", key=key)
    fold = Fold(10, 3, 1.5, {"bleu": 0.5, "greedy": 0.25})
    shown = CrossValidated((fold, fold), metric).shown()
    assert [row[0] for row in shown.rows] == rows


def test_the_report_says_that_the_test_split_stayed_closed() -> None:
    html = str(crossed(0.8, 0.9).section().html)
    assert "80.00" in html
    assert "The test split was not looked at." in html


def test_a_figure_that_a_fold_lacks_has_no_mean() -> None:
    folds = (Fold(1, 1, 1.0, {"accuracy": 0.5, "auc": 0.5}), Fold(1, 1, 1.0, {"accuracy": 0.5}))
    assert CrossValidated(folds, CLASSES.metric).names == ["accuracy"]


def test_numbers_are_found_in_parts_and_counts_are_none() -> None:
    figures = {
        "accuracy": 0.5,
        "examples": 4,
        "auc": None,
        "per_class": [{"label": "cat", "f1": 0.25, "support": 2}],
        "parts": {"price": {"mae": 2.5}},
        "bins": [{"low": 0.1}],
    }
    assert numbers_in(figures) == {
        "accuracy": 0.5,
        "per_class.cat.f1": 0.25,
        "parts.price.mae": 2.5,
    }
