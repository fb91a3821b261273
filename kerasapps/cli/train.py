"""`kerasapps train`: one command a task."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kerasapps.cli.arguments import Json, OutputDir
from kerasapps.cli.data import with_data
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import command
from kerasapps.cli.tasks import (
    NAMES,
    OTHER_NAMES,
    configs_of,
    defaults_of,
    models_of,
    train,
)
from kerasapps.config import TuneConfig
from kerasapps.workflow.task import Task

train_app = typer.Typer(help="Train a model and ship it as verified files.", no_args_is_help=True)

Tune = Annotated[
    int | None,
    typer.Option(
        min=1, help="search so many configurations first (kerasapps tune has more options)"
    ),
]


def _add(name: str, task: Task, *, hidden: bool) -> None:
    @train_app.command(
        name,
        hidden=hidden,
        help=f"Train {task.makes}; exit status 1 if a file failed verification.\n\n"
        f"{models_of(task)}",
    )
    @command
    @with_configs(*configs_of(task), **defaults_of(task))
    @with_data([task], help=task.phrases.data)
    def run(
        data: Any,
        output_dir: OutputDir = None,
        tune: Tune = None,
        json: Json = False,
        **configs: Any,
    ) -> Any:
        search = None if tune is None else TuneConfig(trials=tune)
        return train(task, data, output_dir=output_dir, tune=search, **configs)


for name, task in {**NAMES, **OTHER_NAMES}.items():
    _add(name, task, hidden=name in OTHER_NAMES)
