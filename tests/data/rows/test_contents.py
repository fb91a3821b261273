"""Rows that a bundle knows again."""

from __future__ import annotations

import numpy as np

from kerasapps.data.rows.contents import row_contents
from kerasapps.data.rows.values import values_of


def test_rows_are_equal_where_cells_and_answers_are() -> None:
    columns = {"a": values_of([1, "1", "2", None]), "b": values_of(["2", "2", "1", "x"])}
    contents = row_contents(columns, ["yes", "yes", "yes", "no"])
    assert contents.dtype == np.uint64 and contents[0] == contents[1]
    assert len(set(contents.tolist())) == 3  # that values change places is another row
    swapped = row_contents(dict(reversed(columns.items())), ["yes", "yes", "no", "no"])
    assert (swapped == contents).tolist() == [True, True, False, True]
    numbers = row_contents(columns, np.array([1.0, 2.0, 1.0, 1.0]))
    assert numbers[0] != numbers[1]


def test_a_number_is_the_same_however_it_is_written() -> None:
    def contents(*cells: str) -> list[int]:
        return row_contents({"a": values_of(cells)}, ["yes"] * len(cells)).tolist()

    assert len(set(contents("0.5", "0.50", ".5", "5e-1"))) == 1
    assert len(set(contents("x", "X", "nan", "inf"))) == 4
