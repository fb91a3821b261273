"""Which labels count as Keras' own, and how many others are too many."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.classes.agreement import (
    disagreement,
    labels_kept,
    same_answers,
    same_labels,
)
from kerasapps.outputs.differing import largest_count

KERAS = np.array([[0.5, 0.3, 0.2]])


@pytest.mark.parametrize(
    ("scores", "reference", "same"),
    [
        ([0.9, 0.1, 0.0], KERAS, True),
        ([0.3, 0.5, 0.2], KERAS, False),
        ([0.2, 0.3, 0.5], KERAS, False),
        # As likely as Keras' own, to a thousandth, and a little less likely than that.
        ([0.2, 0.6, 0.2], np.array([[0.4, 0.3997, 0.2003]]), True),
        ([0.2, 0.6, 0.2], np.array([[0.4, 0.3990, 0.2010]]), False),
        # Scores that are all equal are no answer, though the first label is Keras'.
        ([0.0, 0.0, 0.0], KERAS, False),
        ([1 / 3, 1 / 3, 1 / 3], KERAS, False),
        ([0.4, 0.4, 0.2], KERAS, True),
        ([0.3, 0.3, 0.3], np.full((1, 3), 1 / 3), True),
        ([0.2, 0.6, 0.2], np.full((1, 3), 1 / 3), True),
    ],
)
def test_the_label_of_keras_or_one_as_likely(
    scores: list[float], reference: np.ndarray, same: bool
) -> None:
    assert same_answers(np.array([scores]), reference).tolist() == [same]


def test_each_example_is_compared_with_its_own_reference() -> None:
    reference = np.eye(3)[[0, 1, 2, 0]]
    scores = np.eye(3)[[0, 2, 2, 1]]
    assert same_answers(scores, reference).tolist() == [True, False, True, False]


def one_in_twenty(count: int, share: float) -> int:
    """By the sum of the binomial distribution itself."""
    from math import comb

    total = 0.0
    for different in range(count + 1):
        total += comb(count, different) * share**different * (1 - share) ** (count - different)
        if total >= 0.95:
            return different
    return count


@pytest.mark.parametrize("count", [1, 2, 5, 12, 100, 900])
@pytest.mark.parametrize("share", [0.1, 0.34])
def test_so_many_differ_by_chance(count: int, share: float) -> None:
    assert largest_count(count, share) == one_in_twenty(count, share)
    assert [largest_count(count, every) for every in (1.0, 1.5, 2.0)] == [count] * 3


@pytest.mark.parametrize(
    ("count", "tolerance", "most"),
    [
        (1000, 25.0, 526),
        (12, 1.0, 3),
        (100, 1.0, 15),
        (100, 5.0, 15),
        (100, 10.0, 27),
        (100, 50.0, 100),
    ],
)
def test_one_label_too_many_is_objected_to(count: int, tolerance: float, most: int) -> None:
    agreeing = np.arange(count) >= most
    assert disagreement(agreeing, tolerance=tolerance) == ""
    if most < count:
        said = disagreement(np.arange(count) > most, tolerance=tolerance)
        share = max(10, round(2 * tolerance))
        assert f"gives {most + 1} of {count} examples another label" in said
        assert f"{share}% of all examples may differ" in said and said.endswith(f"up to {most}")


def test_the_share_of_labels_and_what_is_said_of_them() -> None:
    reference = np.eye(3)[[0, 1, 2, 0] * 10]
    agreement = same_labels(reference, reference, tolerance=1)
    assert (agreement.share, agreement.objection) == (1, "")
    turned = same_labels(np.roll(reference, 1, axis=0), reference, tolerance=1)
    assert turned.share == 0.25 and "gives 30 of 40 examples another" in turned.objection
    assert same_labels(np.roll(reference, 1, axis=0), reference, tolerance=50).objection == ""


def test_a_twentieth_of_the_labels_may_change_by_another_preparation() -> None:
    usual = np.eye(2)[np.zeros(200, int)]
    most = one_in_twenty(200, 0.05)
    for changed in (0, most, most + 1):
        scores = np.eye(2)[(np.arange(200) < changed).astype(int)]
        found = labels_kept(scores, usual)
        assert found.share == pytest.approx(1 - changed / 200)
        said = f"{changed} of 200 examples get another label"
        assert found.objection == (said if changed > most else "")
