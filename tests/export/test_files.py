from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.export.files import replace_folder, restore_folder, retired, size_of


def folder_with(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file").write_text(text)
    return path


def test_a_folder_replaces_another(tmp_path: Path) -> None:
    old, new = folder_with(tmp_path / "bundle", "old"), folder_with(tmp_path / "staging", "new")
    replace_folder(new, old)
    assert (old / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


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


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    folder_with(tmp_path / "a", "12345")
    folder_with(tmp_path / "a" / "b", "123")
    assert size_of(tmp_path / "a") == 8 and size_of(tmp_path / "a" / "file") == 5
