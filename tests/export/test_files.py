from __future__ import annotations

from pathlib import Path

from kerasapps.export.files import size_of


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "file").write_text("12345")
    (tmp_path / "a" / "b" / "file").write_text("123")
    assert size_of(tmp_path / "a") == 8 and size_of(tmp_path / "a" / "file") == 5
