"""`kerasapps tune`: a search before the training, on one machine or several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import kerasapps
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
from kerasapps.config import ExportConfig, TuneConfig
from kerasapps.config.export import AUTO
from kerasapps.terminal.streams import write_line
from kerasapps.workflow.task import Task


def _command(task: Task) -> tuple[Callable[..., Any], str, str]:
    @lasting_command
    @with_configs(TuneConfig, *configs_of(task), helps=helps_of(task), **defaults_of(task))
    @with_data([task], help=task.phrases.data)
    def run(
        data: Any,
        output_dir: OutputDir = None,
        track: Track = None,
        json: Json = False,
        *,
        tune: TuneConfig,
        export: ExportConfig,
        **configs: Any,
    ) -> Any:
        tune, configs["export"] = _limits_where_they_count(tune, export)
        if tune.role == "worker":
            return _join(task, data, output_dir, tune=tune, **configs)
        return train(task, data, output_dir=output_dir, tune=tune, track=track, **configs)

    text = f"Search the options of {task.makes}, then train and ship the best; {STATUS}."
    line = f"tune {typed(task)} {task.phrases.example}"
    ends = examples(
        f"{line} --trials 20",
        f"{line} --search-minutes 60",
        f"{line} --max-size-mb 2",
    )
    return run, f"{text}\n\n{models_of(task)}", ends


def _limits_where_they_count(
    tune: TuneConfig, export: ExportConfig
) -> tuple[TuneConfig, ExportConfig]:
    """Limits of a file are the search's, or with `--quantization auto` those of the choice."""
    if AUTO not in export.quantization:
        return tune, export
    size, latency = tune.max_size_mb, tune.max_latency_ms
    search = replace(tune, max_size_mb=None, max_latency_ms=None)
    return search, replace(export, max_size_mb=size, max_latency_ms=latency)


def _join(task: Task, data: Any, work_dir: Path | None, **options: Any) -> Any:
    """A worker's part in the search of another machine."""
    trials = kerasapps.join_search(task.name, data, work_dir=work_dir, **options)
    message = f"The search is over. Trials done here: {trials}."
    return {"trials": trials}, lambda: write_line(message)


tune_app = task_group(
    _command,
    help="Search for better options, then train with them and ship verified files.",
    epilog=examples(*(f"tune {name} {task.phrases.example}" for name, task in NAMES.items())),
)
