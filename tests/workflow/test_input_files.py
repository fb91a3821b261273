"""Files as arguments, those below folders, and what is said of names that lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.errors import ConfigError
from kerasapps.workflow.input_files import gather_files
from kerasapps.workflow.inputs import Input


def test_folders_are_their_pictures(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "b/1.png", "a.gif", "notes.txt", "b/.hidden.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    given = ["gone.png", str(tmp_path), str(tmp_path / "empty"), "https://a.org/b.png", ""]
    gathered = gather_files(given, noun="picture", is_one=is_picture_file)
    assert not gathered.by_line and not gathered.notes
    assert gathered.inputs == [
        Input("picture 1", "gone.png"),
        Input("picture 2", str(tmp_path / "a.gif")),
        Input("picture 3", str(tmp_path / "b/1.png")),
        Input("picture 4", str(tmp_path / "b/2.jpg")),
        Input("picture 5", "", f"{tmp_path / 'empty'} holds no pictures"),
        Input("picture 6", "https://a.org/b.png"),
        Input("picture 7", ""),
    ]
    (tmp_path / "empty" / "train-00000-of-00001.tfrecord").touch()
    found = gather_files([str(tmp_path / "empty")], noun="picture", is_one=is_picture_file)
    (packed,) = found.inputs
    assert str(packed.problem).endswith(
        "empty holds no pictures as files, and shards: predict answers what is in them with --csv"
    )


def test_files_do_not_come_line_by_line() -> None:
    with pytest.raises(ConfigError, match="this bundle takes sound files"):
        gather_files(["a.wav", "-"], noun="sound", is_one=is_picture_file)


def test_a_folder_has_files_of_any_kind(tmp_path: Path) -> None:
    for name in ("a.wav", "b.png"):
        (tmp_path / name).touch()
    is_sound = ".wav".__eq__
    arguments = [f"file://{tmp_path}"]
    gathered = gather_files(arguments, noun="sound", is_one=lambda path: is_sound(path.suffix))
    assert gathered.inputs == [Input("sound 1", str(tmp_path / "a.wav"))]
    gathered = gather_files(arguments, noun="sound", is_one=lambda path: False)
    assert gathered.inputs == [Input("sound 1", "", f"{tmp_path} holds no sounds")]


def test_a_name_that_leads_nowhere_is_told_with_what_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "photos.png").touch()
    (tmp_path / "dead.png").symlink_to(tmp_path / "nothing")
    typed = [f"{tmp_path}/{name}" for name in ("fotos.png", "photos.png", "dead.png", "zebra")]
    found = gather_files(typed, noun="picture", is_one=is_picture_file).inputs
    problem = f"{typed[0]} does not exist; did you mean {typed[1]}?"
    assert found[0] == Input("picture 1", "", problem)
    # What leads to something, or to nothing that has such a name, is told by who reads it.
    assert [(each.value, each.problem) for each in found[1:]] == [(t, None) for t in typed[1:]]
