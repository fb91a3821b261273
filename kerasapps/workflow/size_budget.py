"""What a budget in kilobytes asks of the options, and of the file that it is for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from kerasapps.config import AUTO, ExportConfig, ModelConfig
from kerasapps.config.export import AUTO as ANY_FILE
from kerasapps.config.training import NARROWEST
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Artifact
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

BYTES: Final = 1000
"""Of a kilobyte."""
_SMALLEST_FIRST: Final = ("int8", "dynamic", "float16", "float32")


def budget_file(export: ExportConfig) -> str:
    """The file that a budget is for: the smallest that is asked for, with "auto" int8.

    Raises:
        ConfigError: if no TFLite file is asked for.
    """
    if ANY_FILE in export.quantization:
        return _SMALLEST_FIRST[0]
    for name in _SMALLEST_FIRST:
        if name in export.quantization:
            return name
    asked = ", ".join(export.quantization) or "no file"
    raise ConfigError(
        f"size_budget_kb is for a TFLite file, and ExportConfig.quantization asks for {asked}: "
        "add int8, or leave size_budget_kb out."
    )


def check_size_budget(task: Task, options: Options, *, searches: bool) -> None:
    """Refuses `size_budget_kb` where it can find no width; before any data is read.

    Args:
        task: what is to be made.
        options: as they were asked for.
        searches: whether options are searched.

    Raises:
        ConfigError: with a search, without a TFLite file, or of a model without a width.
    """
    model: ModelConfig = options["model"]
    if model.size_budget_kb is None:
        return
    if searches:
        raise ConfigError(
            "size_budget_kb and a search exclude each other, as a search varies the width itself: "
            f"give it max_size_mb {model.size_budget_kb / BYTES:g} with the objective of a file, "
            "or train without a search."
        )
    budget_file(options["export"])
    if model.model == AUTO:
        return
    task.architectures.check_budget(model)
    narrow = dataclasses.replace(model, width=max(NARROWEST, model.width / 2))
    if _can_be(task, options) and not _can_be(task, {**options, "model": narrow}):
        raise ConfigError(
            f"size_budget_kb finds a width, and {model.model} has none to choose: leave it out, or "
            "choose another model."
        )


def _can_be(task: Task, options: Options) -> bool:
    """Whether there is such a training; what is wrong with one that was asked for is told later."""
    try:
        task.first_fitting(lambda each: task.planning.plan_training(options, answer=each))
    except ConfigError:
        return False
    return True


def within_budget(
    artifacts: Sequence[Artifact], *, model: ModelConfig, export: ExportConfig
) -> tuple[Artifact, ...]:
    """The judged files; the one that the budget is for fails where it is larger.

    Args:
        artifacts: of a trained network.
        model: has the budget, or none.
        export: what was asked for; with "auto" the choice keeps the limit by itself.
    """
    if model.size_budget_kb is None or ANY_FILE in export.quantization:
        return tuple(artifacts)
    name, most = budget_file(export), model.size_budget_kb * BYTES
    return tuple(
        _too_large(each, most)
        if each.name == name and (each.size_bytes or 0) > most and each.passed
        else each
        for each in artifacts
    )


def _too_large(artifact: Artifact, most: float) -> Artifact:
    reason = (
        f"{artifact.size_bytes:,} bytes, and size_budget_kb allows {most:,.0f}; the file of the "
        "untrained network was smaller: train with a smaller budget"
    )
    return dataclasses.replace(artifact, passed=False, reason=reason)
