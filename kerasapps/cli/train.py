"""`kerasapps train`: one command a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from kerasapps.cli.arguments import Json, OutputDir, Track
from kerasapps.cli.data import with_data
from kerasapps.cli.examples import examples
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import lasting_command
from kerasapps.cli.task_group import task_group
from kerasapps.cli.tasks import (
    NAMES,
    STATUS,
    configs_of,
    defaults_of,
    helps_of,
    models_of,
    train,
    typed,
)
from kerasapps.config import ClusterConfig, RepeatConfig, TuneConfig
from kerasapps.workflow.task import Task

Tune = Annotated[
    int | None,
    typer.Option(
        min=1, help="search so many configurations first (kerasapps tune has more options)"
    ),
]


def _command(task: Task) -> tuple[Callable[..., Any], str, str]:
    @lasting_command
    @with_configs(
        *configs_of(task),
        RepeatConfig,
        ClusterConfig,
        helps=helps_of(task),
        **defaults_of(task),
    )
    @with_data([task], help=task.phrases.data)
    def run(
        data: Any,
        output_dir: OutputDir = None,
        tune: Tune = None,
        track: Track = None,
        json: Json = False,
        **configs: Any,
    ) -> Any:
        search = None if tune is None else TuneConfig(trials=tune)
        return train(task, data, output_dir=output_dir, tune=search, track=track, **configs)

    line = f"train {typed(task)} {task.phrases.example}"
    model, *_ = (*task.architectures.auto, *task.architectures.names)
    ends = examples(
        line,
        f"{line} --output-dir runs/first",
        f"{line} --model {model}",
    )
    return run, f"Train {task.makes}; {STATUS}.\n\n{models_of(task)}", ends


train_app = task_group(
    _command,
    help="Train a model and ship it as verified files.",
    epilog=examples(*(f"train {name} {task.phrases.example}" for name, task in NAMES.items())),
)
