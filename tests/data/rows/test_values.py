from __future__ import annotations

import numpy as np

from kerasapps.data.rows.values import values_of

CELLS = ["b", None, 2, "2.0", "b", "?", "c"]


def test_each_value_is_kept_once() -> None:
    values = values_of(CELLS)
    assert values.texts == ("b", "", "2", "c")
    assert [values[row] for row in range(len(values))] == ["b", "", "2", "2", "b", "", "c"]
    assert values.codes.dtype == np.int32
    assert values.missing == 2
    assert values.present == (("b", 2), ("2", 2), ("c", 1))


def test_some_rows_count_what_they_have() -> None:
    part = values_of(CELLS).select(np.array([2, 3, 6]))
    assert len(part) == 3 and part.present == (("2", 2), ("c", 1)) and not part.missing
    np.testing.assert_array_equal(part.numbers(), [2, 2, np.nan])
