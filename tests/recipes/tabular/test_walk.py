"""The whole way of the task, as every task must go it, with each kind of answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kerasapps.recipes.tabular.task import TASK
from tests.check_task import Walk, check_task
from tests.data.row_samples import columns, write_csv


def walk(answer: str) -> Walk:
    def write_data(folder: Path) -> Path:
        folder.mkdir()
        table = columns(120, number=answer == "number")
        if answer == "labels":
            old = ["|old" if age > 50 else "" for age in table["age"]]
            table["y"] = [f"{label}{more}" for label, more in zip(table["y"], old, strict=True)]
        return write_csv(folder / "people.csv", table)

    def inputs(data: Path) -> tuple[list[str], str]:
        file = data.with_name("rows.csv")
        if not file.exists():
            write_csv(file, columns(3, seed=4))
        return [str(file)], str(file)

    return Walk(
        write_data=write_data,
        options={"target": "y", "width": 0.25, "depth": 0.5, "bins": 4, "epochs": 6},
        inputs=inputs,
        explained=lambda data: f"{data}:2",
        files=lambda data: {"new.csv": data},
    )


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("class", marks=pytest.mark.slow),
        pytest.param("labels", marks=pytest.mark.slow),
        "number",
    ],
)
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., object], answer: str) -> None:
    kill = answer == "class"
    check_task(TASK, walk(answer), folder=tmp_path, run=run_here, kill=kill)
