from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.data.rows.collect import RowCollection, collect_rows, list_rows
from kerasapps.data.rows.config import TabularConfig
from kerasapps.errors import DataError

CSV = """age,job,income
39,clerk,low
?,cook,high
41.0,,low
50,smith,
12,clerk
39,clerk,high
"""


def collected(data: Any, **options: Any) -> RowCollection:
    config = TabularConfig(**options)
    collection, _ = collect_rows(list_rows(data, config=config), config=config)
    return collection


def told(rows: RowCollection) -> list[str]:
    """What each row is answered with."""
    return [rows.targets.keys[code] for code in rows.targets.codes]


def test_rows_of_a_file_become_columns(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CSV)
    rows = collected(file, target="income")
    assert len(rows) == 4 and list(rows.columns) == ["age", "job"]
    assert [rows.columns["age"][row] for row in range(4)] == ["39", "", "41", "39"]
    assert told(rows) == ["low", "high", "low", "high"]
    assert (rows.reading.name, rows.reading.answer) == ("income", "class")
    assert list(rows.origins) == [f"people.csv, row {number}" for number in (2, 3, 4, 7)]
    assert rows.faults == {"no label": 1, "columns": 1}
    reasons = [broken.reason for broken in rows.broken.first]
    assert reasons[0] == "income is missing"


def test_equal_rows_have_equal_digests_with_or_without_the_target(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CSV)
    written = collected(file, target="income")
    typed = collected(
        {"age": [39, None, 41.0, 39], "job": ["clerk", "cook", None, "clerk"],
         "income": ["low", "high", "low", "high"]},
        target="income",
    )  # fmt: skip
    np.testing.assert_array_equal(written.exact, typed.exact)
    np.testing.assert_array_equal(written.whole, typed.whole)
    assert (written.exact[0] == written.exact[3]).all()
    assert (written.whole[0] != written.whole[3]).any()
    assert len(np.unique(written.exact, axis=0)) == 3


def test_values_do_not_run_into_each_other() -> None:
    rows = collected({"a": ["xy", "x"], "b": ["z", "yz"], "y": ["1", "2"]}, target="y")
    assert (rows.exact[0] != rows.exact[1]).any()


def test_a_target_of_numbers_is_a_number() -> None:
    rows = collected({"x": list(range(20)), "y": [n / 2 for n in range(20)]})
    assert rows.reading.answer == "number"
    assert [float(key) for key in told(rows)] == [n / 2 for n in range(20)]
    assert rows.reading.describe().startswith("target 'y': a number (0 to 9.5)")


def test_what_is_no_number_costs_its_row_where_one_is_asked_for() -> None:
    rows = collected({"x": [1, 2, 3], "y": [4, "many", None]}, answer="number")
    assert told(rows) == ["4.0"]
    reasons = [broken.reason for broken in rows.broken.first]
    assert reasons == ["y 'many' is no number", "y is missing"]


def test_a_column_that_is_not_there_is_named() -> None:
    table = {"x": [1], "y": [2]}
    with pytest.raises(DataError, match=r"no column 'z' \(number_columns\)"):
        list_rows(table, config=TabularConfig(number_columns="z"))
    with pytest.raises(DataError, match=r"no column 'z' \(target\)"):
        list_rows(table, config=TabularConfig(target="z"))
    listing = list_rows(table, config=TabularConfig())
    assert any("target in 'y'" in guess for guess in listing.guesses)


def test_labels_that_are_written_in_two_ways_are_warned_of() -> None:
    config = TabularConfig()
    listing = list_rows({"x": [1, 2, 3], "y": [True, "true", "no"]}, config=config)
    collection, warnings = collect_rows(listing, config=config)
    assert collection.targets.keys == ("True", "no")
    assert len(warnings) == 1 and "true" in warnings[0]
    numbers = list_rows({"x": [1, 2], "y": [1.5, "1.50"]}, config=config)
    assert not collect_rows(numbers, config=config)[1]


JOINED = ["a|b", "b", "", "a|c", "b|c", "c", "a", "a|b"] * 2
HOT = {name: [int(name in cell) for cell in JOINED] for name in "abc"}


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ({"y": JOINED}, {}),
        ({"y": [cell.split("|") if cell else [] for cell in JOINED]}, {}),
        (HOT, {"target_columns": ("a", "b", "c")}),
    ],
)
def test_sets_of_labels_are_read_in_every_form(
    target: dict[str, list[Any]], options: dict[str, Any]
) -> None:
    rows = collected({"x": list(range(16)), **target}, **options)
    assert [key.replace("\x1f", "|") for key in told(rows)] == JOINED
    assert rows.targets.kind == "labels" and list(rows.columns) == ["x"]
    assert rows.reading.told[0].startswith(f"target '{', '.join(target)}': any number of labels")
    assert len(np.unique(rows.whole, axis=0)) == 16


def test_a_word_of_the_user_says_what_a_cell_is() -> None:
    table = {"x": list(range(16)), "y": JOINED}
    rows = collected(table, target_kind="class")
    assert rows.targets.kind == "class" and rows.targets.keys == (
        "a",
        "a|b",
        "a|c",
        "b",
        "b|c",
        "c",
    )
    assert rows.faults == {"no label": 2}, "a class cannot be missing"


def test_equal_rows_of_one_label_each_have_all_of_them() -> None:
    rows = collected({"x": [1, 2, 1, 3], "y": ["a", "b", "b", "a"]}, target_kind="labels")
    assert told(rows) == ["a\x1fb", "b", "a\x1fb", "a"]
    assert rows.repeats.tolist() == [False, False, True, False]


def test_several_columns_are_read_together() -> None:
    table = {"x": [1, 2, 3], "y": [0.5, 1, None], "z": ["a", "b", "a"]}
    rows = collected(table, target_columns=("y:number", "z"))
    assert rows.targets.kind == "several" and told(rows) == ["0.5\x1ea", "1.0\x1eb"]
    assert rows.broken.first[0].reason == "y: the number is missing"
    assert rows.reading.columns == ("y", "z") and list(rows.columns) == ["x"]
    first, *others = rows.reading.told
    assert first == "target 'y, z': several answers each, by one network: y, z"
    assert others[1].startswith("z: one class each")


def test_each_of_several_columns_is_taken_for_what_it_is_alone() -> None:
    table = {"x": [1] * 40, "y": [n % 4 / 4 for n in range(40)], "z": [n % 3 for n in range(40)]}
    rows = collected(table, target_columns=("y", "z"))
    assert [part.kind for part in rows.targets.parts] == ["number", "class"]
    assert rows.reading.told[1].endswith("--target-columns y:class takes it for one class each")
    asked = collected(table, target_columns=("y:class", "z:number"))
    assert [part.kind for part in asked.targets.parts] == ["class", "number"]
