from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.audit_text import audit_text
from kerasapps.data.examine import read_usable
from kerasapps.data.rows import steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.errors import DataError
from tests.data.loading import audit_rows, load_rows
from tests.data.row_samples import COLUMNS, columns, write_csv

HERE = Path()


def audited(data: Any, *, load: LoadConfig = LoadConfig(), **options: Any) -> Audit:
    options = {"target": "y", **options}
    return audit_rows(data, config=load, tabular=TabularConfig(**options), seed=0, work_dir=HERE)


def answered(data: Any, *, tabular: TabularConfig, **way: Any) -> SimpleNamespace:
    """The rows to judge a finished model on."""
    collection, rows = read_usable(steps, data, options=tabular, **way)
    columns = {name: values.select(rows) for name, values in collection.columns.items()}
    return SimpleNamespace(columns=columns, target=collection.targets.select(rows).codes)


def test_a_table_becomes_splits_of_columns(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "people.csv", columns(200))
    splits = load_rows(
        file, config=LoadConfig(), tabular=TabularConfig(), seed=0, work_dir=tmp_path
    )
    assert splits.labels == ("high", "low")
    assert [len(each) for each in (splits.train, splits.validation, splits.test)] == [140, 20, 40]
    assert list(splits.train.columns) == list(COLUMNS)
    assert splits.train.labels.dtype == np.int32 and len(splits.train.contents) == 140
    assert splits.train.origin(0).startswith("people.csv, row ")
    kinds = {each.name: each.kind for each in splits.train.readings}
    assert kinds == {
        "row_id": "id", "age": "number", "job": "category", "member": "yes/no", "since": "date",
        "hours": "number", "note": "constant",
    }  # fmt: skip
    assert splits.test.readings is splits.train.readings
    same = load_rows(
        columns(200), config=LoadConfig(), tabular=TabularConfig(), seed=0, work_dir=tmp_path
    )
    assert same.fingerprint == splits.fingerprint
    np.testing.assert_array_equal(same.train.labels, splits.train.labels)


def test_what_was_read_is_told() -> None:
    audit = audited(columns(200))
    told = audit_text(audit)
    assert audit.ok and audit.total == 200
    for line in (
        "target 'y': a class (2 different values)\n",
        "numbers: age, hours; categories: job; yes or no: member; dates: since",
        "left out: row_id (it names the rows: 140 different values), note (always 'none'); --",
        "hours: number (1 to 59), ",
    ):
        assert line in told, line
    numbers = audited(columns(200, number=True))
    assert numbers["counts"] == {"train": 140, "validation": 20, "test": 40}
    assert "Rows: 140 train, 20 validation, 40 test" in audit_text(numbers)


def test_what_gives_the_target_away_or_is_odd_is_warned_of() -> None:
    table = columns(200)
    table["the answer"] = ["yes" if label == "high" else "no" for label in table["y"]]
    table["age"][:3] = ["old", "young", "old"]
    table["mix"] = [n if n % 2 else "even" for n in range(200)]
    audit = audited(table)
    assert audit.ok and [each.name for each in audit["giveaways"]] == ["the answer"]
    warnings = "\n".join(audit.warnings)
    assert "'the answer' alone tells 100.0% of 'y'" in warnings
    assert "(--ignore 'the answer')" in warnings
    assert "'age' has " in warnings and "no number ('old'" in warnings
    assert "'mix' mixes numbers and other values" in warnings
    table["cost"] = [f"{n % 50},5 €" for n in range(200)]
    table["age"][3] = "o" * 500
    (marked,) = [line for line in audited(table).warnings if "'cost'" in line]
    assert "numbers, written with marks ('0,5 €')" in marked and "--ignore cost" in marked
    assert all("o" * 100 not in line for line in audited(table).warnings)
    table["age"][3] = 50
    table.pop("cost")
    clean = audited(table, ignore=("the answer", "age", "mix"))
    assert not clean.warnings and not clean["giveaways"]


def test_copies_across_splits_and_conflicts_are_named() -> None:
    train, test = columns(100), columns(20, seed=1)
    for name in train:
        test[name][0] = train[name][7]
    test["y"][0] = "high" if train["y"][7] == "low" else "low"
    for name in train:
        test[name][1] = train[name][8]
    audit = audited({"train": train, "test": test})
    (copy,) = audit["duplicates"].first
    assert (copy.copy_split, copy.kept_split) == ("train", "test")
    (conflict,) = audit["conflicts"].first
    assert conflict.labels == ("high", "low") and len(conflict.origins) == 2
    assert audit.total == 120, "they are kept"


@pytest.mark.parametrize(
    ("change", "options", "error"),
    [
        ({}, {"target": "z"}, "no column 'z' (target)"),
        ({}, {"number_columns": "job"}, "the column 'job' holds no number at all ('"),
        ({}, {"date_columns": "job"}, "the column 'job' holds no date at all ('"),
        ({"y": ["low"] * 100}, {}, "needs at least two classes"),
        ({"y": [1.5] * 100}, {}, "the target 'y' is 1.5 in every row of training"),
        ({"y": [n * 1e200 for n in range(100)]}, {}, "'y' has numbers up to 9.9e+201"),
        ({"y": [1e9 + n / 9 for n in range(100)]}, {}, "'y', 1000000000 to 1000000011, lie too"),
        ({"y": [*(n / 4 for n in range(99)), "old"]}, {}, "--answer number, and mend or remove wh"),
        ({"y": [f"{n / 4}%" for n in range(100)]}, {}, "write it as 1234.5, without signs: '0.0%'"),
        ({"y": [f"c{n}" for n in range(100)]}, {}, "Name it with target (--target COLUMN)"),
        ({"y": ["?"] * 100}, {}, "none of 100 rows can be used"),
        ({"text": [f"what {n} says is a text" for n in range(100)]}, {}, "'text' holds free text"),
        ({}, {"ignore": ("age", "job", "member", "since", "hours")}, "no column but 'y' says"),
    ],
)
def test_what_cannot_be_used_is_refused(
    change: dict[str, list[Any]], options: dict[str, Any], error: str
) -> None:
    audit = audited(columns(100) | change, **options)
    assert not audit.ok and error in "\n".join(audit.errors)
    with pytest.raises(DataError):
        load_rows(
            columns(100) | change,
            config=LoadConfig(),
            tabular=TabularConfig(**{"target": "y", **options}),
            seed=0,
            work_dir=HERE,
        )


def test_free_text_can_be_taken_or_left() -> None:
    table = columns(100) | {"text": [f"what {n} says is a text" for n in range(100)]}
    assert audited(table, ignore="text").ok and audited(table, category_columns="text").ok


def test_an_unknown_class_of_a_given_split_is_refused_or_left_out() -> None:
    data = {"train": columns(100), "test": columns(20)}
    data["test"]["y"][0] = "medium"
    assert "class 'medium' is in test (1 rows) but not in train" in audited(data).errors[0]
    load = LoadConfig(unknown_classes="skip")
    splits = load_rows(data, config=load, tabular=TabularConfig(), seed=0, work_dir=HERE)
    assert splits.labels == ("high", "low") and len(splits.test) == 19
    assert set(splits.test.labels.tolist()) == {0, 1}
    assert audited(data, load=load)["counts"]["test"].keys() == {"high", "low"}


def test_rows_to_judge_on_are_those_of_the_test_split_where_there_is_one() -> None:
    told: list[str] = []
    data = {"train": columns(100), "test": columns(20, seed=1)}
    tabular = TabularConfig(target="y")
    usable = answered(data, tabular=tabular, max_broken=0.05, work_dir=HERE, tell=told.append)
    assert len(usable.target) == 20 and set(usable.columns) == set(COLUMNS)
    usable = answered(
        columns(30), tabular=tabular, max_broken=0.05, work_dir=HERE, tell=told.append
    )
    assert len(usable.target) == 30
    broken = columns(30) | {"y": [*["low"] * 20, *[None] * 10]}
    with pytest.raises(DataError, match="10 of 30 rows"):
        answered(broken, tabular=tabular, max_broken=0.05, work_dir=HERE, tell=told.append)
    some = answered(broken, tabular=tabular, max_broken=0.5, work_dir=HERE, tell=told.append)
    assert len(some.target) == 20 and any("Broken rows left out: 10" in line for line in told)


def test_the_options_are_plain_fields() -> None:
    assert {each.name for each in dataclasses.fields(TabularConfig)} >= {"target", "answer", "bins"}
