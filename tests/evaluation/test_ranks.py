"""Places of numbers in their order."""

from __future__ import annotations

import numpy as np

from kerasapps.evaluation.ranks import higher_share, ranks_of


def test_equal_numbers_share_their_mean_rank() -> None:
    assert ranks_of(np.array([0.2, 0.9, 0.2, -1.0, 0.2])).tolist() == [3, 5, 3, 1, 3]
    assert ranks_of(np.array([])).tolist() == []


def test_ties_count_a_half() -> None:
    assert higher_share(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
    assert higher_share(np.array([2.0]), np.array([1.0, 3.0])) == 0.5
