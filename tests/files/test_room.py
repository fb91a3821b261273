"""Room on disks: what counts as too little, what is reserved, and what is told."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.errors import DataError, DiskFullError, KerasAppsError
from kerasapps.files import room
from kerasapps.files.room import (
    free_words,
    is_out_of_space,
    megabytes,
    require_room,
    reserve,
    says_out_of_space,
    telling_of_full_disks,
)
from tests.full_disk import file_limit, leave, small_disk

MIB = 2**20


def full(number: int = errno.ENOSPC, *place: str) -> OSError:
    return OSError(number, os.strerror(number), *place)


def raised(cause: Exception, *, how: str) -> Exception:
    """An error that came of another."""
    try:
        try:
            raise cause
        except Exception as error:
            if how == "from":
                raise ValueError("no file was made") from error
            if how == "from none":
                raise ValueError("no file was made") from None
            raise ValueError("while that was handled")  # noqa: B904
    except ValueError as error:
        return error


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_known_by_whatever_it_causes(number: int) -> None:
    for how in ("from", "from none", "context"):
        assert is_out_of_space(raised(OSError(number, "no room at all", "a.npy"), how=how))
        assert not is_out_of_space(raised(OSError(errno.EACCES, "no"), how=how))
    assert is_out_of_space(OSError(number, "of any words"))
    assert is_out_of_space(RuntimeError(f"Writing a/b: {os.strerror(number)}"))
    assert says_out_of_space(f"OSError: {os.strerror(number)}: 'a'")


def test_other_errors_are_no_full_disk() -> None:
    assert not is_out_of_space(OSError("without a number"))
    assert not says_out_of_space("Segmentation fault")
    loop = ValueError("one that came of itself")
    loop.__cause__ = loop
    assert not is_out_of_space(loop)


def test_that_no_temporary_folder_can_be_written_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: [str(tmp_path / "gone")])
    import tempfile

    with (
        pytest.raises(
            DiskFullError, match=r"^No folder for temporary files can be written: .*gone"
        ),
        telling_of_full_disks(),
        tempfile.TemporaryDirectory(),
    ):
        pass


def test_a_reserved_file_is_of_zeros_and_has_its_room(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(b"head")
        reserve(file, 3 * MIB)
        reserve(file, 5)  # it is longer than that
    assert (tmp_path / "file").read_bytes() == b"head" + bytes(3 * MIB - 4)
    assert (tmp_path / "file").stat().st_blocks * 512 >= 3 * MIB


def without(number: int | None) -> Callable[..., None]:
    def allocate(*arguments: Any) -> None:
        raise AttributeError if number is None else OSError(number, "cannot reserve")

    return allocate


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, None])
def test_where_no_room_can_be_reserved_zeros_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", without(number), raising=False)
    test_a_reserved_file_is_of_zeros_and_has_its_room(tmp_path)
    with file_limit(MIB), (tmp_path / "large").open("wb") as file:
        file.write(b"head")
        with pytest.raises(OSError, match=r"large: 2\.1 MB are needed") as caught:
            raise_told(reserve, file, 2 * MIB)
    assert caught.value.errno == errno.EFBIG


def raise_told(call: Callable[..., None], *arguments: Any) -> None:
    """The error's file before its words, as `str` puts it behind."""
    try:
        call(*arguments)
    except OSError as error:
        words = str(error.strerror).split(": ", 1)[1]
        raise OSError(error.errno, f"{error.filename}: {words}") from error


def test_another_error_of_reserving_comes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", without(errno.EIO), raising=False)
    with (tmp_path / "file").open("wb") as file, pytest.raises(OSError, match="cannot reserve"):
        reserve(file, 1)


def test_without_room_nothing_is_reserved_and_both_sizes_are_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4 * MIB) as disk:
        leave(disk, 2 * MIB)
        with (
            (disk / "a.npy").open("wb") as file,
            pytest.raises(OSError, match=r"3\.1 MB are needed, 2\.1 MB are free") as caught,
        ):
            reserve(file, 3 * MIB)
        assert caught.value.errno == errno.ENOSPC and caught.value.filename == str(disk / "a.npy")
        require_room(disk, 2 * MIB)
        with pytest.raises(OSError, match=r"2\.1 MB are needed, 2\.1 MB are free"):
            require_room(disk, 2 * MIB + 1)


def test_a_disk_for_no_more_files_is_full_too(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", MIB, files=2) as disk:
        (disk / "last").touch()
        with pytest.raises(OSError, match="No space left") as caught:
            (disk / "more").touch()
        assert is_out_of_space(caught.value)
        assert free_words(disk) == f"Free: no more files in {disk}"


def test_a_limit_of_file_sizes_is_noticed_before_the_file_is_mapped(tmp_path: Path) -> None:
    with file_limit(MIB), (tmp_path / "file").open("wb") as file:
        reserve(file, MIB)
        with pytest.raises(OSError, match=r"1\.0 MB are needed") as caught:
            reserve(file, MIB + 1)
    assert caught.value.errno == errno.EFBIG


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The quota of disk space is used up"),
        (errno.EFBIG, r"A file would grow larger than its disk, or a limit \(ulimit -f\), allows"),
    ],
)
def test_what_is_lacking_is_told_with_place_room_and_advice(
    tmp_path: Path, number: int, words: str
) -> None:
    remedy = "Raise the limit" if number == errno.EFBIG else "Make room"
    pattern = (
        rf"^{words}: a/b\.npy: {os.strerror(number)}\. Free: [\d,]+\.\d MB in {tmp_path}\. "
        rf"{remedy}, and go\.$"
    )
    with (
        pytest.raises(DiskFullError, match=pattern) as caught,
        telling_of_full_disks(tmp_path / "not" / "there", tmp_path, advice="and go"),
    ):
        raise RuntimeError("no file") from full(number, "a/b.npy")
    assert isinstance(caught.value, OSError) and isinstance(caught.value, KerasAppsError)
    assert is_out_of_space(caught.value)


def test_what_a_library_says_of_it_is_told_in_one_line() -> None:
    words = f"{{op}} /run/x;\n {os.strerror(errno.ENOSPC)} {'x' * 999}"
    with pytest.raises(DiskFullError) as caught, telling_of_full_disks():
        raise RuntimeError(words)
    message = str(caught.value)
    assert "The disk is full: {op} /run/x; No space left on device xxx" in message
    assert len(message) < 600 and message.endswith(". Make room, and do the same again.")


def test_other_errors_and_ours_come_through() -> None:
    for error, cause in (
        (ValueError("mine"), None),
        (DataError("ours"), full()),
        (KeyboardInterrupt(), full()),
    ):
        with pytest.raises(type(error)) as caught, telling_of_full_disks():
            raise error from cause
        assert caught.value is error


def test_disks_are_named_once_and_that_of_temporary_files_if_it_is_tight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy = free_words(tmp_path / "a", tmp_path / "b")
    assert roomy.count(" MB in ") == 1 and "TMPDIR" not in roomy
    with small_disk(tmp_path / "disk", 3 * MIB) as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        assert f"3.1 MB in {disk} (temporary files: TMPDIR)" in free_words(tmp_path)
        assert free_words(disk) == f"Free: 3.1 MB in {disk}"
        monkeypatch.setattr(room, "_TIGHT", 1)
        assert "TMPDIR" not in free_words(tmp_path)
        assert "TMPDIR" in free_words()


def test_sizes_are_told_in_megabytes() -> None:
    assert [megabytes(size) for size in (0, 49_999, 1_234_567_890)] == [
        "0.0 MB",
        "0.0 MB",
        "1,234.6 MB",
    ]
