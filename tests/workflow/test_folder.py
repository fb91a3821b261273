"""A folder that is written to: what would fail at the end of a run fails at its beginning."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kerasapps.deploy import exchange
from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.workflow.folder import (
    clear_work,
    held,
    held_bundle,
    in_its_place,
    refuse_unwritable,
    try_publishing,
)
from kerasapps.workflow.run import Run, open_run


def opened(folder: Path) -> Run:
    """A run that makes a bundle as a whole one would."""
    with open_run(folder, task="r", name="n", settings={}) as run:
        assert (run.work / ".kerasapps").exists()
        new = run.work / "new"
        new.mkdir()
        (new / "bundle.json").touch()
        return run


def test_a_work_folder_on_another_disk_may_be_linked(tmp_path: Path) -> None:
    disk, folder = tmp_path / "disk", tmp_path / "run"
    disk.mkdir()
    folder.mkdir()
    (folder / "work").symlink_to(disk)
    with open_run(folder, task="r", name="n", settings={}) as run:
        (run.work / "cache.npy").touch()
        (run.work / "deep").mkdir()
        (run.work / "deep" / "link").symlink_to(tmp_path)
        assert (disk / "cache.npy").exists()
    assert (folder / "work").is_symlink() and list(disk.iterdir()) == []


def test_a_link_to_nothing_is_named_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "work").symlink_to(tmp_path / "gone")
    with pytest.raises(TrainingError, match=r"work is a link to .*gone, which is not there"):
        opened(tmp_path)


def test_a_linked_bundle_is_tried_where_it_points_to(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "bundle").symlink_to(tmp_path / "disk" / "mine")
    with pytest.raises(
        TrainingError, match=r"run cannot be used \(No such file or directory: .*disk\)"
    ):
        opened(folder)
    (tmp_path / "disk").mkdir()
    with open_run(folder, task="r", name="n", settings={}):
        assert (tmp_path / "disk" / ".mine.lock").exists()
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_bundle_that_is_a_mount_point_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bundle").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path / "bundle")
    with pytest.raises(TrainingError, match="bundle is where a disk is mounted"):
        opened(tmp_path)


@pytest.mark.parametrize("name", ["a" * 300, "é" * 128])
def test_a_name_that_no_folder_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"output_dir is .* cannot be used: File name too long"):
        opened(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_path_too_long_for_what_is_written_in_it_is_refused(tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 3970:
        folder = folder / ("d" * min(200, 3989 - len(str(folder))))
    with pytest.raises(TrainingError, match=r"cannot be used \(File name too long\)"):
        opened(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["work", ".bundle.try"])
def test_a_folder_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    real = os.mkdir

    def refuse(path: str, *args: object, **options: object) -> None:
        if Path(path).name == place:
            raise OSError(30, "Read-only file system", path)
        real(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(TrainingError, match=r"cannot be used \(Read-only file system\)"):
        opened(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_publishing_itself_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(one: Path, other: Path) -> bool:
        raise OSError(1, "Operation not permitted", str(other))

    monkeypatch.setattr(exchange, "_exchange", fail)
    with pytest.raises(TrainingError, match="Operation not permitted"):
        try_publishing(tmp_path / "work", tmp_path / "bundle")


def test_a_bundle_that_is_a_link_to_itself_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "bundle").symlink_to("bundle")
    with pytest.raises(TrainingError, match=r"bundle is a link to bundle, which is not there"):
        try_publishing(tmp_path / "work", tmp_path / "bundle")


def test_trying_leaves_the_work_folder_alone(tmp_path: Path) -> None:
    try_publishing(tmp_path / "work", tmp_path / "bundle")
    assert [each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*")] == [
        "work",
        "work/.kerasapps",
    ]


def test_half_a_surrogate_pair_is_refused_wherever_it_is(tmp_path: Path) -> None:
    for settings, folder in (
        ({}, tmp_path / "r\udc80n"),
        ({"data": "d\udc80"}, tmp_path),
        ({"data": ["a", "d\udc80"]}, tmp_path),
        ({"text": {"word_vectors": "d\udc80"}}, tmp_path),
    ):
        with pytest.raises(TrainingError, match=r"\\udc80.* Set PYTHONUTF8=1"):
            refuse_unwritable(settings, folder)
    refuse_unwritable({"data": "🙂", "seed": 0, "run": None}, tmp_path / "🙂")


def test_a_name_that_the_locale_cannot_write_is_refused() -> None:
    program = (
        "from kerasapps.workflow.run import open_run\n"
        "from kerasapps.errors import TrainingError\n"
        "try:\n"
        "    open_run('/tmp/r\\U0001f600n', task='r', name='n', settings={}).__enter__()\n"
        "except TrainingError as error:\n"
        "    print(ascii(str(error)))\n"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Set PYTHONUTF8=1" in ended.stdout, ended.stderr


def test_one_process_at_a_time_trains_or_exports(tmp_path: Path) -> None:
    (tmp_path / "top-2").mkdir()
    for bundle in (tmp_path / "bundle", tmp_path / "top-2" / "bundle"):
        for one, other in (
            (held(tmp_path, tmp_path / "bundle"), held_bundle(bundle)),
            (held_bundle(bundle), held(tmp_path, tmp_path / "bundle")),
        ):
            with one, pytest.raises(TrainingError, match="Another process uses"), other:
                pass
    assert [each.name for each in tmp_path.iterdir()] == ["top-2"]


def test_an_error_is_told_as_it_is_and_the_lock_is_free_again(tmp_path: Path) -> None:
    with pytest.raises(KeyError), held(tmp_path / "a" / "b", tmp_path / "a" / "b" / "bundle"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="mine"), held(tmp_path, tmp_path / "bundle"):
        raise OSError("mine")
    with hold(tmp_path / ".lock"):
        pass


def test_scratch_space_is_not_made_over_somebody_elses(tmp_path: Path) -> None:
    mine = tmp_path / ".bundle.export" / "letter"
    mine.parent.mkdir()
    mine.touch()
    with (
        pytest.raises(TrainingError, match=r"\.bundle\.export is in the way"),
        in_its_place(tmp_path / "bundle", "export"),
    ):
        pass
    assert mine.exists()
    with (
        pytest.raises(OSError, match="inside"),
        in_its_place(tmp_path / "b", "export") as folder,
    ):
        assert folder == tmp_path / ".b.export"
        raise OSError("inside")
    assert not folder.exists()


def test_a_work_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "work" / "deep").mkdir(parents=True)
    clear_work(tmp_path / "work")
    clear_work(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_folder_is_removed_ends_as_it_ends(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyError), held(folder, folder / "bundle"):
        shutil.rmtree(folder)
        raise KeyError("its own ending")
    assert not folder.exists()
