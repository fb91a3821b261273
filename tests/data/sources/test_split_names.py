from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits, split_named
from kerasapps.errors import DataError


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        ("Train Test", "train test"),
        ("tRAIN tEsT", "train test"),
        ("\uff34rain \uff54est", "train test"),
        ("Trainset TESTSET", "train test"),
        ("TRAIN VAL TEST", "train validation test"),
        ("training testing valid", "train test validation"),
        ("train dev eval", "train validation test"),
        ("Development Evaluation Training", "validation test train"),
        ("seg_train seg_test seg_pred", "train test -"),
        ("reviews.TRAIN reviews.test", "train test"),
        ("training_set test_set", "train test"),
        ("PublicTrain PublicTest", "train test"),
        ("train-00000-of-00002 train-00001-of-00002 test1", "train train test"),
        ("train2017 val2017", "train validation"),
        ("my-train-data-1 my-train-data-2 my-test-data-1", "train train test"),
        # a plain name counts before those with something around it …
        ("train test old_train old_test", "train test - -"),
        # … which complete it where they are the only ones of their split
        ("train test_images", "train test"),
        ("train test_easy test_hard", "train - -"),
        ("test my_train", "test -"),
        # what is no name of a split
        ("training_cats training_dogs", "- -"),
        ("dev_board test_board", "- -"),
        ("latest trainer contest", "- - -"),
        ("train_test cat", "- -"),
        ("seg_train cat", "- -"),
    ],
)
def test_names_of_splits(names: str, splits: str) -> None:
    expected = dict(zip(names.split(), splits.split(), strict=True))
    found = name_splits(names.split(), where="data")
    assert found == {name: split for name, split in expected.items() if split != "-"}


def test_training_comes_first() -> None:
    assert [*name_splits(["test", "dev", "train-1", "train-0"], where="data")] == [
        "train-0",
        "train-1",
        "dev",
        "test",
    ]


@pytest.mark.parametrize(
    ("names", "part"),
    [
        ("train val validation", "data has val and validation, which are names of one split (val"),
        ("train Train test", "data has Train and train, which are names of one split (train)"),
        ("train eval test", "data has eval and test, which are names of one split (test)"),
        ("trainA testA trainB testB", "splits of 2 data sets (testA, trainA; testB, trainB)"),
    ],
)
def test_names_that_leave_a_choice(names: str, part: str) -> None:
    with pytest.raises(DataError) as caught:
        name_splits(names.split(), where="data")
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("value", "split"),
    [
        *(("Training", "train"), ("VAL", "validation"), (" test ", "test"), ("dev", "validation")),
        *(("PrivateTest", "test"), ("fold_train", "train"), ("eval", "test"), ("0", None)),
        *(("", None), ("train/test", None), ("tset", None), ("both", None)),
    ],
)
def test_values_of_a_column(value: str, split: str | None) -> None:
    assert split_named(value) == split


def test_what_was_taken_for_what_is_described() -> None:
    splits = {"Test": "test", **{f"train-{n}": "train" for n in range(5)}, "a": "validation"}
    assert describe_splits("data", splits) == (
        "data: train in train-0 … train-4, validation in a, test in Test"
    )
    assert describe_splits("data", {f"t{n}": "test" for n in range(3)}) == (
        "data: test in t0 + t1 + t2"
    )


def test_ignored_names_that_look_like_splits_are_pointed_out() -> None:
    files = [Path("x/test_hard.csv"), Path("x/readme.csv")]
    assert ignored(files, "tables") == [
        "tables are ignored: readme.csv, test_hard.csv; rename test_hard.csv if one of the splits "
        "is meant"
    ]
    assert ignored(files[1:], "tables") == ["tables are ignored: readme.csv"]
    assert ignored([], "tables") == []
