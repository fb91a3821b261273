from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kerasapps.data.sources.forms import (
    describe_source,
    is_dataset,
    is_folder,
    is_frame,
    may_have_columns,
    two_files,
    why_missing,
)
from kerasapps.errors import DataError


def test_data_sets_are_known_without_importing_tensorflow() -> None:
    def made(name: str, module: str) -> object:
        return type(name, (), {"__module__": module})()

    assert is_dataset(made("DatasetV2", "tensorflow.python.data"))
    assert not is_dataset(made("Tensor", "tensorflow.python.data"))
    assert not is_dataset(made("DatasetV2", "other"))


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (pd.DataFrame({"a": [1]}), True),
        (pa.table({"a": [1]}), True),
        ([{"a": 1}], True),
        (({"a": 1}, 2), True),
        ([], False),
        ([1], False),
        ({"a": [1]}, False),
        (pd.Series([1]), False),
        ("a.csv", False),
    ],
)
def test_tables_in_memory(data: Any, frame: bool) -> None:
    assert is_frame(data) == frame
    if not isinstance(data, str):
        assert may_have_columns(data, tables_in=lambda folder: True) == frame


def test_where_there_may_be_columns(tmp_path: Path) -> None:
    for tables in (True, False):
        assert may_have_columns(tmp_path, tables_in=lambda folder, tables=tables: tables) == tables
    assert may_have_columns(tmp_path / "a.csv", tables_in=lambda folder: False)
    assert may_have_columns("tfds:any", tables_in=lambda folder: False)


def test_data_is_described_by_its_form(tmp_path: Path) -> None:
    assert describe_source(tmp_path) == str(tmp_path)
    assert describe_source((np.zeros(2), [1])) == "arrays in memory"
    assert describe_source((tmp_path, "b")) == f"{tmp_path} + b"
    assert describe_source(pd.DataFrame()) == "DataFrame"
    assert describe_source({"test": iter([]), "train": "x"}) == "train: x, test: list_iterator"


def test_folders_and_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "photos.gz").write_bytes(b"")
    assert is_folder(tmp_path)
    assert not is_folder(tmp_path / "photos.gz", archives=(".zip",))
    with pytest.raises(DataError, match=r"photos\.gz is an archive: unpack it"):
        is_folder(tmp_path / "photos.gz")
    with pytest.raises(DataError, match=r"photo\.gz does not exist; did you mean .*photos\.gz\?"):
        is_folder(tmp_path / "photo.gz")
    assert why_missing(tmp_path / "other") == "does not exist"
    assert "nor can its folder" in why_missing(tmp_path / "none" / "other")
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    assert "a symbolic link to nothing" in why_missing(tmp_path / "link")


@pytest.mark.parametrize(
    ("data", "two"),
    [
        (("a.en", "a.de"), True),
        ((Path("a"), "b"), True),
        (["a.en", "a.de"], False),
        (("a",), False),
        (("a", "b", "c"), False),
        ((["a text"], ["a label"]), False),
        (("a", ["b"]), False),
    ],
)
def test_two_aligned_files(data: Any, two: bool) -> None:
    assert two_files(data) is two
