"""Files that are replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from kerasapps.files.whole import replaced
from tests.full_disk import file_limit


def write(file: Path, content: bytes) -> None:
    with replaced(file) as stream:
        stream.write(content)


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "file.json"
    write(file, b"old")
    with replaced(file) as stream:
        stream.write(b"new")
        stream.flush()
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"new" and list(file.parent.iterdir()) == [file]


def test_the_new_file_is_as_private_as_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for mode in (0o600, 0o444):
        write(file, b"old")
        file.chmod(mode)
        write(file, b"new")
        assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.parametrize("size", [5, 100_000])
def test_without_room_the_old_one_stays_alone(tmp_path: Path, size: int) -> None:
    file = tmp_path / "file"
    write(file, b"old")
    with file_limit(4), pytest.raises(OSError, match="File too large"):
        write(file, b"x" * size)
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_a_block_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    write(tmp_path / "file", b"old")
    with pytest.raises(KeyboardInterrupt), replaced(tmp_path / "file") as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"old"]


def test_content_and_name_are_on_the_disk_when_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, bool]] = []
    real = os.fsync

    def sync(descriptor: int) -> None:
        whole = os.fstat(descriptor).st_size == 3
        synced.append((whole, (tmp_path / "file").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    write(tmp_path / "file", b"new")
    assert synced[0] == (True, False) and synced[1][1] and len(synced) == 2


def test_a_block_that_takes_the_folder_away_is_told_of_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), replaced(tmp_path / "work" / "file"):
        shutil.rmtree(tmp_path / "work")
        raise KeyError
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux does")
def test_no_file_stays_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    write(tmp_path / "file", b"new")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
