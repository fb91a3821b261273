from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import TextConfig, TuneConfig, check_preset, preset_source
from kerasapps.data.images.values import path_of
from kerasapps.data.sources.forms import data_path, describe_source
from kerasapps.deploy.manifest import find_bundle
from kerasapps.errors import BundleError, ConfigError, DataError, TrainingError
from kerasapps.files.paths import file_place, folder_place, near_paths, real_path, user_path
from kerasapps.workflow.folder import refuse_within
from kerasapps.workflow.run import open_run
from kerasapps.workflow.settings import source_of


class _BytesPath:
    """What `os.scandir(b"…")` yields, for one."""

    def __init__(self, path: bytes) -> None:
        self.path = path

    def __fspath__(self) -> bytes:
        return self.path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, and another current one."""
    folder = tmp_path / "home"
    folder.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(tmp_path / "here")
    return folder


class TestUserPath:
    @pytest.mark.parametrize(
        "written", ["~/x", "~//x", Path("~/x"), b"~/x", _BytesPath(b"~/x"), "file://~/x"]
    )
    def test_a_home_folder(self, written: Any, home: Path) -> None:
        assert user_path(written, what="it") == home / "x"

    def test_a_home_folder_alone(self, home: Path) -> None:
        assert user_path("~", what="it") == user_path("~/", what="it") == home

    def test_the_home_folder_of_another_user(self, home: Path) -> None:
        root = Path(os.path.expanduser("~root"))  # noqa: PTH111 — what is meant here
        assert user_path("~root/x", what="it") == root / "x"

    def test_a_tilde_elsewhere_is_part_of_the_name(self) -> None:
        assert user_path("a~/~b", what="it") == Path("a~/~b")

    def test_a_file_whose_name_begins_so(self, home: Path) -> None:
        Path("~$a.png").touch()
        assert user_path("~$a.png", what="it") == Path("~$a.png")
        Path("~").mkdir()
        assert user_path("~", what="it") == home  # an accident of long ago changes nothing

    @pytest.mark.parametrize("written", ["~nobody9", "~nobody9/x"])
    def test_the_home_folder_of_nobody(self, written: str, home: Path) -> None:
        with pytest.raises(
            ConfigError, match=f"^output_dir is {written}, and there is no such user.*./{written}"
        ):
            user_path(written, what="output_dir")

    def test_a_home_folder_that_is_not_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path / "gone"))
        with pytest.raises(DataError, match=r"data is ~/x, and ~ is .*gone, which is no folder"):
            user_path("~/x", what="data", error=DataError)

    @pytest.mark.parametrize(
        ("written", "why"),
        [
            ("", "it is empty: give a path"),
            (" \t", "it is empty: give a path"),
            (b"", "it is empty: give a path"),
            ("a\0b", "it has a null character"),
            ("s3://bucket/x", "it is a URL, s3://bucket/x: give a local path"),
            (" x", "it is ' x', with blanks around it"),
            ("x\n", r"it is 'x\\n', with blanks around it"),
            (7, "it is a int: give a path"),
            (None, "it is a NoneType: give a path"),
        ],
    )
    def test_what_is_refused(self, written: Any, why: str, home: Path) -> None:
        with pytest.raises(ConfigError, match=why):
            user_path(written, what="it")

    def test_blanks_that_a_name_has(self, home: Path) -> None:
        Path(" x ").touch()
        (home / "y ").touch()
        assert user_path(" x ", what="it") == Path(" x ")
        assert user_path("~/y ", what="it") == home / "y "

    @pytest.mark.parametrize("written", ["a" * 300, f"~/{'a' * 300}/b", "a/" * 3000])
    def test_what_no_path_can_be(self, written: str, home: Path) -> None:
        with pytest.raises(DataError, match=r"^data is .*…, which cannot be used: File name too"):
            user_path(written, what="data", error=DataError)

    def test_a_link_to_itself_is_a_name(self, home: Path) -> None:
        Path("loop").symlink_to("loop")
        assert user_path("loop", what="it") == Path("loop")

    @pytest.mark.parametrize("start", ["file://", "FILE://localhost"])
    def test_a_local_url(self, start: str) -> None:
        assert user_path(f"{start}/a%20b", what="it") == Path("/a b")


class TestWherePathsEnter:
    def test_data(self, home: Path) -> None:
        assert data_path("~/x") == home / "x"
        assert source_of("~/x") == source_of(Path("~/x")) == str(home / "x")
        assert source_of(("~/a.en", "~/a.de")) == [str(home / "a.en"), str(home / "a.de")]
        assert source_of("builtin:reviews") == "builtin:reviews"
        assert describe_source(_BytesPath(b"/x")) == "/x"

    @pytest.mark.parametrize("train", ["image_classifier", "sentiment_classifier", "translator"])
    @pytest.mark.parametrize(
        ("data", "why"), [("", "data is empty"), ("~nobody9/x", "data is ~nobody9/x")]
    )
    def test_data_of_a_training(self, train: str, data: str, why: str, home: Path) -> None:
        with pytest.raises(DataError, match=why):
            getattr(kerasapps, f"train_{train}")(data)
        assert list(Path().iterdir()) == []

    def test_an_output_folder(self, home: Path) -> None:
        with open_run("~/run", task="r", name="n", settings={}) as run:
            assert run.folder == home / "run"
            (run.work / "new").mkdir()
        assert not Path("~").exists()

    @pytest.mark.parametrize("output_dir", ["", " ", "~nobody9/x"])
    def test_an_output_folder_that_cannot_be_meant(self, output_dir: str, home: Path) -> None:
        with (
            pytest.raises(ConfigError, match="output_dir is "),
            open_run(output_dir, task="r", name="n", settings={}),
        ):
            pass

    def test_an_output_folder_in_the_data(self, home: Path) -> None:
        (home / "data").mkdir()
        for data in ("~/data", Path("~/data"), _BytesPath(b"~/data"), {"train": "~/data"}):
            with pytest.raises(TrainingError, match="lies in the data"):
                refuse_within(user_path("~/data/run", what="output_dir"), data)
        refuse_within(user_path("~/data2", what="output_dir"), "~/data")
        refuse_within(home, "builtin:reviews")

    def test_a_bundle(self, home: Path) -> None:
        (home / "b").mkdir()
        (home / "b" / "bundle.json").touch()
        assert find_bundle("~/b") == home / "b"
        for written, why in (("", "The bundle is empty"), ("~nobody9", "no such user")):
            with pytest.raises(BundleError, match=why):
                find_bundle(written)

    def test_a_picture(self, home: Path) -> None:
        assert path_of("~/a.png") == home / "a.png"
        for written in ("", "~nobody9/a.png"):
            with pytest.raises(DataError, match="the picture is "):
                path_of(written)

    def test_a_preset(self, home: Path) -> None:
        (home / "p.keras").touch()
        for written in ("~/p.keras", "file://~/p.keras"):
            check_preset(f"preset:{written}")
            assert preset_source(f"preset:{written}") == str(home / "p.keras")
        for name in ("bert_tiny_en_uncased", "hf://a/b", "kaggle://a"):
            assert preset_source(f"preset:{name}") == name
        with pytest.raises(ConfigError, match="names no preset"):
            check_preset("preset: ")
        with pytest.raises(ConfigError, match=r"ModelConfig.model is ~nobody9/x.* no such user"):
            check_preset("preset:~nobody9/x")
        with pytest.raises(ConfigError, match="there is no file or folder '~/gone'"):
            check_preset("preset:~/gone")

    @pytest.mark.parametrize("written", ["", " ", "~nobody9/x", 7])
    def test_files_of_options(self, written: Any) -> None:
        with pytest.raises(ConfigError, match=r"TextConfig\.word_vectors is "):
            TextConfig(word_vectors=written)
        with pytest.raises(ConfigError, match=r"TuneConfig\.space"):
            TuneConfig(space=written)
        with pytest.raises(ConfigError, match=r"TuneConfig\.secret_file is "):
            TuneConfig(role="chief", chief="a:1", secret_file=written)

    def test_files_of_options_as_paths(self) -> None:
        assert TextConfig(word_vectors=Path("a/b.txt")).word_vectors == "a/b.txt"  # type: ignore[arg-type]
        assert TuneConfig(space=Path("a.yaml")).space == "a.yaml"  # type: ignore[arg-type]


def test_a_link_to_itself_is_a_path_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    assert real_path(tmp_path / "link" / "a") == tmp_path / "there" / "a"
    assert real_path(tmp_path / "loop") == tmp_path / "loop"
    with pytest.raises(BundleError, match="loop is not a folder"):
        kerasapps.load_bundle(tmp_path / "loop")
    with pytest.raises(TrainingError, match=r"loop is a link to loop, which is not there"):
        open_run(tmp_path / "loop", task="r", name="n", settings={}).__enter__()


@pytest.mark.parametrize("place", [file_place, folder_place])
def test_folders_above_what_is_written_are_made(place: Any, tmp_path: Path) -> None:
    path = place(tmp_path / "a" / "b" / "c", what="path")
    assert path.parent.is_dir() and not path.exists()
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"path is .*/file/b/c, and .*/file.* cannot be made"):
        place(tmp_path / "file" / "b" / "c", what="path")
    (tmp_path / "link").symlink_to(tmp_path / "else" / "where")
    assert place(tmp_path / "link", what="path") and (tmp_path / "else").is_dir()


def test_a_file_takes_no_folders_place_and_a_folder_no_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a folder: give the name of a file"):
        file_place(tmp_path, what="path")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="a file: name a folder"):
        folder_place(tmp_path / "file", what="folder")


def test_what_may_not_be_written_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    for place in (file_place, folder_place):
        with pytest.raises(ConfigError, match="may not be written: name another place"):
            place(tmp_path / "new", what="path")


def test_what_may_be_meant_has_such_a_name_apart_from_its_suffix(tmp_path: Path) -> None:
    for name in ("1.png", "photos.png", "photo.png", ".photos.jpg"):
        (tmp_path / name).touch()
    for typed, near in {
        "photos.pn": ["photos.png", "photo.png"],
        "photos": ["photos.png", "photo.png"],
        "2.png": [],
        "zebra.png": [],
    }.items():
        assert [path.name for path in near_paths(tmp_path / typed)] == near
