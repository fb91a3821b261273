from __future__ import annotations

import io
import json
from typing import Any

import pytest

from kerasapps.data.sources import json_values
from kerasapps.data.sources.json_values import Value, parse, values_of

ROWS: list[Any] = [{"text": f'grüß {n} ] }} , " é', "n": [n, {"a": n}]} for n in range(50)]


def values(text: str | bytes) -> list[Value]:
    return list(values_of(io.BytesIO(text.encode() if isinstance(text, str) else text)))


@pytest.mark.parametrize("piece", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2, ensure_ascii=False),
        "\ufeff\n" + json.dumps(ROWS) + "\n\n",
        "\n".join(json.dumps(row, indent=1) for row in ROWS),
        "[\n" + "\n,".join(map(json.dumps, ROWS)) + "\n]",
    ],
)
def test_all_values_whatever_the_pieces(
    text: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_values, "_PIECE", piece)
    assert values(text) == [Value(number, row) for number, row in enumerate(ROWS, 1)]


def test_nothing_is_no_value() -> None:
    assert values("") == values("[]") == values(" [ ] \n") == []
    assert [each.value for each in values("[1, null, []]")] == [1, None, []]


@pytest.mark.parametrize(
    ("text", "after", "why"),
    [
        ('[{"a": 1}, {"a": }]', 1, "value 2 is not valid JSON"),
        ('[{"a": 1}, {"a": 2', 1, "value 2 is not valid JSON"),
        ('[{"a": 1}, {"a": 2}', 2, "the array has no end"),
        ('[{"a": 1}] {"a": 2}', 1, "something follows"),
        ('{"a": 1} x', 1, "value 2 is not valid JSON"),
        ("[" * 100_000, 0, "value 1 is not valid JSON"),
    ],
)
def test_what_is_no_json_ends_it_with_an_error(text: str, after: int, why: str) -> None:
    read = values_of(io.BytesIO(text.encode()))
    for _ in range(after):
        next(read)
    with pytest.raises(ValueError, match=why):
        next(read)


def test_a_value_that_never_ends_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MOST", 100)
    monkeypatch.setattr(json_values, "_PIECE", 10)
    stream = io.BytesIO(b'["' + b"x" * 100_000)
    with pytest.raises(ValueError, match="value 1"):
        list(values_of(stream))
    assert stream.tell() < 1000


def test_what_is_wrong_with_one_value_is_told() -> None:
    found = values(b'[{"a": 1, "b": {"c": 1, "c": 2}}, {"a": "\xff"}, {"a": "\\ud83d"}, {"a": 3}]')
    assert [each.problem for each in found] == [
        "an object has the key 'c' twice",
        "its bytes are not UTF-8",
        "",
        "",
    ]


def test_one_value() -> None:
    assert parse('{"a": [1]}') == {"a": [1]}
    for text, why in (('{"a": 1, "a": 1}', "the key 'a' twice"), ("{", "Expecting")):
        with pytest.raises(ValueError, match=why):
            parse(text)
