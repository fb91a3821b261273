"""The command line that a run is asked for with."""

from __future__ import annotations

import dataclasses
import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kerasapps.config import RepeatConfig, TuneConfig
from kerasapps.config.own import OwnNetwork
from kerasapps.config.teachers import KERAS_SUFFIX, TeacherModel
from kerasapps.data.sources.forms import two_files
from kerasapps.workflow.own import reference_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

DATA: Final = "DATA"
"""Stands for data that no command line can name, such as arrays."""


def command_line(
    task: Task,
    data: Any,
    options: Options,
    *,
    tune: TuneConfig | None = None,
    output_dir: Path | str | None = None,
    repeat: RepeatConfig = RepeatConfig(),
) -> str:
    """The command that does what a call of Python does, quoted for a shell.

    Args:
        task: what is to be made.
        data: as it was given.
        options: as they were asked for; those that are as usual are left out.
        tune: the search, if there is one.
        output_dir: as it was given.
        repeat: trainings before the one that ships.
    """
    words = ["kerasapps", "train" if tune is None else "tune", task.name.replace("_", "-")]
    words += _data(task, data)
    for section, config in options.items():
        words += _options(config, task.defaults[section])
    if tune is not None:
        words += _options(tune, TuneConfig())
    words += _options(repeat, RepeatConfig())
    if output_dir is not None:
        words += ["--output-dir", str(output_dir)]
    return shlex.join(words)


def _data(task: Task, data: Any) -> list[str]:
    if isinstance(data, str | os.PathLike):
        return [os.fsdecode(data)]
    if two_files(data) and len(task.parts) == len(data):
        named = zip(task.parts, data, strict=True)
        return [word for part, file in named for word in (f"--{part}", os.fsdecode(file))]
    return [DATA]


def _options(config: Any, usual: Any) -> Iterator[str]:
    for field in dataclasses.fields(config):
        value, name = getattr(config, field.name), field.name.replace("_", "-")
        if value is None or value == getattr(usual, field.name):
            continue
        if not field.metadata["identifies"]:  # where it ran, which is another place each time
            continue
        if isinstance(value, bool):
            yield f"--{name}" if value else f"--no-{name}"
            continue
        for each in value if isinstance(value, tuple) else (value,):
            yield from (f"--{name}", _written(each))


def _written(value: Any) -> str:
    if isinstance(value, TeacherModel):
        return f"TEACHER{KERAS_SUFFIX}"
    if isinstance(value, Mapping):
        return ",".join(f"{key}={each}" for key, each in value.items())
    if isinstance(value, OwnNetwork):
        return reference_of(value)
    if callable(value):
        return str(getattr(value, "__name__", type(value).__name__))
    return str(value)
