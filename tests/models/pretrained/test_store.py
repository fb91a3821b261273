"""What is made once and kept: by several at once, damaged, and where nothing can be kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kerasapps.errors import ConfigError, DiskFullError
from kerasapps.models.pretrained import store
from kerasapps.models.pretrained.store import RECORD, cache_folder, kept


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERASAPPS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "net.pth"
    path.write_bytes(b"weights")
    return path


class Maker:
    """Copies the source, and counts how often."""

    def __init__(self, source: Path) -> None:
        self.source, self.count = source, 0

    def __call__(self, folder: Path) -> None:
        self.count += 1
        assert list(folder.iterdir()) == []
        (folder / "weights").write_bytes(self.source.read_bytes())
        (folder / "more").write_text("more")


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KERASAPPS_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / ".cache" / "kerasapps"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "kerasapps"
    monkeypatch.setattr(sys, "platform", "win32")
    assert cache_folder() == tmp_path / "AppData" / "Local" / "kerasapps"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder().is_relative_to(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "kerasapps"
    monkeypatch.setenv("KERASAPPS_CACHE", "~/mine")
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.setenv("KERASAPPS_CACHE", "http://a/b")
    with pytest.raises(ConfigError, match=r"environment variable KERASAPPS_CACHE is a URL"):
        cache_folder()


def test_it_is_made_once_for_a_content_and_a_version(cache: Path, source: Path) -> None:
    make = Maker(source)
    folder = kept(source, version="1", make=make)
    assert folder.parent == cache / "pretrained" and folder.name.startswith("net-")
    assert (folder / "weights").read_bytes() == b"weights"
    assert {file.name for file in folder.iterdir()} == {"weights", "more", RECORD}
    assert kept(source, version="1", make=make) == folder and make.count == 1
    assert kept(source, version="2", make=make) != folder and make.count == 2
    source.write_bytes(b"others")
    other = kept(source, version="1", make=make)
    assert other != folder and make.count == 3 and (other / "weights").read_bytes() == b"others"
    assert not list(folder.parent.glob(".making*"))


def _change(folder: Path) -> None:
    (folder / "weights").write_bytes(b"weighed")


def _forget(folder: Path) -> None:
    (folder / "more").unlink()


def _add(folder: Path) -> None:
    (folder / "other").touch()


def _tear(folder: Path) -> None:
    (folder / RECORD).write_text("{")


def _empty(folder: Path) -> None:
    (folder / RECORD).write_text("[]")


def _lie(folder: Path) -> None:
    record = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_text(json.dumps({**record, "made_of": "another"}))


def _nest(folder: Path) -> None:
    (folder / RECORD).write_text("[" * 200_000)


def _make_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


def _lead_nowhere(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("nowhere")


def _lead_elsewhere(folder: Path) -> None:
    folder.rename(elsewhere := folder.parent.parent / "elsewhere")
    (elsewhere / "weights").write_bytes(b"mine")
    folder.symlink_to(elsewhere)


DAMAGES = [_change, _forget, _add, _tear, _empty, _lie, _nest]
DAMAGES += [_make_a_file, _lead_nowhere, _lead_elsewhere]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_made_anew(
    cache: Path, source: Path, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    make = Maker(source)
    folder = kept(source, version="1", make=make)
    damage(folder)
    assert kept(source, version="1", make=make) == folder and make.count == 2
    assert "is damaged; it is made anew" in "".join(capsys.readouterr())
    assert (folder / "weights").read_bytes() == b"weights"
    assert kept(source, version="1", make=make) == folder and make.count == 2
    if damage is _lead_elsewhere:  # what a link leads to may be another's
        assert (cache / "elsewhere" / "weights").read_bytes() == b"mine"


def test_a_try_that_fails_leaves_nothing(cache: Path, source: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ConfigError("no weights")

    with pytest.raises(ConfigError, match="no weights"):
        kept(source, version="1", make=fail)
    assert [file.suffix for file in (cache / "pretrained").iterdir()] == [".lock"]


def test_what_a_killed_process_left_half_made_goes(cache: Path, source: Path) -> None:
    def dies(folder: Path) -> None:
        (folder / "weights").write_text("half")
        os._exit(9)

    child = os.fork()
    if child == 0:
        kept(source, version="1", make=dies)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    folder = kept(source, version="1", make=Maker(source))
    assert (folder / "weights").read_bytes() == b"weights"
    assert {each.name for each in folder.parent.iterdir()} == {folder.name, f"{folder.name}.lock"}


def test_of_several_at_once_one_makes_it(cache: Path, source: Path) -> None:
    make = Maker(source)
    with ThreadPoolExecutor(4) as pool:
        folders = {*pool.map(lambda _: kept(source, version="1", make=make), range(8))}
    assert len(folders) == 1 and make.count == 1


@pytest.mark.parametrize("blocked", ["file", "mode"])
def test_where_nothing_can_be_kept_it_is_made_for_this_process(
    cache: Path, source: Path, blocked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if blocked == "file":
        cache.write_text("no folder")
    else:
        monkeypatch.setattr(store, "FileLock", _refuse)
    program = (
        "import sys; from pathlib import Path; from kerasapps.models.pretrained import store\n"
        "from tests.models.pretrained.test_store import Maker\n"
        "source = Path(sys.argv[1]); make = Maker(source)\n"
        "one, two = (store.kept(source, version='1', make=make) for _ in range(2))\n"
        "assert one == two and make.count == 1 and (one / 'weights').is_file()\n"
        "assert one.parent.stat().st_mode & 0o77 == 0\n"
        "print(one)"
    )
    if blocked == "mode":
        make = Maker(source)
        folder = kept(source, version="1", make=make)
        assert kept(source, version="1", make=make) == folder and make.count == 1
        assert not folder.is_relative_to(cache)
        return
    done = subprocess.run(
        [sys.executable, "-c", program, str(source)], capture_output=True, text=True, check=True
    )
    *_, folder_line = done.stdout.split()
    assert not Path(folder_line).exists() and "KERASAPPS_CACHE" in done.stderr + done.stdout


@pytest.mark.parametrize("home", ["/nonexistent/home", "relative"])
def test_without_a_home_folder_it_is_made_for_this_process(
    source: Path, home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("KERASAPPS_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    make = Maker(source)
    folder = kept(source, version=home, make=make)
    assert (folder / "weights").read_bytes() == b"weights"
    assert kept(source, version=home, make=make) == folder and make.count == 1
    assert "KERASAPPS_CACHE may name a folder" in "".join(capsys.readouterr())


def test_a_try_that_failed_where_nothing_is_kept_may_be_made_again(
    cache: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ConfigError("no weights")

    monkeypatch.setattr(store, "FileLock", _refuse)
    with pytest.raises(ConfigError, match="no weights"):
        kept(source, version="7", make=fail)
    folder = kept(source, version="7", make=Maker(source))
    assert not (folder / "half").exists() and (folder / "weights").is_file()


def _refuse(path: Path) -> None:
    raise PermissionError(13, os.strerror(13), str(path))


def test_a_full_disk_is_one_error(cache: Path, source: Path) -> None:
    def fill(folder: Path) -> None:
        raise OSError(28, os.strerror(28), str(folder / "weights"))

    with pytest.raises(DiskFullError, match=r"or set KERASAPPS_CACHE to a folder of another disk"):
        kept(source, version="1", make=fill)
    assert not [file for file in (cache / "pretrained").iterdir() if file.is_dir()]


def test_nothing_is_begun_that_has_no_room(
    cache: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HDF5 would leave a process that crashes at its end."""
    make = Maker(source)
    monkeypatch.setattr("kerasapps.files.room.free_disk_bytes", lambda folder: 6)
    with pytest.raises(DiskFullError, match=r"are needed.*or set KERASAPPS_CACHE to a folder of"):
        kept(source, version="1", make=make)
    assert make.count == 0
    monkeypatch.setattr("kerasapps.files.room.free_disk_bytes", lambda folder: 7)
    assert kept(source, version="1", make=make).is_dir()
