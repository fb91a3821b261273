"""Figures of a classifier, against scikit-learn and against examples worked by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import (
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
    top_k_accuracy_score,
)

from kerasapps.errors import DataError
from kerasapps.outputs.classes import metrics as metrics_module
from kerasapps.outputs.classes.metrics import (
    classification_metrics,
    macro_f1,
)
from kerasapps.outputs.classes.scores import accuracy_interval
from tests.values import kinds_of

NAMES = [f"class {number}" for number in range(8)]


def random_predictions(examples=400, classes=8, *, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, examples)
    logits = rng.normal(size=(examples, classes)) + 2 * np.eye(classes)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, probabilities.astype(np.float32)


def test_agrees_with_scikit_learn():
    labels, probabilities = random_predictions()
    metrics = classification_metrics(labels, probabilities, names=NAMES)
    predicted = probabilities.argmax(axis=1)
    assert metrics.accuracy == pytest.approx((predicted == labels).mean())
    assert metrics.precision == pytest.approx(precision_score(labels, predicted, average="macro"))
    assert metrics.recall == pytest.approx(recall_score(labels, predicted, average="macro"))
    assert metrics.f1 == pytest.approx(f1_score(labels, predicted, average="macro"))
    exact = probabilities / probabilities.sum(axis=1, keepdims=True, dtype=np.float64)
    assert metrics.log_loss == pytest.approx(log_loss(labels, exact), rel=1e-5)
    assert metrics.top5_accuracy == pytest.approx(top_k_accuracy_score(labels, probabilities, k=5))


def test_the_area_under_the_curve_is_that_of_scikit_learn_where_scores_are_equal_too():
    labels, probabilities = random_predictions(classes=2)
    steps = np.round(probabilities[:, :1] * 8) / 8
    for scores in (probabilities, np.hstack([steps, 1 - steps])):
        metrics = classification_metrics(labels, scores, names=NAMES[:2], with_auc=True)
        assert metrics.auc == pytest.approx(roc_auc_score(labels, scores[:, 1]), abs=1e-12)
    alone = classification_metrics(labels[:1], scores[:1], names=NAMES[:2], with_auc=True)
    assert alone.auc is None


def test_confusion_counts_true_rows_and_predicted_columns():
    labels = np.array([0, 0, 1, 2])
    probabilities = np.eye(3)[[0, 2, 1, 2]]
    metrics = classification_metrics(labels, probabilities, names=["a", "b", "c"])
    assert metrics.confusion == ((1, 0, 1), (0, 1, 0), (0, 0, 1))
    first = metrics.per_class[0]
    assert (first.label, first.precision, first.recall, first.support) == ("a", 1.0, 0.5, 2)
    assert first.f1 == pytest.approx(2 / 3)


def test_absent_class_has_no_scores_and_leaves_the_averages_alone():
    labels = np.array([0, 0, 2, 2])
    probabilities = np.eye(3)[[0, 0, 2, 1]]
    metrics = classification_metrics(labels, probabilities, names=["a", "b", "c"])
    absent = metrics.per_class[1]
    assert (absent.precision, absent.recall, absent.f1, absent.support) == (None, None, None, 0)
    assert metrics.recall == pytest.approx((1 + 0.5) / 2)
    assert metrics.confusion[1] == (0, 0, 0)
    assert metrics.confusion[2] == (0, 1, 1)


def test_macro_f1_counts_every_class_that_has_examples_alike():
    """Class 0: precision 3/4, recall 1; class 1: never right; class 2 has no example."""
    labels, predicted = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 2])
    assert macro_f1(labels, predicted) == pytest.approx((2 * 0.75 / 1.75 + 0) / 2)
    probabilities = np.eye(3)[predicted]
    metrics = classification_metrics(labels, probabilities, names=["a", "b", "c"])
    assert metrics.f1 == macro_f1(labels, predicted)


def test_top5_is_none_below_six_classes():
    for classes, expected in ((5, None), (6, float)):
        labels, probabilities = random_predictions(classes=classes)
        metrics = classification_metrics(labels, probabilities, names=NAMES[:classes])
        assert (metrics.top5_accuracy is None) == (expected is None)


def test_interval_is_wilsons_and_stays_in_range():
    low, high = accuracy_interval(0.9, 100)
    assert (low, high) == (pytest.approx(0.8256, abs=1e-4), pytest.approx(0.9448, abs=1e-4))
    assert accuracy_interval(1.0, 20)[1] <= 1.0
    assert accuracy_interval(1.0, 20)[0] == pytest.approx(0.8389, abs=1e-4)


def test_to_dict_is_json():
    labels, probabilities = random_predictions()
    metrics = classification_metrics(labels, probabilities, names=NAMES)
    read = json.loads(json.dumps(metrics.to_dict()))
    assert read["accuracy"] == metrics.accuracy
    assert read["per_class"][3]["label"] == "class 3"
    assert np.array(read["confusion"]).sum() == len(labels)


def test_the_scores_of_each_class_are_printed():
    truth, predicted = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    shown = classification_metrics(truth, np.eye(3)[predicted], names=["a", "b", "c"]).shown()
    assert shown.title == "4 examples" and shown.lead == ()
    assert shown.columns == ("class", "precision", "recall", "F1", "examples")
    assert shown.rows == [
        ["a", "100.00 %", "66.67 %", "80.00 %", "3"],
        ["b", "50.00 %", "100.00 %", "66.67 %", "1"],
        ["c", "–", "–", "–", "0"],
    ]
    told, guess, warning = shown.lines
    assert told == (
        "Accuracy 75.00 % (3 of 4; likely 30 to 95 %), macro F1 73.33 %, calibration error 25.00 %"
    )
    assert guess == "Guessing: at random 33.33%, always 'a' 75.00%"
    assert warning.startswith("Warning: that is not clearly better than guessing")


def shown_of(classes):
    """What is printed where the last five classes are never right, and the first has no example."""
    truth = np.repeat(np.arange(1, classes), 2)
    predicted = np.where(truth < classes - 5, truth, 1)
    names = [f"c{number}" for number in range(classes)]
    return classification_metrics(truth, np.eye(classes)[predicted], names=names).shown()


def test_up_to_30_classes_are_all_printed_in_their_order():
    shown = shown_of(30)
    assert [row[0] for row in shown.rows] == [f"c{number}" for number in range(30)]
    assert shown.title == "58 examples"


def test_of_more_classes_the_weakest_are_printed_and_those_without_examples_come_last():
    shown = shown_of(77)
    assert shown.title == ("152 examples; of 77 classes the 30 with the lowest F1 (--json: all)")
    names = [row[0] for row in shown.rows]
    assert names[:7] == ["c72", "c73", "c74", "c75", "c76", "c1", "c2"] and len(names) == 30
    assert [row[0] for row in shown_of(31).rows][-1] == "c25", "all but the one without examples"


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        (np.array([0.0, 1.0]), np.eye(2), "labels must be integers"),
        (np.array([0, 1, 1]), np.eye(2), r"shape \(examples, classes\) = \(3, 2\)"),
        (np.array([0, 2]), np.eye(2), "Example 1 has label 2"),
        (np.array([0, 1]), np.array([[0.5, 0.5], [3.0, -1.0]]), "Row 1 .* apply softmax"),
        (np.array([0, 1]), np.array([[np.nan, 0.5], [0.5, 0.5]]), "Row 0"),
        (np.array([], int), np.empty((0, 2)), "split is empty"),
    ],
)
def test_what_cannot_be_evaluated_is_named(labels, probabilities, message):
    with pytest.raises(DataError, match=message):
        classification_metrics(labels, probabilities, names=["a", "b"])


def test_a_roughly_quantized_softmax_is_accepted():
    labels, probabilities = random_predictions()
    rounded = np.round(probabilities * 255) / 255
    assert classification_metrics(labels, rounded, names=NAMES).log_loss < 16
    for rows in ([[0.75, 0.5]], [[0.75, 0.0]]):
        assert classification_metrics(np.array([0]), np.array(rows), names=["a", "b"]).accuracy
    with pytest.raises(DataError, match=r"sum 1\.26"):
        classification_metrics(np.array([0]), np.array([[0.76, 0.5]]), names=["a", "b"])


def test_kinds_of_values():
    assert kinds_of(metrics_module) == {
        "ClassificationMetrics": "frozen",
    }
