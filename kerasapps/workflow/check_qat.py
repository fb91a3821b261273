"""Whether a network can be fine-tuned for its int8 file, by the options alone."""

from __future__ import annotations

import dataclasses

from kerasapps.config import AUTO
from kerasapps.errors import ConfigError
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

_SERVED = ("int8", "auto")


def check_qat(task: Task, options: Options, *, searches: bool) -> None:
    """Refuses `qat` where nothing would come of it; before any data is read.

    Args:
        task: what is to be made.
        options: as they were asked for.
        searches: whether options are searched.

    Raises:
        ConfigError: if `compress` asks for what is none of the task's; or for qat without an int8
            file, with a search, or of a model that computes in a loop.
    """
    compress = options.get("compress")
    if compress is None:
        return
    for each in dataclasses.fields(compress):
        if each.name not in task.compresses and getattr(compress, each.name) != each.default:
            raise ConfigError(f"{each.name} does not go with {task.noun}: leave it out.")
    if not compress.qat:
        return
    asked = options["export"].quantization
    if not {*asked} & {*_SERVED}:
        raise ConfigError(
            f"qat is for the int8 file, and quantization asks for {', '.join(asked) or 'no file'}: "
            "add int8, or leave qat out."
        )
    if searches:
        raise ConfigError(
            "qat and a search exclude each other, as trials are not fine-tuned: search without "
            "qat, then train with the options that were found and qat."
        )
    model = options["model"].model
    if model != AUTO and task.architectures.find(model).recurrent:
        raise ConfigError(
            f"{model} is recurrent, and qat cannot follow its loop: leave qat out, or choose a "
            "model without recurrence."
        )
