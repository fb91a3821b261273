"""What a run is asked for to make its network small."""

from __future__ import annotations

import dataclasses

from kerasapps.config import CompressConfig
from kerasapps.config.compress import WEIGHTS
from kerasapps.errors import ConfigError
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def compress_of(options: Options) -> CompressConfig:
    """What options say of it; those of tasks without such a section say nothing."""
    compress: CompressConfig = options.get("compress", CompressConfig())
    return compress


def compress_for(task: Task, options: Options) -> CompressConfig:
    """The same, with what the task leaves no choice of: whose networks are built anew for files has
    no fewer filters, as what builds them knows nothing of it.
    """
    compress = compress_of(options)
    if compress.prune_share is None or "prune_by" in task.compresses:
        return compress
    return dataclasses.replace(compress, prune_by=WEIGHTS)


def check_compress(task: Task, options: Options) -> None:
    """Refuses what the task has no use for; before any data is read.

    Args:
        task: what is to be made.
        options: as they were asked for.

    Raises:
        ConfigError: naming the first option that is none of the task's.
    """
    compress = compress_of(options)
    for each in dataclasses.fields(compress):
        if each.name not in task.compresses and getattr(compress, each.name) != each.default:
            named = f"{type(compress).__name__}.{each.name}"
            raise ConfigError(f"{named} does not go with {task.noun}: leave it out.")
