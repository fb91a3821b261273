"""What tells a packed folder, and one whose packing was stopped."""

from __future__ import annotations

from pathlib import Path

from kerasapps.data.packed.pack_file import MARK, PACK_FILE, UNFINISHED, is_unfinished


def test_a_folder_is_unfinished_while_it_has_notes_of_ours_and_no_pack_file(tmp_path: Path) -> None:
    assert not is_unfinished(tmp_path)
    (tmp_path / UNFINISHED).mkdir()
    assert not is_unfinished(tmp_path)  # a folder of somebody else's of that name
    (tmp_path / UNFINISHED / MARK).touch()
    assert is_unfinished(tmp_path)
    (tmp_path / PACK_FILE).touch()
    assert not is_unfinished(tmp_path)
