from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.images.folder import PICTURES
from kerasapps.data.sources import file_places
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.errors import DataError
from tests.data.pictures import write_picture


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number, name in enumerate(
        ("a.png", "images/b.png", "train/c.png", "test/c.png", "part 2/deep/d.png", ".x/h.png")
    ):
        write_picture(tmp_path / name, number)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "a.png"),
        ("a", "a.png"),
        ("images/b.png", "images/b.png"),
        ("images\\b.png", "images/b.png"),
        ("b.png", "images/b.png"),
        ("b", "images/b.png"),
        ("deep\\d", "part 2/deep/d.png"),
        ("train/c.png", "train/c.png"),
        ("gone.png", "gone.png"),
        ("x\\gone.png", "x/gone.png"),
        ("other/b.png", "other/b.png"),
        ("h.png", "h.png"),
        ("B.PNG", "images/b.png"),
        ("DEEP/d", "part 2/deep/d.png"),
    ],
)
def test_names_are_found(root: Path, name: str, expected: str) -> None:
    assert FilePlaces(root, examples=PICTURES).find(name) == root / expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C:\\data\\images\\b.png", "images/b.png"),
        ("/content/drive/set/part 2/deep/d.png", "part 2/deep/d.png"),
        ("/home/bob/train/c.png", "train/c.png"),
        ("/home/bob/images/b", "images/b.png"),
        ("/home/bob/a.png", None),  # a name alone says too little
        ("/home/bob/other/b.png", None),
        ("/home/bob/part 2/d.png", None),
    ],
)
def test_paths_of_another_machine(root: Path, name: str, expected: str | None) -> None:
    found = FilePlaces(root, examples=PICTURES).find(name)
    assert found == root / expected if expected else not found.exists()


def test_absolute_names_stand_for_themselves(root: Path, tmp_path: Path) -> None:
    assert (
        FilePlaces(root / "images", examples=PICTURES).find(str(root / "a.png")) == root / "a.png"
    )
    gone = Path("/nowhere/b.png")
    assert FilePlaces(root, examples=PICTURES).find(str(gone)) == gone
    assert (
        FilePlaces(root / "images", examples=PICTURES).find("../a.png") == root / "images/../a.png"
    )
    assert (
        FilePlaces(root / "images", examples=PICTURES).find("../b.png") == root / "images/../b.png"
    )


def test_names_as_urls_of_local_files(root: Path) -> None:
    places = FilePlaces(root / "images", examples=PICTURES)
    assert places.find(f"file://{root}/a.png") == root / "a.png"
    assert places.find(f"FILE://localhost{root}/part%202/deep/d.png") == root / "part 2/deep/d.png"


def test_a_name_that_fits_several_files(root: Path) -> None:
    places = FilePlaces(root, examples=PICTURES)
    with pytest.raises(DataError, match=r"c fits several files: test/c.png, train/c.png; name"):
        places.find("c")
    assert places.find("c", split="train") == root / "train/c.png"
    assert places.find("c.png", split="test") == root / "test/c.png"
    with pytest.raises(DataError, match="fits several"):
        places.find("c", split="validation")


@pytest.mark.parametrize(
    ("name", "part"),
    [("", "empty"), ("a\0.png", "null character"), ("http://a/b.png", "URL")],
)
def test_what_is_no_path(root: Path, name: str, part: str) -> None:
    with pytest.raises(DataError, match=part):
        FilePlaces(root, examples=PICTURES).find(name)


def test_a_name_that_no_file_can_have_is_for_who_reads_it_to_refuse(root: Path) -> None:
    for name in ("a" * 300, f"C:\\{'a' * 300}", f"{'a/' * 3000}a"):
        assert not FilePlaces(root, examples=PICTURES).find(name).name.startswith("b")


def test_where_pictures_were_found_is_said_once(root: Path) -> None:
    places = FilePlaces(root, examples=PICTURES)
    places.find("a.png")
    assert places.guesses() == []
    for name in ("b", "b.png", "d"):
        places.find(name)
    assert places.guesses() == [
        "3 pictures are not where they are named, and taken from images/, part 2/deep/"
    ]


def test_half_of_the_names_must_be_files(root: Path) -> None:
    places = FilePlaces(root, examples=PICTURES)
    assert places.holds(["a", "gone"]) and not places.holds(["a", "x", "y"])
    assert not places.holds(["a" * 300, "a" * 9000])
    assert not places.holds([]) and not places.holds(["https://a/b", "\0"])


def test_a_loop_of_links_ends(root: Path) -> None:
    (root / "images/up").symlink_to(root)
    assert FilePlaces(root, examples=PICTURES).find("b") == root / "images/b.png"


def test_of_files_of_one_name_in_many_folders_only_the_one_meant_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in range(30):
        (tmp_path / "deep" / str(folder)).mkdir(parents=True)
        (tmp_path / "deep" / str(folder) / "1.png").touch()
    places, looked_at = FilePlaces(tmp_path, examples=PICTURES), []
    original = file_places._ends_with
    monkeypatch.setattr(
        file_places, "_ends_with", lambda *paths: looked_at.append(paths) or original(*paths)
    )
    for folder in range(30):
        name = f"{folder}/1" if folder % 2 else f"elsewhere/deep/{folder}/1.PNG"
        assert places.find(name) == tmp_path / "deep" / str(folder) / "1.png"
    assert len(looked_at) <= 60
