from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from kerasapps.data.sources.walk import files_below, folder_below, list_children
from kerasapps.errors import DataError


def write(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def names_below(root: Path) -> tuple[list[str], list[str]]:
    again: list[Path] = []
    files = [str(file.relative_to(root)) for file in files_below(root, again=again.append)]
    return files, [str(folder.relative_to(root)) for folder in again]


def test_files_come_before_folders_by_name(tmp_path: Path) -> None:
    root = write(tmp_path / "root", "b/2", "b/c/3", "a/1", "z", "y", "b/.hidden", "b/Thumbs.db")
    assert names_below(root) == (["y", "z", "a/1", "b/2", "b/c/3"], [])
    folders, files = list_children(root)
    assert ([each.name for each in folders], [each.name for each in files]) == (
        ["a", "b"],
        ["y", "z"],
    )


def test_no_folder_is_read_twice(tmp_path: Path) -> None:
    root = write(tmp_path / "root", "a/1", "c/3")
    (root / "b").symlink_to(root / "a")
    (root / "c" / "up").symlink_to(root)
    assert names_below(root) == (["a/1", "c/3"], ["b", "c/up"])


def test_links_above_the_folder_are_not_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "data", "cat/1", "dog/2")
    (root / "cat" / "all").symlink_to(root)
    (root / "cat" / "disk").symlink_to("/")
    assert names_below(root / "cat") == (["1"], ["all", "disk"])
    (root / "loop").symlink_to(root)
    assert names_below(root / "loop") == ([], ["."])


def test_links_to_other_folders_are_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "data", "cat/1")
    write(tmp_path / "elsewhere", "more/2")
    (root / "cat" / "link").symlink_to(tmp_path / "elsewhere")
    assert names_below(root / "cat") == (["1", "link/more/2"], [])


def test_links_that_double_with_each_step_end(tmp_path: Path) -> None:
    for step in range(30):
        write(tmp_path, f"{step:02}/file")
        for name in ("left", "right"):
            (tmp_path / f"{step:02}" / name).symlink_to(tmp_path / f"{step + 1:02}")
    files, _ = names_below(tmp_path / "00")
    assert len(files) == 30 + 2  # the last two lead nowhere


def test_however_deep_the_folders_are(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    began = time.process_time()
    try:
        (file,) = files_below(tmp_path)
        assert len(file.relative_to(tmp_path).parts) == 1501
        assert time.process_time() - began < 5
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # shutil.rmtree is recursive


def test_what_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot list .*none: No such file"):
        list(files_below(tmp_path / "none"))


def test_the_nearest_usable_folder_below(tmp_path: Path) -> None:
    for name in ("a/b/good", "a/x", "c/d/e/good", "good"):
        (tmp_path / name).mkdir(parents=True)

    def is_good(folder: Path) -> bool:
        return folder.name == "good"

    assert folder_below(tmp_path / "good", is_good) is None  # not the folder itself
    assert folder_below(tmp_path, is_good) == tmp_path / "good"
    assert folder_below(tmp_path / "a", is_good) == tmp_path / "a" / "b" / "good"
    assert folder_below(tmp_path / "c", is_good) == tmp_path / "c" / "d" / "e" / "good"
    assert folder_below(tmp_path / "c", is_good, depth=2) is None
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "good").symlink_to(tmp_path / "good")
    assert folder_below(tmp_path / "x", is_good) is None
