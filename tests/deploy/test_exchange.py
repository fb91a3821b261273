from __future__ import annotations

import ctypes
import errno
import threading
from pathlib import Path

import pytest

from kerasapps.deploy import exchange
from kerasapps.deploy.exchange import (
    remove_workplace,
    replace_folder,
    restore_folder,
    retired,
    workplace,
)


def folder_with(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file").write_text(text)
    return path


def test_a_folder_replaces_another(tmp_path: Path) -> None:
    old, new = folder_with(tmp_path / "bundle", "old"), folder_with(tmp_path / "staging", "new")
    replace_folder(new, old)
    assert (old / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


@pytest.mark.usefixtures("in_two_steps")
def test_a_rename_that_fails_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = folder_with(tmp_path / "bundle", "old"), folder_with(tmp_path / "staging", "new")
    real = Path.rename

    def fail_for_staging(source: Path, target: Path) -> Path:
        if source == new:
            raise OSError("disk full")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", fail_for_staging)
    with pytest.raises(OSError, match="disk full"):
        replace_folder(new, old)
    assert (old / "file").read_text() == "old"


def test_a_kill_between_the_renames_is_undone(tmp_path: Path) -> None:
    target = tmp_path / "bundle"
    folder_with(retired(target), "old")
    restore_folder(target)
    assert (target / "file").read_text() == "old"


def test_restoring_never_takes_the_place_of_a_folder_that_stands(tmp_path: Path) -> None:
    target = folder_with(tmp_path / "bundle", "new")
    folder_with(retired(target), "old")
    restore_folder(target)
    assert (target / "file").read_text() == "new"


def test_a_reader_finds_the_old_folder_or_the_new_one_at_every_moment(tmp_path: Path) -> None:
    if not exchange._exchange(folder_with(tmp_path / "a", "a"), folder_with(tmp_path / "b", "b")):
        pytest.skip("this system cannot exchange two names")
    target = folder_with(tmp_path / "bundle", "0")
    seen, missing, over = set(), [], threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                seen.add((target / "file").read_text())
            except OSError as error:
                missing.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 300):
        replace_folder(folder_with(tmp_path / "new", str(number)), target)
    over.set()
    reader.join()
    assert len(seen) > 1 and not missing


@pytest.fixture
def in_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that cannot exchange two names."""
    monkeypatch.setattr(exchange, "_exchange", lambda one, other: False)


@pytest.mark.usefixtures("in_two_steps")
def test_without_an_exchange_of_names_a_folder_replaces_another_too(tmp_path: Path) -> None:
    old, new = folder_with(tmp_path / "bundle", "old"), folder_with(tmp_path / "staging", "new")
    folder_with(retired(old), "older")  # left by a crash after the second rename
    replace_folder(new, old)
    assert (old / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_an_exchange_that_fails_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    old = folder_with(tmp_path / "bundle", "old")
    with pytest.raises(OSError, match="No such file"):
        replace_folder(tmp_path / "gone", old)
    assert (old / "file").read_text() == "old"


def test_a_link_keeps_pointing_where_it_did(tmp_path: Path) -> None:
    place = folder_with(tmp_path / "disk" / "mine", "old")
    link = tmp_path / "bundle"
    link.symlink_to(place)
    with workplace(link, "new") as scratch:
        assert scratch == tmp_path / "disk" / ".mine.new"
        replace_folder(folder_with(scratch / "bundle", "new"), link)
    assert link.is_symlink() and (place / "file").read_text() == "new"
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["mine"]


def test_a_link_to_nothing_yet_gets_what_it_points_to(tmp_path: Path) -> None:
    link = tmp_path / "bundle"
    (tmp_path / "disk").mkdir()
    link.symlink_to(tmp_path / "disk" / "mine")
    replace_folder(folder_with(tmp_path / "new", "new"), link)
    assert (tmp_path / "disk" / "mine" / "file").read_text() == "new"


def test_what_a_crash_left_aside_behind_a_link_is_brought_back(tmp_path: Path) -> None:
    link, place = tmp_path / "bundle", tmp_path / "disk" / "mine"
    link.symlink_to(place)
    folder_with(retired(link), "old")
    restore_folder(link)
    assert (place / "file").read_text() == "old" and link.is_symlink()


def test_a_workplace_is_empty_and_goes_however_it_ends(tmp_path: Path) -> None:
    target, left = tmp_path / "bundle", tmp_path / ".bundle.export"
    folder_with(left, "of a killed process")
    (left / ".kerasapps").touch()
    with pytest.raises(KeyError), workplace(target, "export") as folder:
        assert folder == left and [each.name for each in folder.iterdir()] == [".kerasapps"]
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_an_empty_one_was_left_by_a_process_killed_as_it_began(tmp_path: Path) -> None:
    (tmp_path / ".bundle.new").mkdir()
    with workplace(tmp_path / "bundle", "new") as folder:
        assert folder.is_dir()


def test_somebody_elses_folder_is_neither_used_nor_removed(tmp_path: Path) -> None:
    theirs = folder_with(tmp_path / ".bundle.new", "letter")
    with (
        pytest.raises(FileExistsError, match="not made by kerasapps"),
        workplace(tmp_path / "bundle", "new"),
    ):
        pass
    assert (theirs / "file").read_text() == "letter"


def test_nor_is_a_link_of_that_name_followed(tmp_path: Path) -> None:
    theirs = folder_with(tmp_path / "theirs", "letter")
    (theirs / ".kerasapps").touch()
    (tmp_path / ".bundle.new").symlink_to(theirs)
    with pytest.raises(FileExistsError):
        remove_workplace(tmp_path / ".bundle.new")
    assert (theirs / "file").exists()


class Library:
    """A C library whose exchange of names fails with a number."""

    def __init__(self, number: int) -> None:
        self.number = number

    def renameat2(self, *arguments: object) -> int:
        ctypes.set_errno(self.number)
        return -1


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, None])
def test_what_a_system_cannot_do_is_done_in_two_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    library = object() if number is None else Library(number)
    monkeypatch.setattr(ctypes, "CDLL", lambda name, use_errno: library)
    old, new = folder_with(tmp_path / "bundle", "old"), folder_with(tmp_path / "staging", "new")
    replace_folder(new, old)
    assert (old / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_what_it_may_not_do_is_an_error_that_names_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name, use_errno: Library(errno.EACCES))
    old, new = folder_with(tmp_path / "bundle", "old"), folder_with(tmp_path / "staging", "new")
    with pytest.raises(PermissionError, match="bundle") as caught:
        replace_folder(new, old)
    assert caught.value.errno == errno.EACCES
    assert [(each / "file").read_text() for each in (old, new)] == ["old", "new"]


def test_a_workplace_may_be_moved_away_and_one_that_cannot_be_marked_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workplace(tmp_path / "bundle", "new") as folder:
        folder.rename(tmp_path / "elsewhere")
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "full", str(path))

    monkeypatch.setattr(Path, "touch", full)
    with pytest.raises(OSError, match="full"), workplace(tmp_path / "bundle", "new"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]
