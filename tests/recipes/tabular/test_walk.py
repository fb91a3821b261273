"""The whole way of the task, as every task must go it, with each kind of answer."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import kerasapps
from kerasapps.recipes.tabular.task import TASK
from tests.check_task import Walk, check_task
from tests.data.row_samples import columns, write_csv

SEVERAL = ("y", "tags:labels", "the pay:number")


def walk(answer: str) -> Walk:
    def write_data(folder: Path) -> Path:
        folder.mkdir()
        table = columns(120, number=answer == "number")
        old = ["old" if age > 50 else "" for age in table["age"]]
        if answer == "labels":
            table["y"] = [f"{label}|{more}" for label, more in zip(table["y"], old, strict=True)]
        if answer == "several":
            other = ["even" if age % 2 else "" for age in table["age"]]
            table["tags"] = [f"{a}|{b}".strip("|") for a, b in zip(old, other, strict=True)]
            table["the pay"] = [age * 1.5 for age in table["age"]]
        return write_csv(folder / "people.csv", table)

    def inputs(data: Path) -> tuple[list[str], str]:
        file = data.with_name("rows.csv")
        if not file.exists():
            write_csv(file, columns(3, seed=4))
        return [str(file)], str(file)

    targets: dict[str, Any] = (
        {"target": "y"} if answer != "several" else {"target_columns": SEVERAL}
    )
    return Walk(
        write_data=write_data,
        options={**targets, "width": 0.25, "depth": 0.5, "bins": 4, "epochs": 6},
        inputs=inputs,
        explained=lambda data: f"{data}:2",
        files=lambda data: {"new.csv": data},
    )


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("class", marks=pytest.mark.slow),
        pytest.param("labels", marks=pytest.mark.slow),
        pytest.param("number", marks=pytest.mark.slow),  # one of several answers is a number
        "several",
    ],
)
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., object], answer: str) -> None:
    kill = answer == "class"
    check_task(TASK, walk(answer), folder=tmp_path, run=run_here, kill=kill)
    if answer == "several":
        check_answers(tmp_path / "run" / "bundle", tmp_path, run=run_here)


def check_answers(bundle: Path, folder: Path, *, run: Callable[..., Any]) -> None:
    """Several answers by name: as a table, over HTTP, explained one by one, and in the report."""
    rows, file = columns(3, seed=4), folder / "answers.csv"
    names, predicted = ("y", "tags", "the pay"), kerasapps.load_bundle(bundle).predict(rows)
    assert [tuple(each) for each in predicted] == [names] * 3
    ended = run("predict", bundle, write_csv(folder / "more.csv", rows), "--csv", file)
    assert ended.returncode == 0, ended.stderr
    with file.open(newline="", encoding="utf-8") as lines:
        written = [*csv.DictReader(lines)]
    assert [row["predicted y"] for row in written] == [each["y"].label for each in predicted]
    assert [row["predicted tags"] for row in written] == [
        "|".join(each["tags"].labels) for each in predicted
    ]
    client = TestClient(kerasapps.create_app({"all": bundle}))
    row = {name: cells[0] for name, cells in rows.items() if name != "y"}
    (said,) = client.post("/predict", json={"row": row}).json()["predictions"]
    assert said["answers"]["the pay"]["value"] == pytest.approx(predicted[0]["the pay"].value)
    why = kerasapps.explain_bundle(bundle, row, target="the pay")
    assert why.target == "the pay" and why.score == pytest.approx(predicted[0]["the pay"].value)
    html = (bundle / "report.html").read_text(encoding="utf-8")
    assert html.count("What each column is worth") >= len(names)
