from __future__ import annotations

import pytest

from kerasapps.data.sources.columns import (
    Columns,
    Wanted,
    listed_columns,
    match_columns,
    named_column,
    refuse_doubles,
    split_column,
    unread_splits,
)
from kerasapps.errors import DataError

WANTED = (Wanted("text", "text_column"), Wanted("label", "kind_of_text"))


def columns(*names: str, header: bool = True, split: int | None = None, **rest: bool) -> Columns:
    options = {"guessed": True, "usual": True} | rest
    return Columns(names, header, WANTED, (0, 1), split, **options)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (columns("a", "b"), "x: text in 'a', label in 'b'"),
        (columns("a", "b", "c", split=2), "x: text in 'a', label in 'b', split in 'c'"),
        (
            columns("a", "b", usual=False),
            "x: the first row has the names of columns; text in 'a', label in 'b'; name them with "
            "--text-column and --kind-of-text if that is wrong",
        ),
        (columns("a", "b", usual=False, guessed=False), "x: text in 'a', label in 'b'"),
        (
            columns("a", "b", header=False, usual=False),
            "x: no header; text in 'a', label in 'b'; name them with --text-column and "
            "--kind-of-text if that is wrong",
        ),
        (columns("a", "b", header=False), "x: no header; text in 'a', label in 'b'"),
    ],
)
def test_what_was_taken_is_described(found: Columns, line: str) -> None:
    assert found.describe("x", first_row=True) == line
    other = line.replace("the first row has the names of columns; ", "")
    assert found.describe("x") == other


def test_further_files_have_the_same_names() -> None:
    like = columns("a", "b")
    found = match_columns(like, ["b", "x", "a"], header=True, where="y")
    assert found.places == (2, 0) and found.names == ("b", "x", "a")
    with pytest.raises(DataError, match="y has no column 'b', as the first file has; its columns"):
        match_columns(like, ["a", "c"], header=True, where="y")


def test_a_name_over_two_columns_is_refused_where_it_matters() -> None:
    refuse_doubles(columns("a", "b", "c", "c"), "x")
    for found in (columns("a", "b", "b"), columns("a", "b", "c", "c", split=2)):
        with pytest.raises(DataError, match=r"x has 2 columns '[bc]', and which of them"):
            refuse_doubles(found, "x")


def test_columns_by_name() -> None:
    names = ["texts", "Label"]
    assert named_column(None, names, option="text_column", where="x") is None
    assert named_column("Label", names, option="label_column", where="x") == 1
    with pytest.raises(DataError, match=r"no column 'text' \(text_column\); did you mean 'texts'"):
        named_column("text", names, option="text_column", where="x")


def test_columns_called_after_splits_that_are_not_read_are_named() -> None:
    line = unread_splits(columns("a", "b", "is_test", "train", "age"))
    assert line is not None and line.startswith("'is_test', 'train' is not read: splits come from")
    assert unread_splits(columns("a", "b", "age")) is None
    assert unread_splits(columns("train", "test")) is None
    assert unread_splits(columns("a", "b", "is_test", "split", split=3)) is None


def test_the_split_column_by_what_is_in_it() -> None:
    names = ["text", "kind", "Part", "stage"]
    assert split_column(names, [["a", "b", "test", "x"], ["c", "d", None, "y"], ["e"]]) == 2
    assert split_column(names, [["a", "b", "x", "test"]]) is None
    rows: list[list[object]] = [["a", "b", "x", " Train "], ["a", "b", "x", float("nan")]]
    assert split_column(names, rows) == 3
    assert split_column(names, rows, taken=[3]) is None
    assert split_column(names, rows, usual=["stage"]) is None
    assert split_column(names, [*rows, ["a", "b", "x", "other"]]) is None


@pytest.mark.parametrize("name", ["split", "Split", "SPLIT", " sPlIt "])
def test_the_split_column(name: str) -> None:
    assert split_column(["text", name]) == 1
    assert split_column(["text", f"{name} by"]) is None


@pytest.mark.parametrize("name", ["data set", "Subset", "usage", " Partition", "Phase"])
def test_a_column_that_names_splits_by_another_name(name: str) -> None:
    names = ["text", name]
    assert split_column(names, [["a", "Training"], ["b", "PrivateTest"], ["c", None], ["d"]]) == 1
    assert split_column(names, [["a", "train"], ["b", "drama"]]) is None
    assert split_column(names, [["a", ""], ["b", None]]) is None
    assert split_column(names) is None
    assert split_column([*names, "split"], [["a", "train", "test"]]) == 2


def test_a_column_that_the_user_wants_is_no_split() -> None:
    rows = [["a", "train"], ["b", "test"]]
    assert split_column(["text", "set"], rows, taken=(None, 0)) == 1
    assert split_column(["text", "set"], rows, taken=(None, 1)) is None
    assert split_column(["text", "split"], rows, taken=(1,)) is None


def test_many_columns_are_shortened() -> None:
    assert listed_columns([str(n) for n in range(30)]).endswith("28, 29")
    assert listed_columns([str(n) for n in range(31)]).endswith("28, 29 and 1 more")
