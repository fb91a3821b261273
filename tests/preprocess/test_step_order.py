"""Whose order the steps of a training follow."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasapps.preprocess.step_order import order_of
from kerasapps.start import WHOLE, Share
from kerasapps.streamed import Stored, StreamedArray, as_array

COUNT = 100


class Lying:
    """Makes rows of nothing that lie behind each other."""

    releases = False

    def read(self, row: int) -> int:
        return row

    def make(self, row: int, stored: int) -> np.ndarray:
        return np.full(2, stored)

    def stored(self) -> Stored:
        return Stored(np.arange(COUNT), 1.0)


def test_rows_that_lie_behind_each_other_are_read_ahead_by_each_share_for_itself() -> None:
    inputs: Any = StreamedArray(Lying(), (COUNT, 2), np.int32)
    told: list[np.ndarray] = []
    inputs.read_ahead = told.append
    rows_of, share = order_of(as_array(inputs), 4, 1, lengths=None, share=Share(1, 2))
    rows = rows_of(0)
    assert share == WHOLE and len(rows) == 2  # the order is of the share's rows alone
    assert len(told) == 2 and set(rows) <= set(told[0])


def test_rows_that_lie_behind_each_other_share_a_batch_with_those_of_like_length() -> None:
    inputs: Any = StreamedArray(Lying(), (COUNT, 2), np.int32)
    lengths = np.tile([1, 50], COUNT // 2)
    rows_of, _ = order_of(inputs, 4, 1, lengths=lengths, share=WHOLE)
    assert [np.ptp(lengths[rows_of(step)]) for step in range(6)] == [0] * 6


def test_other_rows_have_one_order_of_which_shares_read_parts() -> None:
    rows_of, share = order_of(np.zeros(COUNT), 4, 1, lengths=None, share=Share(1, 2))
    assert share == Share(1, 2) and len(rows_of(0)) == 4
