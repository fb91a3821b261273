"""Cells that hold several values."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.targets.cells import hot_names


@pytest.mark.parametrize(
    ("bits", "names"),
    [
        ([1, 0, "true", -1], ["0", "2"]),
        ({"a": 1, "b": None, "c": ""}, ["a"]),  # what is missing is a zero
        ([float("nan"), 1], ["1"]),
        ([1, 2], None),
        ([], []),
    ],
)
def test_the_names_of_ones(bits: Any, names: list[str] | None) -> None:
    assert hot_names(bits) == names
