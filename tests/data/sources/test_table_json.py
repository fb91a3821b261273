from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.table_json import open_json
from kerasapps.data.texts.sources import is_text_data
from kerasapps.errors import DataError
from tests.data import pair_samples as pairs
from tests.data import text_samples as texts
from tests.data.text_samples import audit, content, load, reason

ROWS = texts.rows(40)
OBJECTS = [{"id": n, "text": text, "label": label} for n, (text, label) in enumerate(ROWS)]
EXPECTED = dict(ROWS)

FORMS: dict[str, str] = {
    "array": json.dumps(OBJECTS),
    "pretty": json.dumps(OBJECTS, indent=2),
    "lines": "\n".join(map(json.dumps, OBJECTS)),
    "objects": "\n".join(json.dumps(row, indent=1) for row in OBJECTS),
    "an element a line": "[\n" + ",\n".join(map(json.dumps, OBJECTS)) + "\n]\n",
    "wrapped": json.dumps({"version": 1, "data": OBJECTS}),
    "wrapped pretty": json.dumps({"rows": OBJECTS, "splits": ["a"]}, indent=1),
}


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_json(tmp_path: Path, work: Path, name: str, form: str) -> None:
    path = tmp_path / name
    path.write_text(FORMS[form], encoding="utf-8")
    assert is_text_data(path)
    splits = load(path, work)
    assert content(splits) == EXPECTED
    key = {"wrapped": "'data'", "wrapped pretty": "'rows'"}.get(form)
    told = [f"{name}: the rows are in {key}"] if key else []
    assert list(splits.audit.guesses) == [*told, f"{name}: text in 'text', label in 'label'"]
    row = [text for text, _ in ROWS].index(splits.test.texts[0]) + 1
    assert splits.test.origin(0) == f"{name}, row {row}" or form in ("lines", "an element a line")


def test_an_array_in_utf16(tmp_path: Path, work: Path) -> None:
    (tmp_path / "a.json").write_bytes(FORMS["array"].encode("utf-16"))
    assert content(load(tmp_path / "a.json", work)) == EXPECTED


def test_a_long_line(tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.data.sources.lines.LINE_LIMIT", 1000)
    (tmp_path / "a.json").write_text(FORMS["array"])
    assert content(load(tmp_path / "a.json", work)) == EXPECTED
    (tmp_path / "a.jsonl").write_text("x" * 5000)
    assert "its first line has more than 1,000 bytes" in reason(tmp_path / "a.jsonl", work)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"text": ["a", "b"], "label": ["x", "y"]}, "is one object ('text', 'label'): expected"),
        ({"text": {"0": "a"}, "label": {"0": "x"}}, "to_json(orient='records')"),
        ({"a": OBJECTS, "b": OBJECTS}, "is one object ('a', 'b')"),
        ([], "holds no rows of JSON"),
        ([1, 2], "holds no rows of JSON"),
        (5, "holds no rows of JSON"),
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_what_holds_no_rows(
    tmp_path: Path, work: Path, value: Any, part: str, indent: int | None
) -> None:
    for name in ("a.json", "a.jsonl"):
        (tmp_path / name).write_text(json.dumps(value, indent=indent))
        assert part in reason(tmp_path / name, work)


def test_broken_rows_are_named(tmp_path: Path, work: Path) -> None:
    path = tmp_path / "a.json"
    odd = [
        '"text"',
        '{"text": "a", "text": "b", "label": "neg"}',
        '{"text": "\\u0000", "label": 1}',
    ]
    path.write_bytes(
        FORMS["array"][:-1].encode() + f", {', '.join(odd)}".encode() + b', {"text": "\xff"}]'
    )
    found = audit(path, work, max_broken=0.5)
    assert {row.origin: row.reason for row in found["broken"].first} | {"a.json, row 43": ""} == {
        "a.json, row 41": "a str, expected a JSON object",
        "a.json, row 42": "an object has the key 'text' twice",
        "a.json, row 43": "",
        "a.json, row 44": "its bytes are not UTF-8",
    }


@pytest.mark.parametrize(
    ("end", "why"), [(', {"a": ', "value"), ("", "no end"), ("] []", "follows")]
)
def test_what_is_cut_or_goes_on_is_an_error(
    tmp_path: Path, work: Path, end: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_text(FORMS["pretty"].rstrip("]\n") + end)
    assert why in reason(tmp_path / "a.json", work)
    monkeypatch.setattr("kerasapps.data.sources.table_json.SAMPLE_ROWS", 20)
    error = reason(tmp_path / "a.json", work)
    assert "behind row 40 " in error and why in error and "nothing more can be read" in error


def test_pairs(tmp_path: Path, work: Path) -> None:
    rows = [{"translation": {"en": a, "de": b}} for a, b in pairs.pairs(40)]
    for indent in (None, 2):
        (tmp_path / "a.json").write_text(json.dumps({"data": rows}, indent=indent))
        splits = pairs.load(tmp_path / "a.json", work)
        assert pairs.content(splits) == dict(pairs.pairs(40))
        assert splits.audit["source_language"] == "en"


def test_the_names_are_those_of_all_first_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1}, {"b": 2, "a": 3}, 5]')
    table = open_json(path, Encoding(), example="")
    assert (table.names, table.sample, table.header) == (["a", "b"], [[1, None], [3, 2]], True)
    assert [record.fields for record in table.records([1])][:2] == [[None, None], [None, 2]]
    path.write_text("5\n6\n")
    with pytest.raises(DataError, match="such as EXAMPLE, or an array of them"):
        open_json(path, Encoding(), example="EXAMPLE")
