from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.table_formats import Table
from kerasapps.data.targets.columns import fold_targets, target_place
from kerasapps.errors import DataError


def table(names: str, rows: list[list[object]]) -> Table:
    records = [Record(number, row) for number, row in enumerate(rows, start=2)]
    return Table("a.csv", names.split(","), True, rows, lambda wanted: iter(records))


def fold(read: Table, **options: Any) -> Table:
    usual = {"kind": "class", "columns": (), "label_column": None, "others": (), "noun": "picture"}
    return fold_targets(read, **(usual | options))


def folded(names: str, rows: list[list[object]], **options: Any) -> Table:
    return fold(table(names, rows), **options)


def test_one_hot_columns_become_labels() -> None:
    one_hot = folded("f,cat,dog,w", [["a.png", "1", "0", 5], ["b.png", "0.0", "1.0", 7]])
    assert one_hot.names == ["f", "w", "one-hot cat, dog"]
    assert one_hot.sample == [["a.png", 5, "cat"], ["b.png", 7, "dog"]]
    assert [each.fields[-1] for each in one_hot.records([0, 2])] == ["cat", "dog"]
    plain = folded("f,cat,dog", [["a.png", True, False], ["b.png", False, False]])
    assert [each.fields for each in plain.records([0, 1])] == [["a.png", "cat"], ["b.png", None]]
    signs = folded("f,cat,dog", [["a.png", -1, 1]])
    assert signs.sample == [["a.png", "dog"]]


@pytest.mark.parametrize(
    ("names", "rows", "config"),
    [
        ("f,label,seen", [["a.png", "1", "0"]], {}),
        ("f,Class,x,y", [["a.png", "1", "0", "1"]], {}),
        ("f,a,b", [["a.png", "1", "0"]], {"label_column": "a"}),
        ("f,a,b", [["a.png", "1", "2"]], {}),
        ("f,a", [["a.png", "1"]], {}),
    ],
)
def test_what_is_not_one_hot_stays(names: str, rows: Any, config: Any) -> None:
    assert folded(names, rows, **config).names == names.split(",")


def test_several_ones_in_a_row_are_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"a.csv has several labels: cat, dog in one row.*label_co"):
        folded("f,cat,dog", [["a.png", "1", "0"], ["b.png", "1", "1"]])
    many = table("f,a,b,c,d,e,g", [["1.png", *"100000"]])
    assert fold(many).names[-1] == "one-hot a, b, c, d, e, …"
    late = table("f,a,b", [["1.png", "1", "0"]])
    late.records = lambda wanted: iter(
        [
            Record(900, ["9.png", "1", "1"]),
            Record(901, ["x", "1"]),
            Record(902, ["y.png", "0", "maybe"]),
        ]
    )
    several, short, odd = (
        each.problem and each.problem.reason for each in fold(late).records([0, 1])
    )
    assert several == "several labels: a, b"
    assert short == "2 fields, but the file has 3 columns"  # as many as are left
    assert odd == "b is 'maybe', where the rows before have 0 or 1"


def test_rows_of_a_sample_that_are_odd_are_left_to_whoever_reads_all() -> None:
    rows: list[list[object]] = [["1.png", "1", "0"]] * 150
    one_hot = folded("f,a,b", [*rows, ["2.png", "1"], ["3.png", "1", "2"]])
    assert one_hot.sample[0] == ["1.png", "a"]
    assert [each.problem is None for each in one_hot.records([0, 1])][-3:] == [True, False, False]


SETS: list[list[object]] = [["a.png", 1, 0], ["b.png", 1, 1], ["c.png", 0, None]]


def test_columns_of_several_ones_become_mappings() -> None:
    together = folded("f,red,fast", SETS[:2], kind=None)
    assert together.names == ["f", "one-hot red, fast"]
    assert target_place(together.names, [0, 1]) == 1
    assert target_place(["f", "label", "one-hot a, b"], [0, 1]) == 1
    assert target_place(["f", "label", "columns a, b"], [0, 1]) == 2
    assert target_place(["f", "g"], [0, 1]) is None
    assert together.sample[1] == ["b.png", {"red": 1, "fast": 1}]
    alone = folded("f,red,fast", [["a.png", 1, 0], ["b.png", 0, 0]], kind="labels")
    assert alone.sample[1][1] == {"red": 0, "fast": 0}
    assert folded("f,is_test,red", SETS[:2], kind=None).names == ["f", "is_test", "red"]


def test_columns_that_the_user_names_are_the_target() -> None:
    rows: list[list[object]] = [["a.png", "1.5", 20, "x"], ["b.png", "", None, "y"]]
    both = folded("f,height,age,label", rows, kind=None, columns=("age", "height"))
    assert both.names == ["f", "label", "columns age, height"]
    assert both.sample[0][2] == {"age": 20, "height": "1.5"}
    assert both.sample[1][2] is None
    with pytest.raises(DataError, match=r"no column 'agee' .target_columns.; did you mean 'age'"):
        folded("f,height,age", rows, kind=None, columns=("agee",))
