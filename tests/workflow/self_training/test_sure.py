"""How sure networks were when they were right."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.workflow.self_training.sure import FEWEST_VALIDATED, Known, is_validated, validated

SCORES = np.array([[0.9, 0.1], [0.4, 0.6], [0.98, 0.02], [0.03, 0.97]])


def test_what_reaches_a_threshold_is_counted_and_how_much_of_it_is_right() -> None:
    known = Known.of(
        np.array([0, 0, 1, 1]), SCORES, kind="class", temperature=1.0, judged_on="4 of them"
    )
    assert known.to_dict(0.85) == {
        "temperature": 1.0,
        "judged_on": "4 of them",
        "examples": 4,
        "right": 0.5,
        "reached": 3,
        "right_of_reached": pytest.approx(2 / 3),
    }
    none = known.to_dict(0.99)
    assert (none["reached"], none["right_of_reached"]) == (0, None)


def test_a_temperature_makes_them_less_sure() -> None:
    truth = np.zeros(4, int)
    known = Known.of(truth, SCORES, kind="class", temperature=2.0, judged_on="x")
    assert known.sure[0] == pytest.approx(3 / 4)  # the root of 9 to 1
    assert known.right.tolist() == [True, False, True, False]


def test_a_set_is_right_if_all_of_its_labels_are() -> None:
    truth = np.array([[1, 0], [1, 1], [1, 0], [0, 1]])
    known = Known.of(truth, SCORES, kind="labels", temperature=1.0, judged_on="x")
    assert known.right.tolist() == [True, False, True, True]
    assert known.sure.tolist() == pytest.approx([0.9, 0.6, 0.98, 0.97])


def test_of_too_few_examples_nothing_is_said() -> None:
    assert Known().to_dict(0.9) == {
        "temperature": 1.0,
        "judged_on": None,
        "examples": 0,
        "right": None,
        "reached": 0,
        "right_of_reached": None,
    }


def test_the_validation_split_says_it() -> None:
    labels = np.arange(120) % 2
    splits: Any = SimpleNamespace(
        validation=SimpleNamespace(labels=labels), target=SimpleNamespace(kind="class")
    )
    course: Any = SimpleNamespace(task=SimpleNamespace(noun="pictures"))
    scores = np.where(np.eye(2)[labels] == 1, 0.8, 0.2)
    known = validated(course, splits, scores)
    assert known.judged_on == "120 pictures for validation" and known.right.all()
    # Their temperature is in them already.
    np.testing.assert_allclose(known.sure, 0.8, rtol=1e-6)


def test_a_validation_split_is_large_enough_or_not() -> None:
    for count, enough in ((FEWEST_VALIDATED - 1, False), (FEWEST_VALIDATED, True)):
        splits: Any = SimpleNamespace(validation=range(count))
        assert is_validated(splits) is enough
