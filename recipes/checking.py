"""The public function that looks at data before they are trained on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TASKS, find_task, guess_task
from kerasapps.workflow.deep.check import DeepCheck, check_deep
from kerasapps.workflow.deep.labels import check_minutes
from kerasapps.workflow.task import Task


def check_data(
    data: Any,
    *,
    task: str | None = None,
    minutes: float | None = None,
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    **options: Any,
) -> DeepCheck:
    """Audits data, compares its examples with one another, and asks networks about the labels.

    It is `kerasapps check --deep`; `kerasapps.data.audit_images` and its like are the audit alone.

    Args:
        data: any form that training takes.
        task: name of the recipe, such as "image_classification"; None: by what the data holds.
        minutes: of training of the task's usual model, on five parts in turn, to name labels that
            may be wrong; None: these are not looked for.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have, and of the trainings.
        options: fields of the task's config that say how the data is read, such as
            `label_column="kind"`.

    Returns:
        The audit, examples that are nearly the same, and labels that may be wrong; its `write`
        makes CSV files of the lists. The audit alone where the data cannot be used.

    Raises:
        ConfigError: if an option cannot work, or wrong labels cannot be looked for in such data.
        DataError: if there is nothing that any task takes.
        DependencyError: if what training takes is not installed.
        TrainingError: if a training fails.

    Examples:
        >>> found = kerasapps.check_data("builtin:reviews")
        >>> found.audit.ok, found.doubts
        (True, None)
    """
    chosen = _meant(data, options) if task is None else find_task(task)
    TrainConfig(seed=seed)  # one that training would refuse is refused here
    check_minutes(minutes)
    unknown = [name for name in options if name not in chosen.asked("check")]
    if unknown:
        raise ConfigError(
            f"{', '.join(unknown)}: not how data of {chosen.name} are read; leave it out."
        )
    configs = {"load": load, chosen.section: chosen.options(**options)}
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        return check_deep(chosen, data, configs, seed=seed, folder=Path(scratch), minutes=minutes)


def _meant(data: Any, options: Mapping[str, Any]) -> Task:
    """The task that alone has the options, else what the data looks like among those that do."""
    fitting = [task for task in TASKS.values() if {*options} <= {*task.asked("check")}]
    return fitting[0] if len(fitting) == 1 else guess_task(data, rather=fitting)
