"""The command line of a run, typed again: it asks for the same."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.cli import tasks
from kerasapps.config import ModelConfig, TuneConfig
from kerasapps.recipes.registry import TABULAR, TASKS, TEXT_CLASSIFICATION, TRANSLATION
from kerasapps.workflow.command import command_line
from kerasapps.workflow.options import with_values
from kerasapps.workflow.task import Task

CHANGES = {
    "class_weights": {"a b": 2.0, "c": 0.5},
    "deterministic": True,
    "saved_model": False,
    "quantization": ("int8", "float16"),
    "learning_rate": 1e-05,
}


@pytest.fixture
def typed(
    run_here: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], dict[str, Any]]:
    """What a command line hands to the task."""
    handed: dict[str, Any] = {}

    def carry(task: Task, data: Any, **options: Any) -> Any:
        handed.update(options, task=task, data=data)
        return SimpleNamespace()

    monkeypatch.setattr("kerasapps.workflow.carry.carry", carry)
    monkeypatch.setattr(tasks, "_trained", lambda result: ({}, lambda: None, 0))

    def run(line: str) -> dict[str, Any]:
        program, *words = shlex.split(line)
        assert program == "kerasapps"
        ended = run_here(*words)
        assert ended.returncode == 0, ended.stderr
        return dict(handed)

    return run


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_typed_again_it_asks_for_the_same(task: Task, typed: Callable[..., Any]) -> None:
    model = dataclasses.replace(ModelConfig(), model=task.architectures.names[0])
    options = {**with_values(task.defaults, CHANGES), "model": model}
    tune = TuneConfig(trials=3, models=task.architectures.names[:2], max_size_mb=1.5)
    line = command_line(task, "my data/x.csv", options, tune=tune, output_dir=Path("runs/it's"))
    handed = typed(line)
    assert handed.pop("task") is task and handed.pop("data") == "my data/x.csv"
    assert handed.pop("output_dir") == Path("runs/it's") and handed.pop("tune") == tune
    assert handed.pop("track") is None and handed.pop("load_tensorflow")
    assert handed == options


def test_what_is_as_usual_is_not_said() -> None:
    line = command_line(TEXT_CLASSIFICATION, "x.csv", TEXT_CLASSIFICATION.defaults)
    assert line == "kerasapps train text-classification x.csv"
    tabular = with_values(TABULAR.defaults, {"target": "the price", "ignore": ("id",)})
    assert command_line(TABULAR, Path("x.csv"), tabular).endswith(
        "tabular x.csv --target 'the price' --ignore id"
    )


def test_two_files_are_named_by_their_parts() -> None:
    line = command_line(TRANSLATION, ("a.en", Path("a.de")), TRANSLATION.defaults)
    assert line == "kerasapps train translation --source a.en --target a.de"


def test_what_cannot_be_typed_has_a_place() -> None:
    arrays = (np.zeros((4, 8, 8)), np.zeros(4))
    task = TASKS["image_classification"]
    assert command_line(task, arrays, task.defaults) == "kerasapps train image-classification DATA"

    def space(hp: object) -> None:
        pass

    line = command_line(task, arrays, task.defaults, tune=TuneConfig(space=space))
    assert line == "kerasapps tune image-classification DATA --space space"
