"""Which examples travel with a bundle, and how they are written."""

from __future__ import annotations

import pytest

from kerasapps.workflow.samples import LONGEST_TEXT, sample_text, spread


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        (range(9), [0, 2, 4, 6, 8]),
        (range(3), [0, 1, 2]),
        ([7], [7]),
        ([], []),
        (range(100, 0, -1), [100, 75, 50, 26, 1]),
    ],
)
def test_rows_are_spread_evenly_over_their_order(rows: list[int], places: list[int]) -> None:
    assert spread(rows) == places


def test_a_text_is_given_as_it_is_unless_it_is_very_long() -> None:
    assert sample_text("naïve\n") == ("naïve\n", "naïve\n")
    assert len(sample_text("x" * 5000).shown) == LONGEST_TEXT
    assert sample_text("half \ud800").shown == "half ?"
