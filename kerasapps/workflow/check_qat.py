"""Whether a network can be fine-tuned for its int8 file, by the options alone."""

from __future__ import annotations

from kerasapps.config import AUTO
from kerasapps.errors import ConfigError
from kerasapps.workflow.compress import compress_of
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
        ConfigError: if there is no int8 file, options are searched, or the model computes in a
            loop.
    """
    if not compress_of(options).qat:
        return
    asked = options["export"].quantization
    if not {*asked} & {*_SERVED}:
        raise ConfigError(
            "CompressConfig.qat is for the int8 file, and ExportConfig.quantization asks for "
            f"{', '.join(asked) or 'no file'}: add int8, or leave CompressConfig.qat out."
        )
    if searches:
        raise ConfigError(
            "CompressConfig.qat and a search exclude each other, as trials are not fine-tuned: "
            "search without it, then train with the options that were found and it."
        )
    model = options["model"].model
    if model != AUTO and task.architectures.find(model).recurrent:
        raise ConfigError(
            f"{model} is recurrent, and CompressConfig.qat cannot follow its loop: leave it out, "
            "or choose a model without recurrence."
        )
