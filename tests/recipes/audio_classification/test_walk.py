"""The whole way of the task, as every task must go it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.recipes.audio_classification.task import TASK
from tests.check_task import Walk, check_task
from tests.recipes.audio_classification.tones import write_tones


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
