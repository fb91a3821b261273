"""The whole way of the task, as every task must go it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.recipes.image_classification.task import TASK
from tests.check_task import Walk, check_task
from tests.recipes.several import check_several
from tests.shapes import write_shapes


def _pictures(data: Path) -> tuple[list[str], Any]:
    files = sorted(data.glob("*/*.png"))[:3]
    return [str(file) for file in files], files


WALK = Walk(
    write_data=lambda folder: write_shapes(folder, per_class=20),
    options={"model": "mlp", "width": 0.25, "image_size": 16, "augment": "none", "epochs": 6},
    inputs=_pictures,
    explained=lambda data: _pictures(data)[0][0],
    files=lambda data: {"photo.jpg": _pictures(data)[1][0]},
)


def test_the_whole_way(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    check_task(TASK, WALK, folder=tmp_path, run=run_here)


def _sets(folder: Path) -> Path:
    write_shapes(folder, per_class=20)
    files = sorted(folder.glob("*/*.png"))
    sets = [file.parent.name + "|odd" * (int(file.stem) % 2) for file in files]
    lines = [f"{file.relative_to(folder)},{each}" for file, each in zip(files, sets, strict=True)]
    table = folder / "labels.csv"
    table.write_text("\n".join(["image,labels", *lines]) + "\n", encoding="utf-8")
    return table


def _several(folder: Path) -> Path:
    write_shapes(folder, per_class=20)
    lines = ["image,label,signs,size"]
    for file in sorted(folder.glob("*/*.png")):
        number = int(file.stem)
        signs = "|".join(sign for sign, every in (("odd", 2), ("third", 3)) if number % every)
        name = file.relative_to(folder)
        lines.append(f"{name},{file.parent.name},{signs},{50 + number + len(file.parent.name)}.5")
    table = folder / "labels.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


@pytest.mark.slow  # texts walk to several answers in the short run
def test_the_whole_way_to_several_answers(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    columns = ("label", "signs:labels", "size:number")
    walk = dataclasses.replace(
        WALK,
        write_data=_several,
        inputs=lambda data: _pictures(data.parent),
        explained=lambda data: _pictures(data.parent)[0][0],
        files=lambda data: {"photo.jpg": _pictures(data.parent)[1][0]},
        options={**WALK.options, "target_columns": columns},
    )
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
    picture = _pictures(tmp_path / "data")[1][0]
    check_several(tmp_path / "run" / "bundle", picture, tmp_path, run=run_here)


@pytest.mark.slow  # the walk to several answers has a set among them
def test_the_whole_way_to_sets_of_labels(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    walk = dataclasses.replace(
        WALK,
        write_data=_sets,
        inputs=lambda data: _pictures(data.parent),
        explained=lambda data: _pictures(data.parent)[0][0],
        files=lambda data: {"photo.jpg": _pictures(data.parent)[1][0]},
        options={**WALK.options, "label_loss": "asymmetric"},
    )
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
