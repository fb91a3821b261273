from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kerasapps.data.sources.all_columns import TableListing, list_table
from kerasapps.data.sources.rows import origin
from kerasapps.errors import DataError

NAMES = ("age", "job", "member", "since", "income")
DAY = datetime.date(2024, 1, 31)
ROWS: list[tuple[Any, ...]] = [
    (39 + n, ("nurse", "clerk", "cook")[n % 3], n % 2 == 0, DAY, 1.5 * n) for n in range(12)
]
MAPPINGS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
COLUMNS = {name: [row[place] for row in ROWS] for place, name in enumerate(NAMES)}
TEXTS = [
    (str(age), job, str(member).lower(), "2024-01-31", str(income))
    for age, job, member, _, income in ROWS
]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def delimited(
    path: Path, rows: Any = TEXTS, *, names: tuple[str, ...] = NAMES, sign: str = ","
) -> Path:
    return write(path, "".join(sign.join(row) + "\n" for row in ([names] if names else []) + rows))


def read(listing: TableListing) -> list[tuple[object, ...]]:
    return [row.values for row in listing.rows()]


def origins(listing: TableListing) -> list[str]:
    return [origin(row.where, row.number) for row in listing.rows()]


@pytest.mark.parametrize(
    "form", ["mappings", "columns", "arrays", "pandas", "pyarrow", "parquet", "arrow columns"]
)
def test_values_keep_their_types(tmp_path: Path, form: str) -> None:
    table = pa.table(COLUMNS)
    pq.write_table(table, tmp_path / "a.parquet")
    data: Any = {
        "mappings": MAPPINGS,
        "columns": COLUMNS,
        "arrays": {name: np.array(values) for name, values in COLUMNS.items()},
        "pandas": pd.DataFrame(COLUMNS),
        "pyarrow": table,
        "parquet": tmp_path / "a.parquet",
        "arrow columns": {name: table[name] for name in NAMES},
    }[form]
    listing = list_table(data)
    assert listing.names == NAMES
    found = read(listing)
    assert found == ROWS
    assert [type(value) for value in found[0]] == [int, str, bool, datetime.date, float]
    assert read(list_table(data, as_text=True)) == TEXTS


@pytest.mark.parametrize(("name", "sign"), [("a.csv", ","), ("a.tsv", "\t"), ("b.csv", ";")])
def test_delimited_values_are_texts_with_their_origins(
    tmp_path: Path, name: str, sign: str
) -> None:
    listing = list_table(delimited(tmp_path / name, sign=sign))
    assert listing.names == NAMES and read(listing) == TEXTS
    assert not listing.guesses and not listing.warnings
    assert origins(list_table(tmp_path / name))[:2] == [f"{name}, row 2", f"{name}, row 3"]
    assert origins(list_table(MAPPINGS))[:2] == ["example 0", "example 1"]


def test_json_keeps_its_types(tmp_path: Path) -> None:
    rows = [{"a": 1, "b": 2.5, "c": True}, {"a": None, "c": "x", "b": [1]}]
    path = write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert read(list_table(path)) == [(1, 2.5, True), (None, [1], "x")]
    assert read(list_table(path, as_text=True)) == [("1", "2.5", "true"), (None, "[1]", "x")]
    nested = list_table([{"a": {"né": [None, True]}}], as_text=True)
    assert read(nested) == [('{"né": [null, true]}',)]
    array = write(tmp_path / "a.json", json.dumps(rows))
    assert read(list_table(array)) == [(1, 2.5, True), (None, [1], "x")]


def test_what_is_missing_is_none_and_an_empty_text_is_one(tmp_path: Path) -> None:
    values = [None, float("nan"), pd.NaT, pd.NA, np.float32("nan"), np.datetime64("NaT"), "", "?"]
    expected = [(None,)] * 6 + [("",), ("?",)]
    assert read(list_table({"a": values})) == expected
    assert read(list_table([{"a": value} for value in values], as_text=True)) == expected
    path = write(tmp_path / "a.csv", "a,b\n1,\n2, x\n,3\n")
    assert read(list_table(path)) == [("1", ""), ("2", " x"), ("", "3")]


def test_numbers_and_times_of_numpy_become_those_of_python() -> None:
    moment = np.datetime64("2024-01-31T10:00", "ns")
    values = [np.int8(3), np.bool_(True), moment, b"caf\xc3\xa9", Decimal("1.10")]
    (plain,) = zip(*read(list_table({"a": values})), strict=True)
    assert plain == (3, True, datetime.datetime(2024, 1, 31, 10), "café", Decimal("1.10"))
    assert [type(value) for value in plain[:2]] == [int, bool]
    assert read(list_table({"a": np.array([moment])})) == [(plain[2],)]
    assert read(list_table({"a": values}, as_text=True))[2:] == [
        ("2024-01-31T10:00:00",),
        ("café",),
        ("1.10",),
    ]


def test_broken_rows_have_a_problem_and_no_values(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 9 + "1,2,3\n")
    *good, bad = list_table(path).rows()
    assert len(good) == 9 and bad.values == () and bad.number == 11
    assert bad.problem is not None and "3 fields, but the file has 2 columns" in bad.problem.reason
    (row,) = list_table([{"a": b"\xff", "b": 1}]).rows()
    assert row.values == () and row.problem is not None and "not UTF-8" in row.problem.reason


class TestHeaders:
    def test_without_one_the_columns_are_numbered(self, tmp_path: Path) -> None:
        listing = list_table(delimited(tmp_path / "a.csv", names=()))
        assert listing.names == tuple(f"column {n}" for n in range(1, 6))
        assert read(listing) == TEXTS
        assert listing.guesses == ["a.csv: no header; columns are called 'column 1' to 'column 5'"]

    def test_a_name_of_the_user_decides(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.csv", "1,2\n" * 9)
        assert list_table(path).names == ("column 1", "column 2")
        assert list_table(path, named=["2"]).names == ("1", "2")
        headed = delimited(tmp_path / "b.csv")
        assert list_table(headed, named=["column 2"]).names[:2] == ("column 1", "column 2")

    def test_two_columns_of_one_name_are_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.csv", "a,b,a\n" + "1,2,3\n" * 9)
        with pytest.raises(DataError, match=r"a.csv has 2 columns 'a', and which of them is meant"):
            list_table(path)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_single_column_is_a_table(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, "age\n" + "39\n41\n" * 9 + '"4 2"\n')
    listing = list_table(path)
    assert listing.names == ("age",)
    assert read(listing) == [("39",), ("41",)] * 9 + [("4 2",)]


class TestSplits:
    def test_a_column_may_name_them(self, tmp_path: Path) -> None:
        rows = [(*row, ("train", "test")[n % 2]) for n, row in enumerate(TEXTS)]
        path = delimited(tmp_path / "a.csv", rows, names=(*NAMES, "part"))
        listing = list_table(path)
        assert listing.names == NAMES and listing.guesses == ["a.csv: split in 'part'"]
        found = list(listing.rows())
        assert [row.split for row in found] == ["train", "test"] * 6
        assert [row.values for row in found] == TEXTS
        for options in ({"splits": False}, {"named": ["part"]}):
            plain: Any = list_table(path, **options)
            assert plain.names == (*NAMES, "part")
            assert {row.split for row in plain.rows()} == {None}

    def test_a_mapping_of_them_has_the_columns_of_training(self, tmp_path: Path) -> None:
        other = [{"more": 1} | dict(reversed(row.items())) for row in MAPPINGS[:4]]
        listing = list_table({"test": other, "train": pd.DataFrame(COLUMNS)})
        assert listing.names == NAMES
        found = list(listing.rows())
        assert [row.values for row in found] == [*ROWS, *ROWS[:4]]
        assert [row.split for row in found] == ["train"] * 12 + ["test"] * 4
        assert listing.warnings == ["test: list: further columns are not read: 'more'"]
        with pytest.raises(DataError, match="test: DataFrame has no column 'since', as the first"):
            list_table({"train": MAPPINGS, "test": pd.DataFrame(COLUMNS).drop(columns="since")})

    def test_the_header_of_a_further_split_is_that_of_training(self, tmp_path: Path) -> None:
        train = delimited(tmp_path / "train.csv")
        test = write(tmp_path / "other.csv", "age,job,member,since,income\na,b,c,d,e\n")
        listing = list_table({"train": train, "test": test})
        assert list(listing.rows())[-1].values == ("a", "b", "c", "d", "e")

    def test_a_folder_as_one_of_several(self, tmp_path: Path) -> None:
        delimited(tmp_path / "a.csv", [row[::-1] for row in TEXTS], names=NAMES[::-1])
        listing = list_table({"train": pd.DataFrame(COLUMNS), "test": tmp_path})
        assert [row.values for row in listing.rows()] == [*ROWS, *TEXTS]

    @pytest.mark.parametrize("test", ["test.csv", "test/a.csv"])
    def test_a_folder_of_tables(self, tmp_path: Path, test: str) -> None:
        delimited(tmp_path / test.replace("test", "train"))
        delimited(tmp_path / test, [row[::-1] for row in TEXTS[:3]], names=NAMES[::-1])
        listing = list_table(tmp_path)
        found = list(listing.rows())
        assert [row.values for row in found] == [*TEXTS, *TEXTS[:3]]
        assert [row.split for row in found] == ["train"] * 12 + ["test"] * 3


def test_columns_that_only_late_rows_have_are_named(tmp_path: Path) -> None:
    rows = [{"a": n, "b": n} for n in range(600)] + [{"a": 1, "b": 2, "c": 3}] * 2
    listing = list_table(rows)
    assert len(read(listing)) == 602 and listing.names == ("a", "b")
    told = "columns that none of the first rows has are not read: 'c' (row {})"
    assert listing.warnings == [f"the table: {told.format(600)}"]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    listing = list_table(write(tmp_path / "a.json", text.replace("\n", "\n" + " " * 2000)))
    assert len(read(listing)) == 602
    assert listing.warnings == [f"a.json: {told.format(601)}"]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (3, "cannot read rows from a int: expected a CSV"),
        ({}, "cannot read rows from a dict"),
        ({"a": [1, 2], "b": [1]}, "column 'b' has 1 values, but 'a' has 2: give one value a row"),
        ({"a": [1], "b": "x"}, "column 'b' is a str: expected a list or an array of one value"),
        ({"train": {"a": 3}}, "train: column 'a' is a int"),
        ("no_such.csv", "no_such.csv does not exist"),
    ],
)
def test_what_is_no_table(data: Any, part: str) -> None:
    with pytest.raises(DataError) as caught:
        list_table(data)
    assert part in str(caught.value)


def test_paths_that_hold_no_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no tables: expected DATA/train.csv"):
        list_table(tmp_path)
    with pytest.raises(DataError, match=r"a.xyz holds no table: expected a CSV, TSV"):
        list_table(write(tmp_path / "a.xyz", "a,b\n"))
    with pytest.raises(DataError, match="encoding is for files of text"):
        list_table(MAPPINGS, encoding="cp1252")
    path = tmp_path / "b.csv"
    path.write_bytes("a,b\nä,1\nö,2\n".encode("cp850"))
    assert read(list_table(path, encoding="cp850")) == [("ä", "1"), ("ö", "2")]


def test_a_table_without_rows_is_an_error_once_it_is_read(tmp_path: Path) -> None:
    listing = list_table(write(tmp_path / "a.csv", "age,job\n"), named=["job"])
    assert read(listing) == [] and listing.errors == ["a.csv has no rows"]
