"""What a run is asked for to bear attacks and noise."""

from __future__ import annotations

import dataclasses

from kerasapps.config import RobustConfig
from kerasapps.errors import ConfigError
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def robust_of(options: Options) -> RobustConfig:
    """What options say of it; those of tasks without such a section say nothing."""
    robust: RobustConfig = options.get("robust", RobustConfig())
    return robust


def check_robust(task: Task, options: Options) -> None:
    """Refuses what the task has no use for, or goes with nothing else; before any data is read.

    Args:
        task: what is to be made.
        options: as they were asked for.

    Raises:
        ConfigError: naming the option.
    """
    robust = robust_of(options)
    for each in dataclasses.fields(robust):
        if each.name not in task.robust and getattr(robust, each.name) != each.default:
            raise ConfigError(
                f"RobustConfig.{each.name} does not go with {task.noun}: leave it out."
            )
    if robust.trained is None:
        return
    if compress_of(options).qat:
        raise ConfigError(
            "RobustConfig.adversarial and CompressConfig.qat exclude each other: fine-tuning for "
            "int8 knows no attacks, and what the network has learnt to bear would be lost. Leave "
            "one of them out."
        )
