"""The temperature that makes scores as sure as they are right."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.temperature import (
    FEWEST,
    class_temperature,
    decisions_error,
    label_temperature,
    tempered_classes,
    tempered_labels,
)

RNG = np.random.default_rng(0)
TRUE = RNG.normal(0, 2, (4000, 4))


def softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


LABELS = np.array([RNG.choice(4, p=shares) for shares in softmax(TRUE)])


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_it_undoes_what_logits_were_multiplied_by(factor: float) -> None:
    assert class_temperature(LABELS, factor * TRUE) == pytest.approx(factor, rel=0.06)
    truth = RNG.uniform(size=TRUE.shape) < 1 / (1 + np.exp(-TRUE))
    assert label_temperature(truth, factor * TRUE) == pytest.approx(factor, rel=0.06)


def test_it_has_the_least_log_loss_of_all() -> None:
    logits = 2.2 * TRUE
    temperature = class_temperature(LABELS, logits)

    def loss(divisor: float) -> float:
        return float(-np.log(softmax(logits / divisor)[np.arange(len(LABELS)), LABELS]).mean())

    assert loss(temperature) <= min(map(loss, np.linspace(0.5, 5, 200))) + 1e-7


def test_too_few_examples_or_mistakes_say_nothing() -> None:
    few = slice(None, FEWEST - 1)
    assert class_temperature(LABELS[few], 3 * TRUE[few]) == 1
    assert class_temperature(TRUE.argmax(1), 3 * TRUE) == 1
    assert label_temperature(TRUE > 0, 3 * TRUE) == 1


def test_what_may_be_chance_is_no_temperature() -> None:
    assert class_temperature(LABELS, 1.005 * TRUE) == class_temperature(LABELS, TRUE) == 1
    assert class_temperature(LABELS[:150], 1.1 * TRUE[:150]) == 1
    assert class_temperature(LABELS, 1.2 * TRUE) != 1


def test_what_it_did_is_told_from_scores_that_have_it() -> None:
    logits = 3 * TRUE
    cooled = softmax(logits / 3)

    def confident(labels: np.ndarray, shares: np.ndarray) -> float:
        return float(shares.max(axis=1).mean())

    def right(labels: np.ndarray, shares: np.ndarray) -> float:
        return float((shares.argmax(axis=1) == labels).mean())

    told = tempered_classes(LABELS, cooled, 3.0, error=confident, log_loss=right)
    assert told.calibration_error_before == pytest.approx(softmax(logits).max(axis=1).mean())
    assert told.calibration_error == pytest.approx(cooled.max(axis=1).mean())
    assert told.log_loss_before == told.log_loss  # the likeliest class is the same
    assert told.line.startswith("Temperature 3.00: calibration error")


def test_the_same_of_labels() -> None:
    truth = RNG.uniform(size=TRUE.shape) < 1 / (1 + np.exp(-TRUE))
    told = tempered_labels(truth, 1 / (1 + np.exp(-TRUE)), 4.0)
    sure = 1 / (1 + np.exp(-4 * TRUE))
    assert told.calibration_error_before == pytest.approx(decisions_error(truth, sure), abs=1e-6)
    assert told.calibration_error < 0.02 < told.calibration_error_before
    assert told.log_loss < told.log_loss_before
