"""Where batches begin, and the parts of them."""

from __future__ import annotations

import numpy as np

from kerasapps.start import WHOLE, Share, Start


def test_shares_leave_no_row_out_and_differ_by_one_row_at_most() -> None:
    for count in (1, 3, 8):
        for rows in range(20):
            parts = [Share(index, count).of(np.arange(rows)) for index in range(count)]
            np.testing.assert_array_equal(np.concatenate(parts), np.arange(rows))
            assert np.ptp([len(part) for part in parts]) <= 1


def test_the_whole_draws_by_the_seed_itself_and_no_two_shares_alike() -> None:
    assert WHOLE.of([1, 2]) == [1, 2] and WHOLE.seed(5) == 5
    assert len({Share(index, 4).seed(seed) for index in range(4) for seed in range(100)}) == 400


def test_a_start_is_a_number_of_steps() -> None:
    assert [start.number(10) for start in (Start(), Start(2), Start(2, 3))] == [0, 20, 23]
