"""Parquet shards: groups of rows of a size, and columns that the first of them fix."""

from __future__ import annotations

import gc
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet as arrow

from kerasapps.errors import DataError
from kerasapps.shards import FORMATS, Record, parquet
from tests.shards.shards_made import make_shard

PARQUET = FORMATS["parquet"]


def groups(file: Path) -> list[int]:
    """Rows of each group."""
    data = arrow.ParquetFile(file).metadata
    return [data.row_group(place).num_rows for place in range(data.num_row_groups)]


def test_a_group_ends_by_its_rows_or_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.parquet"
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 3)
    monkeypatch.setattr(parquet, "_GROUP_BYTES", 100)
    records: list[Record] = [
        {"x": bytes([n]) * size} for n, size in enumerate([60, 60, 1, 1, 1, 1])
    ]
    places = make_shard(file, records, name="parquet")
    assert groups(file) == [2, 3, 1]
    for number in (5, 2, 0, 4, 1, 3):
        assert PARQUET.at(file, *places[number]) == records[number]


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")  # of its library
def test_fields_that_come_later_are_refused_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 2)
    later: list[Record] = [{"x": 1}, {"x": 2}, {"x": 3, "y": 4}]
    with pytest.raises(DataError, match="'y': the first records have no such field"):
        make_shard(tmp_path / "a", later, name="parquet")
    gc.collect()
    assert not [*tmp_path.iterdir()]
    within: list[Record] = [{"x": 1}, {"y": 2}, {"x": 3}]
    make_shard(tmp_path / "a", within, name="parquet")
    assert [*PARQUET.read(tmp_path / "a")] == [
        *({"x": 1, "y": None}, {"x": None, "y": 2}, {"x": 3, "y": None})
    ]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    column = pyarrow.array([1])
    arrow.write_table(pyarrow.table([column, column], names=["x", "x"]), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a\.parquet: two columns are called 'x'"):
        list(PARQUET.scan(tmp_path / "a.parquet"))
