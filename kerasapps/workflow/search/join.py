"""A machine that helps with the search of another."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from kerasapps.config import TuneConfig, choose
from kerasapps.paths import user_path
from kerasapps.recipes.registry import TASKS
from kerasapps.room import telling_of_full_disks
from kerasapps.tuning.search import run_workers
from kerasapps.workflow.options import collect_options
from kerasapps.workflow.search.setup import first_options, set_up


def join_search(
    task: str,
    data: Any,
    *,
    tune: TuneConfig,
    work_dir: Path | str | None = None,
    **options: Any,
) -> int:
    """Tries configurations for a search whose chief is another machine, until it is over.

    The data and all options must be those of the chief; the chief refuses others by name. Only how
    the work is done may differ: `workers`, `worker_cores` and the limits of a trial.

    Args:
        task: name of the recipe: "image_classification", "sentiment" or "translation".
        data: any form that the recipe takes; the same data, wherever it lies on this machine.
        tune: as the chief's, with `role="worker"` and the chief's address.
        work_dir: scratch space, where the trials' logs stay; by default a temporary folder.
        options: the other options of the recipe: `model`, `load`, `train`, `export` and `image`,
            `text` or `translation`.

    Returns:
        How many trials this machine did.

    Raises:
        DataError: if the data cannot be used.
        ConfigError: if an option cannot work.
        TrainingError: if the chief does not answer, goes, or has other data or options.
        DiskFullError: if there is no room.
    """
    choose(task, TASKS, what="The task")
    defaults = TASKS[task].defaults
    for name in options:
        choose(name, defaults, what=f"The option of {task}")
    given = first_options(task, collect_options(**{**defaults, **options}), tune, joins=True)
    folder = None if work_dir is None else user_path(work_dir, what="work_dir")
    with (
        telling_of_full_disks(*([] if folder is None else [folder])),
        tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch,
    ):
        folder = folder or Path(scratch)
        splits = TASKS[task].read(data, given, folder)
        setup = set_up(task, splits, given, tune=tune, folder=folder / "search")
        return run_workers(
            tune=tune, source=setup.source, folder=folder / "search", settings=setup.settings
        )
