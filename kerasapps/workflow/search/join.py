"""A machine that helps with the search of another."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from kerasapps.config import TuneConfig, choose
from kerasapps.data.sources.forms import describe_source
from kerasapps.files.paths import user_path
from kerasapps.files.room import telling_of_full_disks
from kerasapps.process.quiet import import_whole_tensorflow, start_tensorflow
from kerasapps.process.training_stack import require_training
from kerasapps.terminal.doing import doing
from kerasapps.workflow.options import collect_options
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.suitable import checked_options, settled_search
from kerasapps.workflow.task import Task


def help_search(
    task: Task,
    data: Any,
    *,
    tune: TuneConfig,
    work_dir: Path | str | None = None,
    **options: Any,
) -> int:
    """The public `join_search`, of a task that was found."""
    require_training("Joining a search")
    defaults = task.defaults
    for name in options:
        choose(name, defaults, what=f"The option of {task.name}")
    first = collect_options(task, **{**defaults, **options})
    first = checked_options(task, first, tune, joins=True)
    folder = None if work_dir is None else user_path(work_dir, what="work_dir")
    with (
        telling_of_full_disks(*([] if folder is None else [folder])),
        tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch,
    ):
        folder = folder or Path(scratch)
        with doing(f"Reading {describe_source(data)}"):
            splits = read_splits(task, data, first, folder)

        start_tensorflow(import_whole_tensorflow)
        from kerasapps.tuning.search import run_workers
        from kerasapps.workflow.search.setup import set_up

        first, tune = settled_search(task, splits, first, tune, joins=True)
        setup = set_up(task, splits, first, tune=tune, folder=folder / "search")
        return run_workers(
            tune=tune, source=setup.source, folder=folder / "search", settings=setup.settings
        )
