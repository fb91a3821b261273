from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import DASH
from kerasapps.recipes.tabular.explain import ColumnWeight, RowExplanation, found_row
from tests.data.row_samples import columns, write_csv
from tests.recipes.tabular.test_reader import READER


def test_a_row_of_a_table_is_found(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", columns(3))
    ages = [str(age) for age in columns(3)["age"]]
    assert [found_row(f"{file}:{row}", READER)["age"] for row in (1, 2, 3)] == ages
    assert found_row(str(file), READER)["age"] == ages[0]


@pytest.mark.parametrize("row", ["0", "4", "9" * 5000], ids=len)
def test_a_row_that_is_not_there_is_named(tmp_path: Path, row: str) -> None:
    file = write_csv(tmp_path / "a.csv", columns(3))
    with pytest.raises(DataError, match=f"has 3 rows, so there is no row {row[:9]}"):
        found_row(f"{file}:{row}", READER)


@pytest.mark.parametrize("text", ["{a", '{"a":' * 100_000, '{"a": ' + "1" * 4999 + "}"], ids=len)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="no JSON that can be read"):
        found_row(text, READER)


def test_a_class_that_is_called_like_a_number_is_shown_with_its_probability() -> None:
    column = ColumnWeight("age", "3", "4", 0.25)
    named = RowExplanation("rich", "1", 1.0, (column,))
    assert named.shown().title == "rich: 1 (100.0%)" and named.shown().rows[0][-1] == "+0.250"
    told = {"41.752808988764045": "41.7528", "007": "007", "1.50": "1.50", "": DASH}
    for typical, shown in told.items():
        row = RowExplanation("rich", "1", 1.0, (ColumnWeight("age", "3", typical, 0.25),))
        assert row.shown().rows[0][2] == shown
    number = RowExplanation("rich", "1", 1.0, (column,), is_number=True)
    assert number.shown().title == "rich: 1" and number.shown().rows[0][-1] == "+0.25"
