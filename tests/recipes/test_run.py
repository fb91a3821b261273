"""The folder of a run: nobody else's files are lost, and none lands in the data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from kerasapps.recipes.run import Run, open_run

from kerasapps.errors import TrainingError


def opened(folder: Path, data: Any = None) -> Run:
    """A run that is over at once."""
    with open_run(folder, recipe="r", name="n", settings={}, data=data) as run:
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
        open_run(None, recipe="r", name="n", settings={}, data="."),
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
    with open_run(tmp_path / "run", recipe="r", name="n", settings={}) as run:
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
