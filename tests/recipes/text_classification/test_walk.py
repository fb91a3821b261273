"""The whole way of the task, as every task must go it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.recipes.text_classification.task import TASK
from tests.check_task import Walk, check_task
from tests.data.text_samples import rows, write_csv

TEXTS = ["a good film", "bad and dull"]


def _table(folder: Path) -> Path:
    folder.mkdir()
    return write_csv(folder / "texts.csv", rows(80))


WALK = Walk(
    write_data=_table,
    options={"model": "bag_of_embeddings", "width": 0.25, "max_length": 8, "epochs": 6},
    inputs=lambda data: (TEXTS, TEXTS),
    explained=lambda data: TEXTS[0],
    beside=frozenset({"vocab.txt"}),
)


@pytest.mark.slow  # classes are walked by pictures, texts by the walk to a number
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    check_task(TASK, WALK, folder=tmp_path, run=run_here)


def _numbers(folder: Path) -> Path:
    folder.mkdir()
    numbers = [
        [text, f"{3.5 + place / 40 + 2 * (label == 'pos')}"]
        for place, (text, label) in enumerate(rows(80))
    ]
    return write_csv(folder / "stars.csv", numbers, header=("text", "stars"))


def test_the_whole_way_to_a_number(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    walk = dataclasses.replace(WALK, write_data=_numbers)
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
