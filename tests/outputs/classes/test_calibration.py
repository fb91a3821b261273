"""Calibration, against examples worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.classes import calibration as calibration_module
from kerasapps.outputs.classes.calibration import calibration_bins, calibration_error
from kerasapps.outputs.classes.metrics import classification_metrics
from tests.values import kinds_of


def test_error_by_hand():
    # Confidence 0.8, three of four right; confidence 0.6, one of two right.
    confidence = np.array([0.8, 0.8, 0.8, 0.8, 0.6, 0.6])
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    labels = np.array([0, 0, 0, 1, 0, 1])
    expected = (4 * abs(0.75 - 0.8) + 2 * abs(0.5 - 0.6)) / 6
    assert calibration_error(calibration_bins(labels, probabilities)) == pytest.approx(expected)
    metrics = classification_metrics(labels, probabilities, names=["a", "b"])
    assert metrics.expected_calibration_error == pytest.approx(expected)
    assert len(metrics.calibration) == 15


def test_opposite_gaps_in_one_bin_cancel_and_in_two_bins_do_not():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    labels = np.array([0, 1, 0, 0])  # 0.9 is right half of the time, 0.6 always
    assert calibration_error(calibration_bins(labels, probabilities, bins=1)) == pytest.approx(0)
    assert calibration_error(calibration_bins(labels, probabilities, bins=10)) == pytest.approx(0.4)


def test_the_least_sure_are_in_the_first_bin():
    bins = calibration_bins(np.array([2]), np.array([[0.3, 0.3, 0.4]]), bins=2)
    assert [each.count for each in bins] == [1, 0] and bins[0].confidence == 0.4


def test_bins_are_closed_above():
    probabilities = np.array([[0.8, 0.2], [0.81, 0.19], [1.0, 0.0]])
    bins = calibration_bins(np.array([0, 0, 0]), probabilities, bins=5)
    assert [each.count for each in bins] == [0, 0, 0, 1, 2]
    assert (bins[3].low, bins[3].high) == (0.6, 0.8)
    assert (bins[0].confidence, bins[0].accuracy) == (0, 0)


def test_a_bin_of_one_and_a_confidence_that_rounds_to_more_than_one():
    probabilities = np.array([[0.3, 0.7], [1.0 + 1e-6, 0.0]])
    bins = calibration_bins(np.array([1, 0]), probabilities, bins=10)
    assert (bins[6].confidence, bins[6].accuracy, bins[6].count) == (pytest.approx(0.7), 1.0, 1)
    assert (bins[9].count, len(bins)) == (1, 10)


def test_kinds_of_values():
    assert kinds_of(calibration_module) == {"CalibrationBin": "frozen"}
