from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kerasapps.files.named import (
    IrregularFileError,
    open_regular,
    read_regular,
    refuse_irregular,
    sha256_of,
)
from kerasapps.files.room import is_out_of_space
from tests.odd_files import IRREGULAR, make_irregular


@pytest.mark.parametrize(("kind", "name"), IRREGULAR.items())
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str, name: str) -> None:
    odd = make_irregular(tmp_path / "odd", kind)
    readers = (lambda path: read_regular(path, limit=9), sha256_of)
    for call in (refuse_irregular, open_regular, *readers):
        with pytest.raises(IrregularFileError) as caught:
            call(odd)
        assert caught.value.strerror == (
            f"it is {name}, not a file: save what comes out of it as a file"
        )
        assert caught.value.filename == str(odd)


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = make_irregular(tmp_path / "odd", "pipe")
    monkeypatch.setattr("kerasapps.files.named.refuse_irregular", lambda path: None)
    with pytest.raises(IrregularFileError, match="a named pipe"):
        open_regular(odd)


def test_files_folders_and_links_to_them_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abc\r\n")
    (tmp_path / "link").symlink_to(file)
    for path in (tmp_path, file, tmp_path / "link"):
        refuse_irregular(path)
    with open_regular(tmp_path / "link") as stream:
        assert stream.read() == b"abc\r\n"


def test_what_is_not_there_or_a_folder_is_the_usual_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_regular(file, limit=5) == b"12345"
    with pytest.raises(OSError, match="it has 5 bytes, and 4 are read at most") as caught:
        read_regular(file, limit=4)
    assert caught.value.filename == str(file) and not is_out_of_space(caught.value)


def test_of_a_huge_file_nothing_is_read(tmp_path: Path) -> None:
    file = tmp_path / "sparse"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(OSError, match="1,099,511,627,776 bytes"):
        read_regular(file, limit=1 << 30)


def test_a_file_that_says_it_is_empty_is_read_up_to_the_limit() -> None:
    assert b"Name:" in read_regular(Path("/proc/self/status"), limit=1 << 16)
    with pytest.raises(OSError, match="10 are read at most"):
        read_regular(Path("/proc/self/status"), limit=10)


@pytest.mark.parametrize("content", [b"", b"weights", bytes(3_000_000)], ids=len)
def test_the_hash_is_of_all_that_a_file_holds(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(content).hexdigest()
