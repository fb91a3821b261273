from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kerasapps.data.sources.table_shapes import is_rows, is_table, shape_of
from tests.data.tongues import table


def put(path: Path, data: str | bytes) -> Path:
    data = data.encode() if isinstance(data, str) else data
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("a.csv", "delimited"),
        ("a.TSV", "delimited"),
        ("a.tab", "delimited"),
        ("a.jsonl", "json"),
        ("a.ndjson.gz", "json"),
        ("a.parquet", "parquet"),
        ("a.png", None),
        ("a", None),
    ],
)
def test_a_suffix_tells_it_whatever_is_inside(tmp_path: Path, name: str, shape: str) -> None:
    assert shape_of(put(tmp_path / name, "x")) == shape
    assert is_table(tmp_path / name) is is_rows(tmp_path / name) is (shape is not None)


@pytest.mark.parametrize("name", ["a.txt", "a.train", "a.valid", "a.test", "a.txt.gz"])
@pytest.mark.parametrize(
    ("content", "shape"),
    [
        ("__label__a good\nbad __label__b\n", "fasttext"),
        ("__label__a good\n" * 19 + "none\n", "fasttext"),
        ("__label__a good\n" * 18 + "none\n", None),
        ("__label__ a\nx__label__a\n", None),
        ("a\tb\n\nc\td\n", "delimited"),
        ("a\tb\n" * 19 + "a\tb\tc\n", "delimited"),
        ("a\tb\n" * 18 + "a\tb\tc\n", None),
        ("just some\nlines of text\n", None),
        ("", None),
    ],
)
def test_the_lines_of_plain_files_tell_it(
    tmp_path: Path, name: str, content: str, shape: str
) -> None:
    assert shape_of(put(tmp_path / name, content)) == shape


@pytest.mark.parametrize(
    ("content", "table", "rows"),
    [
        ('[{"a": 1}]', True, True),
        ('\ufeff [\n  {\n"a": 1}]', True, True),
        ('{"a": 1}\n{"a": 2}', True, False),
        ('{"data": [{"a": 1}]}', True, False),
        ("[1, 2]", False, False),
        ('["{"]', False, False),
        ("", False, False),
    ],
)
def test_json_holds_objects(tmp_path: Path, content: str, table: bool, rows: bool) -> None:
    for codec in ("utf-8", "utf-16"):
        path = put(tmp_path / "a.json", content.encode(codec))
        assert (is_table(path), is_rows(path)) == (table, rows)


def test_a_long_line_and_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kerasapps.data.sources.lines.LINE_LIMIT", 1000)
    path = put(tmp_path / "a.json", json.dumps([{"a": "x" * 900}] * 9))
    assert is_table(path) and is_rows(path)
    assert shape_of(put(tmp_path / "a.txt", "x" * 5000)) is None
    assert shape_of(tmp_path / "gone.txt") is shape_of(tmp_path / "gone.json") is None


def test_files_of_other_kinds_are_not_looked_into(tmp_path: Path) -> None:
    for name in ("a.md", "a.log", "a.py.gz", "README"):
        assert shape_of(put(tmp_path / name, "a\tb\nc\td\n")) is None


def test_other_encodings(tmp_path: Path) -> None:
    text = table("German").replace('",', '"\t').replace("text,", "text\t")
    assert shape_of(put(tmp_path / "a.txt", text.encode("utf-16-le"))) == "delimited"
