"""WebDataset shards as others write them, and what no shard may hold."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from kerasapps.errors import DataError
from kerasapps.shards import FORMATS, Record
from tests.shards.shards_made import make_shard

WEBDATASET = FORMATS["webdataset"]


def write_tar(file: Path, files: dict[str, bytes], *, form: int = tarfile.GNU_FORMAT) -> None:
    with tarfile.open(file, "w", format=form) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_suffixes_tell_the_kinds_of_values(tmp_path: Path, form: int) -> None:
    file = tmp_path / "a.tar"
    long = "x" * (90 if form == tarfile.USTAR_FORMAT else 200)
    write_tar(
        file,
        {
            "a/0001.JPG": b"jpeg",
            "a/0001.cls": b"7\n",
            f"a/{long}.input.jpg": b"more",
            f"a/{long}.json": json.dumps({"label": "ü"}).encode(),
            f"a/{long}.txt": "ä".encode(),
        },
        form=form,
    )
    first, second = WEBDATASET.read(file)
    assert first == {"__key__": "a/0001", "jpg": b"jpeg", "cls": 7}
    assert second == {
        "__key__": f"a/{long}",
        "input.jpg": b"more",
        "json": {"label": "ü"},
        "txt": "ä",
    }
    places = [(each.offset, each.length) for each in WEBDATASET.scan(file)]
    assert [WEBDATASET.at(file, *place) for place in places] == [first, second]


def test_paths_out_of_the_archive_are_names_and_nothing_more(tmp_path: Path) -> None:
    file = tmp_path / "in" / "a.tar"
    file.parent.mkdir()
    write_tar(file, {"../../evil.txt": b"x", "/etc/evil.txt": b"y"})
    keys = [record["__key__"] for record in WEBDATASET.read(file)]
    assert keys == ["../../evil", "/etc/evil"]
    assert [each.name for each in tmp_path.rglob("*")] == ["in", "a.tar"]


def test_what_is_no_part_of_an_example_is_passed_over(tmp_path: Path) -> None:
    files = {"a/._1.txt": b"Mac", "README": b"x", "a/1.txt": b"y", "__meta__.json": b"", ".b": b""}
    write_tar(tmp_path / "a.tar", files)
    assert list(WEBDATASET.read(tmp_path / "a.tar")) == [{"__key__": "a/1", "txt": "y"}]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_pipes_are_refused_by_name(tmp_path: Path, kind: bytes) -> None:
    file = tmp_path / "a.tar"
    with tarfile.open(file, "w") as archive:
        member = tarfile.TarInfo("0001.jpg")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(DataError, match=r"a.tar, example 1: '0001.jpg' is (a link|no file)"):
        list(WEBDATASET.scan(file))


def test_two_files_of_one_suffix_are_refused(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tar", {"1.txt": b"x", "1.TXT": b"y"})
    with pytest.raises(DataError, match=r"a.tar, example 1: '1.TXT': .*two files"):
        list(WEBDATASET.scan(tmp_path / "a.tar"))


def test_archives_that_were_joined_lose_nothing_silently(tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    write_tar(file, {"1.txt": b"x"})
    file.write_bytes(file.read_bytes() * 2)
    with pytest.raises(DataError, match="more follows behind the mark of its end"):
        list(WEBDATASET.scan(file))


def test_a_huge_size_is_a_cut_off_file_and_reads_nothing(tmp_path: Path) -> None:
    member = tarfile.TarInfo("1.jpg")
    member.size = 2**60
    (tmp_path / "a.tar").write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(DataError, match=r"a.tar, example 1: '1.jpg' is cut off"):
        list(WEBDATASET.scan(tmp_path / "a.tar"))


def test_half_a_mark_of_the_end_is_a_cut_off_file(tmp_path: Path) -> None:
    with WEBDATASET.write(tmp_path / "a.tar") as shard:
        shard.add({"txt": "x"})
    (tmp_path / "a.tar").write_bytes((tmp_path / "a.tar").read_bytes()[:-512])
    with pytest.raises(DataError, match="cut off: the mark at its end is missing"):
        list(WEBDATASET.scan(tmp_path / "a.tar"))


def test_numbers_have_signs_and_long_ones_are_texts(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tar", {"1.cls": b"-1", "2.id": b"9" * 5000, "3.cls": b"9" * 19})
    values = [[*each.values()][1] for each in WEBDATASET.read(tmp_path / "a.tar")]
    assert values == [-1, "9" * 5000, int("9" * 19)]


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([{"__key__": "a", "txt": "x"}] * 2, "'a': a name without dots, other than the one before"),
        ([{"__key__": "a.b", "txt": "x"}], "'a.b': a name without dots"),
        ([{"txt": "x", "TXT": "y"}], "differ in upper and lower case only"),
        ([{"__key__": "a", "txt": None}], "has no fields"),
    ],
)
def test_records_that_would_be_read_as_others_are_refused(
    tmp_path: Path, records: list[Record], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        make_shard(tmp_path / "a.tar", records, name="webdataset")


@pytest.mark.parametrize("name", ["a/b", "", ".x"])
def test_names_that_are_no_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="field"), WEBDATASET.write(tmp_path / "a.tar") as shard:
        shard.add({name: b""})
