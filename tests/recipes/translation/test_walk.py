"""The whole way of the task, as every task must go it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.recipes.translation.task import TASK
from tests.check_task import Walk, check_task
from tests.words import word_pairs

SENTENCES = ["one red house", "two dog sleeps here"]


def _table(folder: Path) -> Path:
    folder.mkdir()
    file = folder / "pairs.tsv"
    lines = ["en\tde", *("\t".join(pair) for pair in word_pairs(120))]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


WALK = Walk(
    write_data=_table,
    options={
        "model": "transformer",
        "width": 0.25,
        "depth": 0.25,
        "vocab_size": 60,
        "max_length": 12,
        "batch_tokens": 512,
        "beam": 1,
        "epochs": 4,
    },
    inputs=lambda data: (SENTENCES, SENTENCES),
    explained=lambda data: SENTENCES[0],
    modes=("float32",),
    beside=frozenset({"tokenizer.model"}),
)


@pytest.mark.slow  # the other tasks walk; tests/cli asks the bundle of a whole run
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    check_task(TASK, WALK, folder=tmp_path, run=run_here)
