from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.readings import read_columns
from kerasapps.data.rows.values import values_of
from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.rows import encode_rows, fit_rows
from kerasapps.recipes.tabular.finished import RULES
from kerasapps.recipes.tabular.reader import RowReader, gather_rows, saved_model_rows, shown_row
from tests.data.row_samples import columns, write_csv


def reader_of(table: dict[str, list[Any]]) -> RowReader:
    values = {name: values_of(cells) for name, cells in table.items() if name != "y"}
    readings = read_columns(values, config=TabularConfig())
    spec = fit_rows(values, readings, target="y", min_count=3)
    arguments = {name: f"in_{name}" for name in spec.names}
    manifest = SimpleNamespace(input={**spec.to_dict(), "arguments": arguments})
    return RowReader(manifest)  # type: ignore[arg-type]


READER = reader_of(columns(200))
ROW = {"age": 39, "job": "cook", "member": True, "since": "2012-03-04", "hours": None}


def test_a_row_is_encoded_as_in_training() -> None:
    inputs = READER.read(ROW)
    expected = encode_rows({name: values_of([ROW[name]]) for name in ROW}, READER.spec).arrays
    assert isinstance(inputs, dict) and READER.shape == {"numbers": (7,), "categories": (2,)}
    for name, array in expected.items():
        np.testing.assert_array_equal(inputs[name], array[0])
        assert inputs[name].shape == READER.shape[name]
    assert READER.reads_whole(ROW)


def test_the_typical_row_stands_for_others() -> None:
    assert READER.typical == {column.name: column.typical for column in READER.spec.columns}
    example = READER.example()
    assert {name: array.shape for name, array in example.items()} == READER.shape  # type: ignore[union-attr]
    raw = READER.raw_example(Path())
    assert set(raw) == {f"in_{name}" for name in READER.spec.names}
    assert isinstance(raw["in_age"], float) and isinstance(raw["in_job"], str)


def test_a_saved_model_takes_numbers_and_texts() -> None:
    cells = {name: values_of([value, None]) for name, value in ROW.items()}
    first, second = saved_model_rows(cells, READER.spec, READER.arguments)
    assert first["in_age"] == 39 and first["in_member"] == "true" and first["in_job"] == "cook"
    assert np.isnan(first["in_hours"]) and np.isnan(second["in_age"]) and second["in_since"] == ""


def test_one_row_or_many() -> None:
    assert READER.split(ROW) == [ROW]
    rows = READER.split({name: [value, value] for name, value in ROW.items()})
    assert len(rows) == 2 and rows[0]["age"] == 39
    series = {name: pd.Series([value, value]) for name, value in ROW.items()}
    assert [row["age"] for row in READER.split(series)] == [39, 39]
    scalars = ROW | {"age": np.array(39), "hours": np.float32(3)}
    assert READER.split(scalars) == [scalars]
    assert READER.read(ROW | {"age": 10**5000})
    with pytest.raises(DataError, match="lacks the columns"):
        READER.read({5: 1})  # type: ignore[dict-item]
    assert READER.split([ROW, ROW, ROW])[2]["job"] == "cook"
    assert READER.check_columns([*ROW, "y", "row_id", "more"], where="here") == ("more",)
    with pytest.raises(DataError, match="here lacks the columns 'age', 'job', 'member', 'since'"):
        READER.check_columns(["hours"], where="here")


def test_what_may_be_meant_is_not_looked_for_among_millions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = []
    monkeypatch.setattr(
        "difflib.get_close_matches", lambda name, known, n: looked_at.append(len(known)) or []
    )
    with pytest.raises(DataError, match="lacks the columns"):
        READER.check_columns(list(map(str, range(5000))), where="here")
    assert max(looked_at) <= 1000


def test_rows_of_files_are_gathered_with_all_their_columns(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", columns(3) | {"extra": ["x", "y", "z"]})
    with first.open("a") as stream:
        stream.write("1,2\n")
    second = write_csv(tmp_path / "b.csv", columns(2, seed=1) | {"extra": ["v", "w"]})
    gathered = gather_rows([str(first), str(second)], reader=READER, encoding=None)
    assert list(gathered.columns) == [*columns(1), "extra"]
    assert [each.name for each in gathered.inputs] == [
        *(f"a.csv, row {row}" for row in (2, 3, 4, 5)), "b.csv, row 2", "b.csv, row 3",
    ]  # fmt: skip
    assert gathered.inputs[0].value["extra"] == "x" and gathered.inputs[3].problem is not None
    assert set(gathered.inputs[3].value) == set(gathered.columns)
    assert any("'extra'" in note and "not used" in note for note in gathered.notes)
    assert READER.read(gathered.inputs[0].value)
    other = write_csv(tmp_path / "c.csv", columns(2))
    with pytest.raises(DataError, match=r"c\.csv has other columns than .*a\.csv"):
        gather_rows([str(first), str(other)], reader=READER, encoding=None)
    few = {name: cells for name, cells in columns(2).items() if name != "job"}
    with pytest.raises(DataError, match="lacks the column 'job'"):
        gather_rows([str(write_csv(tmp_path / "d.csv", few))], reader=READER, encoding=None)


def test_a_row_may_be_json_and_other_files_are_refused(tmp_path: Path) -> None:
    gathered = gather_rows([json.dumps(ROW)], reader=READER, encoding=None)
    (row,) = gathered.inputs
    assert row.value == ROW | {"hours": ""} and list(gathered.columns) == list(ROW)
    assert READER.read(row.value)
    with pytest.raises(DataError, match="the row lacks the columns"):
        gather_rows(['{"age": 3}'], reader=READER, encoding=None)
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"JPEG")
    with pytest.raises(DataError, match=r"a\.jpg is no table: this bundle takes CSV") as error:
        gather_rows([str(photo)], reader=READER, encoding=None)
    assert "pandas" not in str(error.value)


def test_a_broken_row_of_a_table_is_named(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", columns(3))
    with file.open("a") as stream:
        stream.write("1,2\n")
    with pytest.raises(DataError, match=r"a\.csv, row 5: 2 fields"):
        READER.split(file)


def test_a_row_on_a_line_leaves_out_what_is_missing() -> None:
    assert shown_row(ROW, ["age", "hours", "member"]) == "age 39, member true"


def test_the_first_line_names_the_columns_whatever_stands_below(tmp_path: Path) -> None:
    row = {name: ["word"] for name in columns(1)}
    file = write_csv(tmp_path / "words.csv", row)
    assert [each["age"] for each in READER.split(file)] == ["word"]
    (gathered,) = gather_rows([str(file)], reader=READER, encoding=None).inputs
    assert gathered.value["job"] == "word" and gathered.name == "words.csv, row 2"


@pytest.mark.parametrize("arguments", [None, [], {}, {"age": "in_age"}])
def test_a_manifest_names_an_argument_of_each_column(arguments: Any) -> None:
    whole = READER.spec.to_dict() | {"arguments": dict(READER.arguments)}
    assert RULES.input(whole) == READER.spec
    with pytest.raises(ConfigError, match="not an argument a column"):
        RULES.input(whole | {"arguments": arguments})
