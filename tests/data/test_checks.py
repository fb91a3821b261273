from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.audit import BrokenRow, Listed
from kerasapps.data.checks import (
    check_broken,
    check_judged,
    check_named_splits,
    check_trainable,
    raise_reasons,
    tell_reading,
)
from kerasapps.errors import DataError


def rows(total: int) -> Listed[BrokenRow]:
    return Listed(total, tuple(BrokenRow(f"row {n}", "format", "odd") for n in range(total)))


def test_broken_examples_up_to_the_share_are_tolerated() -> None:
    assert check_broken(rows(5), 95, noun="row", max_broken=0.05) == []
    (error,) = check_broken(rows(6), 94, noun="row", max_broken=0.05)
    assert error.startswith("6 of 100 rows (6.0%) are broken, more than the 5.0% that max_broken")
    assert error.endswith(" row 0: odd (and 5 more like it)")
    (error,) = check_broken(rows(5), 5, noun="row", max_broken=0)
    assert error.endswith(" row 0: odd (and 4 more like it)")
    assert check_broken(rows(0), 0, noun="row", max_broken=0) == []


def test_where_nothing_can_be_used_no_share_is_offered() -> None:
    errors = check_broken(rows(3), 0, noun="row", max_broken=0.05)
    assert errors == ["none of 3 rows can be used. row 0: odd (and 2 more like it)"]
    (error,) = check_broken(rows(1), 0, noun="row", max_broken=1e-9)
    assert error == "the only row cannot be used. row 0: odd"


@pytest.mark.parametrize(
    ("seen", "part"),
    [
        ({"train"}, None),
        ({"train", "test"}, None),
        ({None}, None),
        ({"test", None}, None),
        (set(), None),
        ({"test"}, "the data has texts for test but no split for training"),
        ({"test", "validation"}, "the data has texts for validation and test but no split"),
    ],
)
def test_a_split_for_training(seen: set[str | None], part: str | None) -> None:
    errors = check_trainable(seen, noun="text")
    assert [error.startswith(part or "") for error in errors] == ([True] if part else [])


def test_splits_of_some_rows_only() -> None:
    origins = ["row 1", "row 2", "row 3"]
    splits = np.array([0, -1, -1], np.int8)
    (error,) = check_named_splits({"train", None}, splits, origins, noun="text")
    assert error.startswith("2 rows have no split (the first: row 2) while others do")
    assert check_named_splits({None}, splits[1:], origins, noun="text") == []
    assert check_named_splits(set(), splits[:0], origins, noun="text") == [
        "the data holds no usable text"
    ]
    (error,) = check_named_splits({"test"}, np.array([2], np.int8), origins, noun="text")
    assert "no split for training" in error


def test_what_can_be_judged() -> None:
    assert check_judged(0, 0, {"test"}, noun="text") == ["the data holds no usable text"]
    assert check_judged(5, 0, {"train"}, noun="text") == []
    assert check_judged(5, 1, {"train", "test"}, noun="text") == []
    (error,) = check_judged(5, 0, {"train", "test"}, noun="text")
    assert error.startswith("no usable text is left in test")


@pytest.mark.parametrize(
    ("seen", "last"),
    [
        ({"train", "test"}, None),
        ({None}, None),
        (set(), None),
        ({"train"}, "The data has no test split: all of it is judged (train)."),
    ],
)
def test_how_data_was_read_is_told(seen: set[str | None], last: str | None) -> None:
    told: list[str] = []
    tell_reading(["a"], ["b"], seen, tell=told.append)
    assert told == ["Read as: a", "Warning: b", *([last] if last else [])]


def test_all_reasons_are_raised() -> None:
    with pytest.raises(DataError) as caught:
        raise_reasons("data", ["one"])
    assert str(caught.value) == "one"
    with pytest.raises(DataError) as caught:
        raise_reasons("data", ["one", "two"])
    assert str(caught.value) == "data cannot be used for 2 reasons:\n- one\n- two"
