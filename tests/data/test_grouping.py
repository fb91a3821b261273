"""Groups go into one split as a whole, near to the wanted shares of each class."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.grouping import place_groups
from kerasapps.data.partition import draw_contents

SHARES = {"test": 0.2, "validation": 0.1}


def placed(
    groups: np.ndarray, labels: np.ndarray, *, seed: int, shares: dict[str, float] = SHARES
) -> np.ndarray:
    classes = np.eye(labels.max() + 1)[labels]
    draws = draw_contents(seed, map(str, range(groups.max() + 1)))
    return place_groups(groups, classes, draws=draws, shares=shares)[groups]


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_near_where_there_are_many_groups(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    groups, labels = drawn.integers(0, 60, 3000), drawn.integers(0, 5, 3000)
    codes = placed(groups, labels, seed=seed)
    for label in range(5):
        shares = np.bincount(codes[labels == label], minlength=3) / (labels == label).sum()
        assert shares == pytest.approx([0.7, 0.1, 0.2], abs=0.08)


@pytest.mark.parametrize("seed", range(8))
def test_each_class_is_left_in_training(seed: int) -> None:
    groups = np.repeat(np.arange(6), 10)
    labels = np.where(groups < 2, groups, np.arange(60) % 2)  # two groups are of one class each
    labels[groups == 0] = 2  # which no other has
    codes = placed(groups, labels, seed=seed, shares={"test": 0.6, "validation": 0.1})
    assert set(labels[codes == 0]) == {0, 1, 2}
    assert set(codes) == {0, 1, 2}


def test_too_few_groups_are_left_in_training() -> None:
    codes = placed(np.zeros(10, np.int64), np.arange(10) % 2, seed=0)
    assert not codes.any()
