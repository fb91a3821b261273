from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from kerasapps.errors import ConfigError
from kerasapps.workflow import inputs
from kerasapps.workflow.inputs import (
    Input,
    Named,
    cut_note,
    gather_texts,
    inputs_of_lines,
    inputs_of_texts,
)
from tests.shards.shards_made import make_shard
from tests.values import kinds_of, left_open_in


def lines(content: bytes) -> list[Input]:
    read = inputs_of_lines(io.BytesIO(content))
    assert read.by_line
    return list(read.inputs)


def test_every_line_is_an_input_in_its_place() -> None:
    assert lines(b"\xef\xbb\xbfone\r\n\nbad \xff byte\nfour") == [
        Input("line 1", "one"),
        Input("line 2", ""),
        Input("line 3", "", "line 3 is not UTF-8 at byte 5"),
        Input("line 4", "four"),
    ]


def test_other_line_ends_of_unicode_end_no_line() -> None:
    (only,) = lines("a\u2028b\x0bc\x85d".encode())
    assert only.value == "a\u2028b\x0bc\x85d"
    assert lines(b"") == []


def test_a_mark_that_is_not_at_the_start_belongs_to_the_text() -> None:
    assert [each.value for each in lines("a\n\ufeffb\n".encode())] == ["a", "\ufeffb"]


def test_what_is_no_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file := tmp_path / "reviews.txt").write_text("good")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nice").mkdir()
    given = ["good", "nice", "good/bad", "reviews.tx", "a\0b", "long " * 9999]
    found = inputs_of_texts(given)
    assert [each.value for each in found.inputs] == given and not found.notes
    assert [each.name for each in found.inputs][:2] == ["text 1", "text 2"]
    make_shard(tmp_path / "shards" / "a.tfrecord", [{"text": "good"}], name="tfrecord")
    kinds = {str(file): "file", "reviews.txt": "file", "nice/": "folder", "shards": "folder"}
    for text, kind in kinds.items():
        with pytest.raises(ConfigError, match=f"is a {kind}, and its name is not the text"):
            inputs_of_texts(["good", text])
    for text in ("", " \n"):
        with pytest.raises(ConfigError, match="the text is empty"):
            inputs_of_texts([text])


def test_an_empty_text_keeps_no_other_from_its_answer() -> None:
    first, second, third = inputs_of_texts(["good", "", "bad"]).inputs
    assert (first.problem, third.problem) == (None, None)
    assert second == Input("text 2", "", "text 2 is empty: give one in quotes")


def test_arguments_of_utf8_in_another_locale() -> None:
    halves = "日本 good".encode().decode("ascii", "surrogateescape")
    given = inputs_of_texts([halves, "x\udcff", "\ud83d"]).inputs
    assert [each.value for each in given] == ["日本 good", "x\udcff", "\ud83d"]


def test_many_cut_texts_are_one_note() -> None:
    assert cut_note(Named.of(["line 3"])) == (
        "note: line 3 is longer than the model reads: its end was ignored"
    )
    names = [f"line {number}" for number in range(1, 8)]
    assert cut_note(Named.of(names[:5])).endswith("ignored: line 1, line 2, line 3, line 4, line 5")
    assert cut_note(Named.of(names)).startswith("note: 7 texts are longer than the model reads")
    assert cut_note(Named.of(names)).endswith("line 5 and 2 more")


def test_standard_input_in_another_encoding() -> None:
    text = "Das Frühstück war gut\r\nund die Straße ist schön\nder Käse\n"
    for codec in ("cp1252", "utf-16-le", "utf-32"):
        given = inputs_of_lines(io.BytesIO(text.encode(codec)))
        assert [each.value for each in given.inputs] == text.replace("\r", "").splitlines()
        assert given.notes[0].startswith("standard input") and len(given.notes) == 1
    told = inputs_of_lines(io.BytesIO(text.encode("cp850")), encoding="cp850")
    assert [each.value for each in told.inputs] == text.replace("\r", "").splitlines()
    assert told.notes == []


def test_lines_of_an_old_mac_are_lines() -> None:
    assert [each.value for each in lines(b"one\r\rthree\r")] == ["one", "", "three"]
    assert [each.value for each in lines(b"one\rtwo\nthree\n")] == ["one\rtwo", "three"]


def test_a_line_that_another_encoding_lacks_keeps_its_place() -> None:
    given = inputs_of_lines(io.BytesIO(b"a\n\x81\nb\n"), encoding="cp1252")
    assert given.inputs[1] == Input("line 2", "", "line 2 is not CP1252")
    assert [each.value for each in given.inputs] == ["a", "", "b"]


def test_a_line_that_may_be_two_things_is_not_read() -> None:
    given = inputs_of_lines(io.BytesIO(b"na\xefve\n"))
    assert given.inputs == [Input("line 1", "", "line 1 is not UTF-8 at byte 3")]
    assert "name it with encoding" in given.notes[0]


@pytest.mark.parametrize(
    ("arguments", "encoding", "message"),
    [
        (["-", "a"], None, "- reads the texts from standard input and stands alone"),
        (["a", "-"], None, "- reads the texts from standard input and stands alone"),
        (["a"], "cp850", "--encoding is for texts from standard input: give - as the input"),
    ],
)
def test_what_does_not_go_together(
    arguments: list[str], encoding: str | None, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        gather_texts(arguments, encoding=encoding)


def test_texts_are_arguments_or_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = gather_texts(["a", "b"], encoding=None)
    assert gathered.inputs == [Input("text 1", "a"), Input("text 2", "b")]
    assert not gathered.by_line
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO("ä\nb".encode("cp850"))))
    gathered = gather_texts(["-"], encoding="cp850")
    assert gathered.inputs == [Input("line 1", "ä"), Input("line 2", "b")] and gathered.by_line
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(ConfigError, match="standard input, which is closed"):
        gather_texts(["-"], encoding=None)


def test_kinds_of_values() -> None:
    assert kinds_of(inputs) == {"Inputs": "frozen, by name", "Input": "frozen", "Named": "frozen"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(inputs) == {
        "Input": {"problem": None},
        "Inputs": {"notes": (), "by_line": False, "columns": ()},
    }
