"""The whole way of the task, as every task must go it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.recipes.audio_classification.task import TASK
from tests.check_task import Walk, check_task
from tests.recipes.audio_classification.tones import write_tones
from tests.recipes.several import check_several


def _sounds(data: Path) -> tuple[list[str], Any]:
    files = sorted(data.glob("*/*.wav"))[:3]
    return [str(file) for file in files], files


WALK = Walk(
    write_data=lambda folder: write_tones(folder, per_class=20),
    options={"model": "ds_cnn", "width": 0.125, "depth": 0.5, "mels": 16, "epochs": 6},
    inputs=_sounds,
    explained=lambda data: _sounds(data)[0][0],
    files=lambda data: {"sound.wav": _sounds(data)[1][0]},
)


@pytest.mark.parametrize("kill", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., Any], kill: bool) -> None:
    check_task(TASK, WALK, folder=tmp_path, run=run_here, kill=kill)


def _table(folder: Path, answer: Callable[[Path], object]) -> Path:
    write_tones(folder, per_class=20)
    files = sorted(folder.glob("*/*.wav"))
    table = folder / "answers.csv"
    lines = [f"{file.relative_to(folder)},{answer(file)}" for file in files]
    table.write_text("\n".join(["sound,label", *lines]) + "\n", encoding="utf-8")
    return table


def _set(file: Path) -> str:
    return file.parent.name + "|odd" * (int(file.stem) % 2)


def _number(file: Path) -> str:
    return f"{len(file.parent.name)}.{file.stem}1"


@pytest.mark.slow  # pictures and texts go this way by default
def test_the_whole_way_to_several_answers(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    def table(folder: Path) -> Path:
        write_tones(folder, per_class=20)
        lines = ["sound,label,signs,size"]
        for file in sorted(folder.glob("*/*.wav")):
            number = int(file.stem)
            signs = "|".join(sign for sign, every in (("odd", 2), ("third", 3)) if number % every)
            name = file.relative_to(folder)
            lines.append(f"{name},{file.parent.name},{signs},{number}.{len(file.parent.name)}")
        (folder / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "answers.csv"

    columns = ("label", "signs:labels", "size:number")
    walk = dataclasses.replace(
        WALK,
        write_data=table,
        inputs=lambda data: _sounds(data.parent),
        explained=lambda data: _sounds(data.parent)[0][0],
        files=lambda data: {"sound.wav": _sounds(data.parent)[1][0]},
        options={**WALK.options, "target_columns": columns},
    )
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
    sound = _sounds(tmp_path / "data")[1][0]
    check_several(tmp_path / "run" / "bundle", sound, tmp_path, run=run_here)


@pytest.mark.slow  # pictures go this way by default
@pytest.mark.parametrize(
    ("answer", "options"),
    [(_set, {"label_loss": "focal"}), (_number, {"augment": "strong"})],
    ids=["labels", "number"],
)
def test_the_whole_way_to_other_answers(
    tmp_path: Path,
    run_here: Callable[..., Any],
    answer: Callable[[Path], object],
    options: dict[str, Any],
) -> None:
    walk = dataclasses.replace(
        WALK,
        write_data=lambda folder: _table(folder, answer),
        inputs=lambda data: _sounds(data.parent),
        explained=lambda data: _sounds(data.parent)[0][0],
        files=lambda data: {"sound.wav": _sounds(data.parent)[1][0]},
        options={**WALK.options, **options},
    )
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
