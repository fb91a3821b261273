"""The folder of a run: nobody else's files are lost, and none lands in the data."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TuneConfig
from kerasapps.deploy.exchange import retired
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import DiskFullError, TrainingError
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.training.checkpoint import Checkpoint, write_checkpoint
from kerasapps.tuning.store import SNAPSHOT, Snapshot, write_snapshot
from kerasapps.workflow import run as module
from kerasapps.workflow.run import Run, open_run
from kerasapps.workflow.settings import describe_run
from tests.values import kinds_of

FIRST_BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"  # by version 0.1.0, schema 1


def opened(folder: Path, data: Any = None) -> Run:
    """A run that is over at once."""
    with open_run(folder, task="r", name="n", settings={}, data=data) as run:
        return run


@pytest.mark.parametrize("inside", [".", "run", "cats/run"])
def test_a_run_within_the_data_is_refused(tmp_path: Path, inside: str) -> None:
    data = tmp_path / "photos"
    (data / "cats").mkdir(parents=True)
    with pytest.raises(TrainingError, match="lies in the data"):
        opened(data / inside, data=data)
    assert [path.name for path in data.rglob("*")] == ["cats"]


def test_the_default_folder_may_not_lie_in_the_data_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(TrainingError, match=r"saved_models.* lies in the data"),
        open_run(None, task="r", name="n", settings={}, data="."),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_data_beside_the_run_and_data_that_are_no_folder_are_fine(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for data in (tmp_path / "photos", "builtin:digits", [1, 2], tmp_path / "gone"):
        assert not opened(tmp_path / "run", data=data).folder.exists()


@pytest.mark.parametrize("name", ["work", "bundle"])
def test_a_folder_of_somebody_else_is_not_removed(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name / "letter.txt"
    mine.parent.mkdir()
    mine.write_text("dear")
    with pytest.raises(TrainingError, match=f"{name} was not made by kerasapps"):
        opened(tmp_path)
    assert mine.read_text() == "dear"


def test_what_a_killed_run_left_is_ones_own(tmp_path: Path) -> None:
    left = tmp_path / "left"
    with open_run(tmp_path / "run", task="r", name="n", settings={}) as run:
        (run.work / "cache.npy").touch()  # and then it is killed, before its first checkpoint
        shutil.copytree(run.work, left / "work")
    assert opened(left).folder == left and not (left / "work").exists()


def test_a_run_killed_as_it_began_binds_nobody(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    assert opened(tmp_path).folder == tmp_path


def test_the_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match=r"/file is a file"):
        opened(tmp_path / "file" / "run")


def test_bundles_of_a_search_are_not_replaced_where_they_are_somebody_elses(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "top-2" / "bundle" / "letter.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("dear")
    with pytest.raises(TrainingError, match="top-2/bundle was not made by kerasapps"):
        opened(tmp_path)
    assert mine.read_text() == "dear"


@pytest.mark.parametrize("place", ["bundle", "top-3/bundle"])
def test_what_a_crash_left_aside_is_brought_back_when_the_run_is_opened(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(FIRST_BUNDLE, folder / place)
    settings = read_manifest(folder / place).settings
    (folder / place).rename(retired(folder / place))
    (folder / "top-3").mkdir(exist_ok=True)
    with open_run(folder, task="r", name="n", settings=settings):
        assert read_manifest(folder / place).settings == settings
        assert not retired(folder / place).exists()


@pytest.mark.parametrize("letter", ["n", "é", "🙂"])
def test_a_long_name_is_cut_to_what_a_folder_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_run(None, task="r", name=300 * letter, settings={}) as run:
        size = len(run.folder.name.encode())
    assert 190 < size <= 200 or run.folder.name == "run"
    with open_run(None, task="r", name="n" * 200, settings={}) as run:
        assert run.folder.name == "n" * 200


def test_a_full_disk_ends_a_run_with_one_error_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(
            DiskFullError,
            match=rf"The disk is full: x: No space left on device. Free: .* MB in {tmp_path}. Make "
            "room, and the same command goes on from here; or choose another output folder",
        ),
        open_run(tmp_path / "run", task="r", name="n", settings={}),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [".lock", "work", "bundle"])
def test_a_disk_that_is_full_already_is_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for name in ("open", "mkdir"):
        real = getattr(os, name)

        def refuse(path: Any, *args: Any, real: Any = real, **options: Any) -> Any:
            if place in Path(os.fspath(path)).name:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            return real(path, *args, **options)

        monkeypatch.setattr(os, name, refuse)
    with pytest.raises(DiskFullError, match=rf"The disk is full: .*{place}.*Free: "):
        opened(tmp_path / "run")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_of_the_trial_of_publishing_is_in_nobodys_way(tmp_path: Path) -> None:
    for left in ("work/try/trial-000/export/static_batch/variables", ".bundle.try/new"):
        (tmp_path / left).mkdir(parents=True)
    (tmp_path / "work" / ".kerasapps").touch()
    (tmp_path / ".bundle.try" / ".kerasapps").touch()
    opened(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_an_interrupted_search_is_kept_and_belongs_to_it(tmp_path: Path) -> None:
    options = TEXT_CLASSIFICATION.defaults
    settings = describe_run("data", options, tune=TuneConfig(trials=5))

    def run(settings: dict[str, Any]) -> None:
        with open_run(tmp_path / "run", task="r", name="n", settings=settings) as run:
            run.begin_search(settings)
            write_snapshot(run.search / SNAPSHOT, Snapshot(settings, {}))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run(settings)
    with pytest.raises(InterruptedError):
        run(settings)
    with pytest.raises(InterruptedError):
        run(describe_run("data", options, tune=TuneConfig(trials=6)))  # the same, made longer
    other = describe_run("data", options, tune=TuneConfig(trials=6, algorithm="grid"))
    with pytest.raises(TrainingError, match=r"tune\.algorithm was 'random', is 'grid'"):
        run(other)
    with pytest.raises(TrainingError, match=r"it was a search, is a training\. Choose"):
        run(describe_run("data", options))


def test_a_search_without_a_trial_binds_nobody(tmp_path: Path) -> None:
    options = TEXT_CLASSIFICATION.defaults
    for trials in (5, 6):
        settings = describe_run("data", options, tune=TuneConfig(trials=trials))
        with (
            pytest.raises(InterruptedError),
            open_run(tmp_path / "run", task="r", name="n", settings=settings) as run,
        ):
            run.begin_search(settings)
            raise InterruptedError
        assert not run.folder.exists()


def test_bundles_of_a_search_stand_in_their_order(tmp_path: Path) -> None:
    run = Run(tmp_path)
    places = [run.bundle_of(place).relative_to(tmp_path).as_posix() for place in (1, 2, 3)]
    assert places == ["bundle", "top-2/bundle", "top-3/bundle"]


def test_a_search_is_kept_and_taken_up_again(tmp_path: Path) -> None:
    run = Run(tmp_path)
    write_snapshot(run.search / SNAPSHOT, Snapshot({"a": 1}, {}))
    text = (run.search / SNAPSHOT).read_text()
    run.keep_search()
    assert run.kept_search.read_text() == text
    shutil.rmtree(run.search)
    run.resume_search()
    assert (run.search / SNAPSHOT).read_text() == text


def first_run(folder: Path) -> dict[str, Any]:
    """A finished run in a folder; its settings."""
    settings = read_manifest(FIRST_BUNDLE).settings
    shutil.copytree(FIRST_BUNDLE, folder / "bundle")
    return json.loads(json.dumps(settings))


def test_a_run_with_a_checkpoint_has_begun_and_what_is_finished_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = first_run(tmp_path)
    with open_run(tmp_path, task="r", name="n", settings=settings) as run:
        assert run.begun() is None
    assert (
        "bundle is finished; it is made again and replaced at the end." in capsys.readouterr().err
    )
    write_checkpoint(run.training, Checkpoint(settings, {}, {}))
    assert run.begun() == settings
    (run.work / ".kerasapps").touch()
    with open_run(tmp_path, task="r", name="n", settings=settings):
        pass
    # What only the training itself knows of its data and its teacher is compared by it.
    known = {"fingerprint": "a", "network": "b", "teacher": "c", "labels": "d"}
    write_checkpoint(run.training, Checkpoint({**settings, **known}, {}, {}))
    (run.work / ".kerasapps").touch()
    with open_run(tmp_path, task="r", name="n", settings=settings):
        pass
    with open_run(tmp_path / "new", task="r", name="n", settings={}):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("changes", "names", "expected"),
    [
        ({}, ("n",), "n"),
        ({"epochs": 30}, ("n",), "n"),  # trained longer
        ({"seed": 1}, ("n",), "n-2"),  # another
        ({"seed": 1}, ("n", "n-2"), "n-3"),
    ],
)
def test_the_default_folder_is_that_of_the_same_run_or_of_a_shorter_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, int],
    names: tuple[str, ...],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in names:
        settings = first_run(Path("saved_models") / "r" / name)
    settings["train"] |= changes
    with open_run(None, task="r", name="n", settings=settings) as run:
        assert run.folder == Path("saved_models") / "r" / expected


def test_kinds_of_values() -> None:
    assert kinds_of(module) == {"Run": "frozen"}
