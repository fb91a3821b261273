"""How long texts are, in words."""

from __future__ import annotations

import numpy as np

from kerasapps.data.lengths import Lengths, measure_lengths


def test_lengths_are_those_of_texts_and_not_between_them() -> None:
    assert measure_lengths(np.arange(1, 1102)) == Lengths(1, 551, 1046, 1101)
    assert measure_lengths(np.array([7, 7, 9])) == Lengths(7, 7, 9, 9)
    assert measure_lengths(np.array([], int)) == Lengths(0, 0, 0, 0)


def test_they_are_said_and_tabled_alike() -> None:
    lengths = Lengths(1, 2000, 3000, 40_000)
    assert str(lengths) == ("shortest 1, median 2,000, 95 % have at most 3,000, longest 40,000")
    assert lengths.row() == (1, 2000, 3000, 40_000) and len(Lengths.COLUMNS) == 4
