"""NumPy's files on disks with and without room."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from kerasapps.files.npy import reserve_array, save_array
from tests.full_disk import file_limit, leave, small_disk

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24, dtype=np.int64).reshape(2, 3, 4),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.zeros((0, 7), np.uint8),
        np.float32(3),
        np.array(["a", "bc"]),
    ],
    ids=lambda array: str(array.dtype),
)
def test_what_is_saved_is_what_numpy_would_save(tmp_path: Path, array: np.ndarray) -> None:
    save_array(tmp_path / "ours.npy", array)
    np.save(tmp_path / "theirs.npy", array, allow_pickle=False)
    assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "theirs.npy").read_bytes()


def test_objects_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        save_array(tmp_path / "a.npy", np.array([{}]))


@pytest.mark.parametrize("size", [500, 1000, 5_000_000])
def test_a_file_that_would_lack_its_end_is_an_error(tmp_path: Path, size: int) -> None:
    with file_limit(4096), pytest.raises(OSError, match="File too large"):
        save_array(tmp_path / "a.npy", np.arange(size))


def test_one_that_a_full_disk_cuts_off_is_an_error(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2**16) as disk:
        for size in (10, 500, 1000, 5000):
            leave(disk, 4096 if size > 10 else 0)
            with pytest.raises(OSError, match="No space left"):
                save_array(disk / "a.npy", np.arange(size))
            (disk / "a.npy").unlink()


def test_a_reserved_array_is_mapped_and_kept(tmp_path: Path) -> None:
    mapped = reserve_array(tmp_path / "a.npy", (3, 2), np.dtype(np.int32))
    assert isinstance(mapped, np.memmap) and not mapped.any()
    mapped[1] = 7
    mapped.flush()
    np.save(tmp_path / "theirs.npy", np.array([[0, 0], [7, 7], [0, 0]], np.int32))
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "theirs.npy").read_bytes()


def test_an_array_without_room_is_not_mapped(tmp_path: Path) -> None:
    with file_limit(2**20), pytest.raises(OSError, match=r"1\.0 MB are needed"):
        reserve_array(tmp_path / "a.npy", (2**20,), np.dtype(np.uint8))
    with small_disk(tmp_path / "disk", 2**20) as disk, pytest.raises(OSError, match="are free"):
        reserve_array(disk / "a.npy", (2**20,), np.dtype(np.uint8))


def test_nobody_leaves_an_array_to_c() -> None:
    files = [*(ROOT / "kerasapps").rglob("*.py"), *(ROOT / "recipes").rglob("*.py")]
    found = [file for file in files if re.search(r"\bnp\.save\(|\.tofile\(", file.read_text())]
    assert not found and len(files) > 200
