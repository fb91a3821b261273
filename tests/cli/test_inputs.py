from __future__ import annotations

import io
from pathlib import Path

from kerasapps.cli import inputs
from kerasapps.cli.inputs import Input, cut_note, inputs_of_files, inputs_of_lines
from tests.values import kinds_of


def lines(content: bytes) -> list[Input]:
    return list(inputs_of_lines(io.BytesIO(content)))


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


def test_many_cut_texts_are_one_note() -> None:
    assert cut_note(["line 3"]) == (
        "note: line 3 is longer than the model reads: its end was ignored"
    )
    names = [f"line {number}" for number in range(1, 8)]
    assert cut_note(names[:5]).endswith("ignored: line 1, line 2, line 3, line 4, line 5")
    assert cut_note(names).startswith("note: 7 texts are longer than the model reads")
    assert cut_note(names).endswith("line 5 and 2 more")


def test_folders_are_their_pictures(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "b/1.png", "a.gif", "notes.txt", "b/.hidden.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    given = ["gone.png", str(tmp_path), str(tmp_path / "empty"), "https://a.org/b.png", ""]
    assert list(inputs_of_files(given)) == [
        Input("picture 1", "gone.png"),
        Input("picture 2", str(tmp_path / "a.gif")),
        Input("picture 3", str(tmp_path / "b/1.png")),
        Input("picture 4", str(tmp_path / "b/2.jpg")),
        Input("picture 5", "", f"{tmp_path / 'empty'} holds no pictures"),
        Input("picture 6", "https://a.org/b.png"),
        Input("picture 7", ""),
    ]


def test_kinds_of_values() -> None:
    assert kinds_of(inputs) == {"Input": "frozen"}
