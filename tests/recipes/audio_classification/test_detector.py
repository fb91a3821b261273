from __future__ import annotations

import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.recipes.audio_classification.detector import (
    Detector,
    detections,
    suitable_detector,
)

LABELS = ("_silence_", "no", "yes")
EXACT = Detector(threshold=0.6, smoothing_seconds=0.0, hop_seconds=0.5)


def scores(*best: int, sure: float = 0.9) -> np.ndarray:
    rows = np.full((len(best), 3), (1 - sure) / 2)
    rows[np.arange(len(best)), best] = sure
    return rows


def spans(count: int) -> list[tuple[float, float]]:
    return [(0.5 * number, 0.5 * number + 1) for number in range(count)]


def heard(rows: np.ndarray, detector: Detector) -> list[tuple[str, float, float]]:
    found = detections(rows, spans(len(rows)), labels=LABELS, detector=detector)
    return [(each.label, each.start, each.end) for each in found]


def test_a_word_lasts_until_another_is_likelier_and_silence_is_never_heard() -> None:
    rows = scores(0, 2, 2, 0, 1)
    assert heard(rows, EXACT) == [("yes", 0.5, 2.0), ("no", 2.0, 3.0)]


def test_what_is_not_sure_enough_is_not_heard() -> None:
    assert heard(scores(2, 2, sure=0.55), EXACT) == []


def test_what_is_heard_goes_on_down_to_half_of_the_threshold() -> None:
    rows = scores(2, 2, 2)
    rows[1] = 0.3, 0.25, 0.45  # less than the threshold, and still the likeliest
    assert heard(rows, EXACT) == [("yes", 0.0, 2.0)]
    rows[1] = 0.36, 0.36, 0.28
    assert heard(rows, EXACT) == [("yes", 0.0, 1.0), ("yes", 1.0, 2.0)]


def test_scores_are_averaged() -> None:
    smooth = Detector(threshold=0.6, smoothing_seconds=1.0, hop_seconds=0.5)
    assert heard(scores(0, 2, 0, 0), smooth) == []
    assert heard(scores(0, 2, 2, 2), smooth) == [("yes", 1.0, 2.5)]


def test_the_threshold_lets_one_wrong_of_a_hundred_pass() -> None:
    best = np.linspace(0.99, 0.4, 100)
    probabilities = np.stack([best, 1 - best], axis=1)
    truth = (np.arange(100) >= 50).astype(int)  # the last ones are taken for the first class
    ask = {"seconds": 1.0, "smoothing": 0.3, "threshold": None}
    found = suitable_detector(truth, probabilities, labels=("no", "yes"), **ask)
    assert found.threshold == pytest.approx(best[49], abs=1e-3)
    assert (found.smoothing_seconds, found.hop_seconds) == (0.3, 0.1)


def test_what_stands_for_nothing_is_not_counted_among_what_is_let_pass() -> None:
    best = np.linspace(0.99, 0.6, 40)
    words = np.stack([np.zeros(40), 1 - best, best], axis=1)  # half of them rightly
    quiet = np.tile([0.98, 0.01, 0.01], (4000, 1))
    truth = np.repeat([2, 0, 0], [20, 20, 4000])
    ask = {"labels": LABELS, "seconds": 1.0, "smoothing": 0.3, "threshold": None}
    found = suitable_detector(truth, np.concatenate([words, quiet]), **ask)
    assert found.threshold == pytest.approx(best[19], abs=1e-3)


def test_a_threshold_that_is_asked_for_is_taken_and_few_sounds_choose_none() -> None:
    ask = {"labels": ("no", "yes"), "seconds": 1.0, "smoothing": 0.3}
    asked = suitable_detector(np.array([0]), np.eye(2)[:1], threshold=0.7, **ask)
    few = suitable_detector(np.array([0]), np.eye(2)[:1], threshold=None, **ask)
    assert (asked.threshold, few.threshold) == (0.7, Detector.threshold)


@pytest.mark.parametrize(
    "values",
    [{"threshold": 1.5}, {"hop_seconds": 0.0}, {"threshold": "high"}, {"more": 1}],
    ids=str,
)
def test_what_a_manifest_says_is_checked(values: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"number from .* to .*, got|other fields"):
        Detector.from_dict(values)
    assert Detector.from_dict(EXACT.to_dict()) == EXACT
