"""The whole way of the task, as every task must go it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.recipes.tagging.task import TASK
from tests.check_task import Walk, check_task
from tests.recipes.tagging.sentences import write_conll

TEXTS = ["Mr Bob Smith lives in Paris.", "nobody \U0001f600 in New\u00a0York"]

WALK = Walk(
    write_data=lambda folder: write_conll(folder / "names.conll", 120),
    options={
        "model": "cnn_crf",
        "width": 0.25,
        "max_characters": 8,
        "max_tokens": 8,
        "epochs": 3,
    },
    inputs=lambda data: (TEXTS, TEXTS),
    explained=None,
    modes=("float32",),
    beside=frozenset({"words.txt", "characters.txt", "transitions.json"}),
)


@pytest.mark.parametrize("kill", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., Any], kill: bool) -> None:
    check_task(TASK, WALK, folder=tmp_path, run=run_here, kill=kill)
