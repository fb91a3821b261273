"""Budgets that can find no width are refused before data are read, and files that exceed one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import ExportConfig, ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TABULAR
from kerasapps.workflow.size_budget import budget_file, check_size_budget, within_budget
from kerasapps.workflow.suitable import able_models
from tests.workflow.test_suitable import task_with

TASK = IMAGE_CLASSIFICATION
BUDGET = ModelConfig(model="cnn", size_budget_kb=50)
OPTIONS = {**TASK.defaults, "model": BUDGET}


@pytest.mark.parametrize(
    ("quantization", "name"),
    [
        (("float32", "float16", "dynamic", "int8"), "int8"),
        (("float32", "float16"), "float16"),
        (("float32", "dynamic", "onnx"), "dynamic"),
        (("float32",), "float32"),
    ],
)
def test_the_budget_is_for_the_smallest_file(quantization: Any, name: str) -> None:
    assert budget_file(ExportConfig(quantization=quantization)) == name


@pytest.mark.parametrize(
    ("changes", "searches", "message"),
    [
        ({}, True, r"give it max_size_mb 0\.05 with"),
        ({"export": ExportConfig(quantization=())}, False, "asks for no file: add int8"),
        (
            {"model": ModelConfig(model="efficientnet_lite0", size_budget_kb=50)},
            False,
            r"a pretrained model \(efficientnet_lite0\) has none to choose",
        ),
        (
            {"model": ModelConfig(model="own:net@3f2a", size_budget_kb=50)},
            False,
            r"a network of your own \(net\) has none to choose: leave it out, or choose",
        ),
    ],
)
def test_what_finds_no_width_is_refused(
    changes: dict[str, Any], searches: bool, message: str
) -> None:
    check_size_budget(TASK, OPTIONS, searches=False)
    with pytest.raises(ConfigError, match=message):
        check_size_budget(TASK, {**OPTIONS, **changes}, searches=searches)
    check_size_budget(TASK, {**OPTIONS, **changes, "model": ModelConfig()}, searches=searches)


def test_a_model_without_a_width_is_named() -> None:
    options = {**TABULAR.defaults, "model": ModelConfig(model="linear", size_budget_kb=50)}
    with pytest.raises(ConfigError, match="finds a width, and linear has none to choose"):
        check_size_budget(TABULAR, options, searches=False)
    mlp = {**options, "model": ModelConfig(model="mlp", size_budget_kb=50)}
    check_size_budget(TABULAR, mlp, searches=False)


def test_models_without_a_width_are_left_out_of_a_choice() -> None:
    task = task_with("efficientnet_lite0", "cnn")
    options = {**TASK.defaults, "model": ModelConfig(size_budget_kb=50)}
    assert able_models(task, options) == ("cnn",)


def artifact(name: str, size: int, folder: Path) -> Artifact:
    file = folder / f"{name}.tflite"
    file.write_bytes(bytes(size))
    measured = Measurement(latency_ms=1.0, latency_p95_ms=1.0, peak_memory_mb=1.0)
    return Artifact.judged(
        name, file, measured, metric=0.9, delta=0.0, agreement=1.0, reason=""
    )  # fmt: skip


def test_a_file_that_is_larger_fails_and_only_the_smallest_is_asked(tmp_path: Path) -> None:
    files = [artifact("int8", 50_001, tmp_path), artifact("float32", 90_000, tmp_path)]
    int8, float32 = within_budget(files, model=BUDGET, export=ExportConfig())
    assert not int8.passed and "50,001 bytes, and size_budget_kb allows 50,000" in int8.reason
    assert float32.passed
    fits = [artifact("int8", 50_000, tmp_path)]
    assert within_budget(fits, model=BUDGET, export=ExportConfig())[0].passed
    assert within_budget(files, model=ModelConfig(), export=ExportConfig()) == tuple(files)
