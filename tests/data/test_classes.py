from __future__ import annotations

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.classes import (
    check_broken,
    check_classes,
    check_judged,
    check_named_splits,
    check_trainable,
    imbalance,
    raise_reasons,
    tell_reading,
)
from kerasapps.errors import DataError


def counts(
    train: dict[str, int], validation: dict[str, int], test: dict[str, int]
) -> dict[str, dict[str, int]]:
    return {"train": train, "validation": validation, "test": test}


def test_broken_examples_up_to_the_share_are_tolerated() -> None:
    shown = [f"file {n}" for n in range(5)]
    assert check_broken(5, 100, shown=shown, noun="row", max_broken=0.05) == []
    (error,) = check_broken(6, 100, shown=shown, noun="row", max_broken=0.05)
    assert error.startswith("6 of 100 rows (6.0%) are broken, more than the 5.0% that max_broken")
    assert error.endswith("file 0; file 1; file 2; file 3; file 4; and 1 more")
    (error,) = check_broken(5, 10, shown=shown, noun="row", max_broken=0)
    assert error.endswith("file 4")
    assert check_broken(0, 0, shown=[], noun="row", max_broken=0) == []


def test_classes_are_compared_with_those_of_training() -> None:
    config = LoadConfig()
    assert check_classes(counts({}, {"a": 1}, {}), config=config, noun="text").errors == ()
    found = check_classes(counts({"a": 3}, {}, {}), config=config, noun="text")
    assert found.errors == ("a classifier needs at least two classes, found 1: 'a'",)
    found = check_classes(counts({"a": 3, "b": 2}, {"a": 1}, {}), config=config, noun="text")
    assert (found.errors, found.unknown) == ((), frozenset())
    assert found.warnings == ("class 'b' has no texts in validation: it is not judged there",)
    found = check_classes(
        counts({"a": 3, "b": 2}, {"c": 1}, {"a": 1, "b": 1, "d": 2}), config=config, noun="text"
    )
    assert found.unknown == {"c", "d"}
    assert [error.split(":")[0] for error in found.errors] == [
        "class 'c' is in validation (1 texts) but not in train",
        "class 'd' is in test (2 texts) but not in train",
    ]
    assert all("set unknown_classes to skip" in error for error in found.errors)


def test_alike_classes_of_any_split_are_warned_of() -> None:
    found = check_classes(counts({"a": 3, "b": 2}, {}, {"A": 1}), config=LoadConfig(), noun="text")
    assert found.warnings[0].startswith("the labels 'A' and 'a' differ only by case")


def test_imbalance() -> None:
    assert imbalance(counts({"a": 6, "b": 2, "c": 3}, {"a": 9}, {})) == 3
    assert imbalance(counts({}, {"a": 9}, {})) == 1


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
