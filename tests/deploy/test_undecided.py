"""When a bundle of classes says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.deploy.undecided import Undecided, answered


@pytest.mark.parametrize(
    ("answer", "scores", "reason"),
    [
        ({}, [0.5, 0.1], ""),
        ({"thresholds": [0.6, 0.1]}, [0.5, 0.1], "not sure"),
        ({"thresholds": [0.6, 0.1]}, [0.1, 0.5], ""),
        ({"thresholds": [0.6, 0.1], "unknown": 0.55}, [0.5, 0.1], "none of these"),
        ({"thresholds": [0.6, 0.1], "unknown": 0.55}, [0.58, 0.1], "not sure"),
        ({"unknown": 0.55}, [0.1, 0.54], "none of these"),
        ({"unknown_label": "b"}, [0.1, 0.9], "none of these"),
        ({"unknown_label": "b"}, [0.6, 0.4], ""),
    ],
)
def test_the_likeliest_class_must_have_the_score_that_it_takes(
    answer: dict[str, object], scores: list[float], reason: str
) -> None:
    undecided = Undecided.of(answer, ("a", "b"))
    assert undecided.reason(np.array(scores, np.float32)) == reason
    assert undecided.is_empty == (not answer)
    best = int(np.argmax(scores))
    reached = np.float32(scores[best]) >= undecided.limits(2)[best]
    assert reached == (reason == "")


def test_numbers_are_compared_as_float32() -> None:
    # As float64 0.1 is less than the float32 that is written so.
    assert Undecided((0.1, 0.1)).reason(np.array([0.1, 0.0], np.float64)) == ""
    assert Undecided((0.1, 0.1)).reason(np.array([0.1, 0.0], np.float32)) == ""


def test_who_reaches_what_the_likeliest_class_takes_is_answered() -> None:
    scores = np.array([[0.6, 0.4], [0.59, 0.41], [0.2, 0.8]])
    limits = Undecided((0.6, 0.9)).limits(2)
    assert answered(scores, limits).tolist() == [True, False, False]
