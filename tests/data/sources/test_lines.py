from __future__ import annotations

import gzip
import io
import tracemalloc
from pathlib import Path

import pytest

from kerasapps.data.sources import lines as text_lines
from kerasapps.data.sources.lines import Lines, open_binary, sample_lines
from kerasapps.errors import DataError
from tests.odd_files import IRREGULAR, make_irregular


@pytest.mark.parametrize("kind", IRREGULAR)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl.gz"])
def test_what_is_no_file_is_refused_by_name(tmp_path: Path, kind: str, name: str) -> None:
    odd = make_irregular(tmp_path / name, kind)
    for call in (sample_lines, lambda file: open_binary(file).__enter__()):
        with pytest.raises(DataError, match=f"cannot read .*{name}: it is {IRREGULAR[kind]}"):
            call(odd)


def test_a_line_that_is_too_long_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "LINE_LIMIT", 10)
    stream = io.BytesIO(b"123456789\n1234567890\n" + b"x" * 999 + b"\nnext \xff\n" + b"y" * 11)
    lines = Lines(stream)
    assert [next(lines), lines.problem] == ["123456789\n", None]
    assert next(lines) == "\n"
    assert lines.problem is not None
    assert lines.problem == ("over-long", "the line has more than 10 bytes")
    lines.problem = None
    assert next(lines) == "\n" and lines.problem is not None
    lines.problem = None
    assert next(lines) == "next \ufffd\n" and lines.number == 4
    assert lines.problem == ("bad UTF-8", "byte 1026 (0xff) is not UTF-8")
    lines.problem = None
    assert next(lines) == "\n" and lines.problem is not None and lines.problem[0] == "over-long"
    assert list(lines) == [] and lines.ended


def test_a_packed_line_of_any_length_takes_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "one.txt.gz"
    with gzip.open(file, "wb", compresslevel=1) as stream:
        for _ in range(100):
            stream.write(b"x" * (1 << 20))
        stream.write(b"\nshort\n")
    tracemalloc.start()
    try:
        with open_binary(file) as packed:
            assert list(Lines(packed)) == ["\n", "short\n"]
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


def test_a_sample_has_some_lines_however_long_they_are(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    line = "long " * 60_000 + ",label\n"
    file.write_text("text,label\n" + line * 30, encoding="utf-8")
    lines, whole = sample_lines(file)
    assert not whole and len(lines) >= 20 and lines[:2] == ["text,label\n", line]
    file.write_text("text,label\n" + line, encoding="utf-8")
    assert sample_lines(file) == (["text,label\n", line], True)


def test_a_first_line_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_lines, "LINE_LIMIT", 1 << 10)
    file = tmp_path / "long.csv"
    file.write_bytes(b"\n" + b"x" * (1 << 19))
    with pytest.raises(DataError, match=r"long\.csv: its first line has more than 1,024 bytes"):
        sample_lines(file)


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.txt.gz"
    file.write_bytes(gzip.compress(b"one\ntwo\n" * 999)[:-20])
    with pytest.raises(DataError, match=r"cannot unpack .*a\.txt\.gz: .*damaged"):
        sample_lines(file)
    file.write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"cannot unpack .*a\.txt\.gz: .*damaged"):
        sample_lines(file)
