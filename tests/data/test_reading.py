"""Files of texts in any encoding and with any line ends, through the whole of reading."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import ClassVar

import pytest

from tests.data import pair_samples as pairs
from tests.data import text_samples as texts
from tests.data.tongues import TONGUES, table

_ROWS = [(row[0], row[1]) for row in csv.reader(io.StringIO(table("German")))][1:]
_EXPECTED = dict(_ROWS)


def _json_lines(rows: list[tuple[str, str]]) -> str:
    made = (json.dumps({"text": t, "label": x}, ensure_ascii=False) for t, x in rows)
    return "".join(f"{line}\n" for line in made)


@pytest.mark.parametrize("codec", ["cp1252", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_a_table_in_another_encoding(tmp_path: Path, work: Path, name: str, codec: str) -> None:
    text = table("German") if name != "a.jsonl" else _json_lines(_ROWS)
    text = text.replace('",', '"\t').replace("text,", "text\t") if name == "a.tsv" else text
    (tmp_path / name).write_bytes(text.encode(codec))
    splits = texts.load(tmp_path / name, work)
    assert texts.content(splits) == _EXPECTED
    assert f"{name}: read as {codec.upper() if 'utf' in codec else codec}" in str(
        splits.audit.guesses
    )
    assert texts.content(texts.load(tmp_path / name, work, encoding=codec)) == _EXPECTED


def test_a_row_that_cannot_be_decoded_is_named(tmp_path: Path, work: Path) -> None:
    (tmp_path / "a.csv").write_bytes(table("German").encode("cp1252") + b'"\x81\x8d der",pos\n')
    audit = texts.audit(tmp_path / "a.csv", work)
    assert audit.total == 60 and audit["faults"] == {"bad encoding": 1}
    (row,) = audit["broken"].first
    assert (row.origin, row.reason) == ("a.csv, row 62", "a byte or more are not CP1252")


def test_what_may_be_two_encodings_is_told_and_not_read(tmp_path: Path, work: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [[f"na\u00efve {text}", label] for text, label in texts.rows(40)]
    texts.write_csv(path, rows)
    path.write_bytes(path.read_text().encode("cp1252").replace(b" ", b"_").replace(b"_", b"x"))
    audit = texts.audit(path, work)
    assert not audit.ok and audit.total == 0 and audit["faults"] == {"bad UTF-8": 40}
    assert any("name it with encoding" in each for each in audit.warnings)
    assert texts.audit(path, work, encoding="cp1252").total == 40


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_line_ends(tmp_path: Path, work: Path, kind: str) -> None:
    text = table("German") if kind == "csv" else _json_lines(_ROWS)
    path = tmp_path / f"a.{kind}"
    for ends in ("\r", "\r\n"):
        path.write_bytes(text.replace("\n", ends).encode())
        assert texts.content(texts.load(path, work)) == _EXPECTED
        notes = texts.audit(path, work).notes  # of Windows' ends there is nothing to say
        assert ["old Macs" in note for note in notes] == ([True] if ends == "\r" else [])
    # a file of an old Mac that was copied behind another
    lines = text.splitlines()
    path.write_bytes(("\n".join(lines[:30]) + "\n" + "\r".join(lines[30:])).encode())
    splits = texts.load(path, work)
    assert texts.content(splits) == _EXPECTED
    assert splits.audit["broken"].total == 0


def test_carriage_returns_in_a_text_split_no_row(tmp_path: Path, work: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        table("German").encode() + b'"two\rlines",pos\nthe\rend of it,neg\na,b\rc,d,e\n'
    )
    audit = texts.audit(tmp_path / "a.csv", work)
    assert audit.total == 61
    assert [row.origin for row in audit["broken"].first] == ["a.csv, row 63", "a.csv, row 64"]


def test_other_ends_of_unicode_and_zeros_are_part_of_a_text(tmp_path: Path, work: Path) -> None:
    odd = [
        [f"{text}\u2028more\u2029\x85\x0b\x0c\x1c\0end", label] for text, label in texts.rows(40)
    ]
    for name in ("a.csv", "a.tsv"):
        splits = texts.load(texts.write_csv(tmp_path / name, odd), work)
        assert {text.split("\u2028")[0] for text in texts.content(splits)} == {
            text for text, _ in texts.rows(40)
        }
    (tmp_path / "a.jsonl").write_text(_json_lines([(a, b) for a, b in odd]), encoding="utf-8")
    assert texts.audit(tmp_path / "a.jsonl", work).total == 40


@pytest.mark.parametrize("kind", ["csv", "jsonl", "jsonl.gz", "txt", "source"])
def test_a_long_first_text(tmp_path: Path, work: Path, kind: str) -> None:
    rows = [("lang und länger " * 20_000 + "Ende", "pos"), *_ROWS]
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        texts.write_csv(path, [list(row) for row in rows])
    elif kind.startswith("jsonl"):
        data = _json_lines(rows).encode()
        path.write_bytes(gzip.compress(data) if kind.endswith("gz") else data)
    elif kind == "txt":
        path = tmp_path / "data"
        for number, (text, label) in enumerate(rows):
            (path / label).mkdir(parents=True, exist_ok=True)
            (path / label / f"{number}.txt").write_text(text, encoding="utf-8")
    else:
        sides = pairs.write_aligned(tmp_path, "a", [(text, text[::-1]) for text, _ in rows])
        audit = pairs.audit(sides, work)
        assert (
            audit.counts
            and sum(audit.counts.values()) == 60
            and audit["faults"] == {"over-long": 1}
        )
        return
    if kind == "jsonl.gz":
        assert "archive" in texts.reason(path, work)
        folder = tmp_path / "folder"
        folder.mkdir()
        path = path.rename(folder / "train.jsonl.gz")
        return
    assert texts.audit(path, work).total == 61


class TestFolders:
    def _write(self, root: Path, encoded: list[tuple[bytes, str]]) -> Path:
        for number, (data, label) in enumerate(encoded):
            (root / label).mkdir(parents=True, exist_ok=True)
            (root / label / f"{number}.txt").write_bytes(data)
        return root

    @pytest.mark.parametrize("codec", ["cp1252", "utf-16", "utf-16-le", "utf-32-be"])
    def test_all_texts_have_one_encoding(self, tmp_path: Path, work: Path, codec: str) -> None:
        root = self._write(tmp_path / "d", [(text.encode(codec), label) for text, label in _ROWS])
        splits = texts.load(root, work)
        assert texts.content(splits) == _EXPECTED
        if codec == "cp1252":
            assert "d: read as cp1252, as it is not UTF-8" in str(splits.audit.guesses)

    def test_one_that_is_named(self, tmp_path: Path, work: Path) -> None:
        root = self._write(tmp_path / "d", [(text.encode("cp850"), x) for text, x in _ROWS])
        assert texts.content(texts.load(root, work, encoding="cp850")) == _EXPECTED

    def test_a_few_odd_ones_are_broken(self, tmp_path: Path, work: Path) -> None:
        odd = [("schöner Tag".encode("cp1252"), "pos")]
        rows = [(f"\ufeff{text}".encode(), label) for text, label in _ROWS]
        audit = texts.audit(self._write(tmp_path / "d", rows + odd), work)
        assert audit.total == 60 and audit["faults"] == {"bad UTF-8": 1}
        cp1252 = [(text.encode("cp1252"), label) for text, label in _ROWS]
        audit = texts.audit(self._write(tmp_path / "e", [*cp1252, (b"\x81", "pos")]), work)
        assert audit.total == 60 and audit["faults"] == {"bad encoding": 1}


class TestPairs:
    _PAIRS: ClassVar = [
        (f"{TONGUES['French'][0][n % 2]} {n}", f"Это {n}, и кошка не спит на окне")
        for n in range(40)
    ]

    @pytest.mark.parametrize(
        ("ours", "theirs"), [("cp1252", "cp1251"), ("utf-16-le", "koi8-r"), ("utf-8", "utf-16")]
    )
    def test_each_side_has_its_own(
        self, tmp_path: Path, work: Path, ours: str, theirs: str
    ) -> None:
        files = (tmp_path / "a.fr", tmp_path / "a.ru")
        for file, codec, side in zip(files, (ours, theirs), (0, 1), strict=True):
            file.write_bytes("".join(f"{pair[side]}\n" for pair in self._PAIRS).encode(codec))
        splits = pairs.load(files, work)
        assert pairs.content(splits) == dict(self._PAIRS)
        told = str(splits.audit.guesses)
        assert ("a.fr: read as" in told) == (ours != "utf-8") and "a.ru" in told

    def test_line_ends_of_old_macs_on_one_side(self, tmp_path: Path, work: Path) -> None:
        (tmp_path / "a.en").write_bytes("\r".join(a for a, _ in self._PAIRS).encode())
        (tmp_path / "a.ru").write_bytes("\n".join(b for _, b in self._PAIRS).encode("koi8-r"))
        files = (tmp_path / "a.en", tmp_path / "a.ru")
        assert pairs.content(pairs.load(files, work, encoding=None)) == dict(self._PAIRS)

    def test_a_line_that_cannot_be_decoded_is_named(self, tmp_path: Path, work: Path) -> None:
        files = (tmp_path / "a.fr", tmp_path / "a.ru")
        files[0].write_bytes("".join(f"{a}\n" for a, _ in self._PAIRS).encode("cp1252") + b"\x81\n")
        files[1].write_text("".join(f"{b}\n" for _, b in self._PAIRS) + "x\n", encoding="utf-8")
        (row,) = pairs.audit(files, work)["broken"].first
        assert row.reason == "a.fr: a byte or more are not CP1252"
        assert "no file of text" not in str(pairs.audit(files, work).errors)


@pytest.mark.parametrize("data", ["builtin:reviews", [("a", "b")], ("a.parquet",)])
def test_an_encoding_of_what_is_no_file_of_text(tmp_path: Path, work: Path, data: object) -> None:
    if data == ("a.parquet",):
        (tmp_path / "a.parquet").write_bytes(b"PAR1")
        data = tmp_path / "a.parquet"
    assert "encoding is for files of text" in texts.reason(data, work, encoding="cp1252")
    data = "builtin:phrases" if data == "builtin:reviews" else data
    assert "encoding is for files of text" in pairs.reason(data, work, encoding="cp1252")
