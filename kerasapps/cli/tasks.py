"""The tasks as commands know them: their names, their options, and what a training prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import kerasapps
from kerasapps.cli.figures import print_shown
from kerasapps.cli.options import Config
from kerasapps.config import ModelConfig, TuneConfig, choose
from kerasapps.process.lean import import_tensorflow
from kerasapps.recipes.registry import ALIASES, TASKS
from kerasapps.terminal.streams import write_line
from kerasapps.workflow.task import Task
from kerasapps.workflow.tracking.choice import check_tracker


def _all_typed(tasks: Mapping[str, Task]) -> dict[str, Task]:
    return {name.replace("_", "-"): task for name, task in tasks.items()}


NAMES = _all_typed(TASKS)
"""Each task by the name that is typed; its sub-command is called so."""
OTHER_NAMES = _all_typed(ALIASES)
"""Names that are taken too, and not shown."""


def typed(task: Task) -> str:
    """A task's name as it is typed."""
    return task.name.replace("_", "-")


def named_task(name: str, *, what: str) -> Task:
    """The task of a name that was typed.

    Raises:
        ConfigError: for an unknown one, with the nearest.
    """
    known = {**NAMES, **OTHER_NAMES}
    return known[choose(name, known, what=what)]


def listed(words: Sequence[str], *, before_last: str = " or ") -> str:
    """Each word once: "a, b or c"."""
    *others, last = dict.fromkeys(words)
    return before_last.join([", ".join(others), last] if others else [last])


DATA = f"{listed([task.noun for task in TASKS.values()])}, as for training"
"""Help of the data of any task."""
STATUS = "exit status 1 if a file failed verification"


def models_of(task: Task) -> str:
    """The architectures, for a command's help."""
    return f"Models: {', '.join(task.architectures.choices)}."


def configs_of(task: Task) -> list[Config]:
    """The classes of a training's options, in the order of the help."""
    order = (
        *("load", task.section, "model", "train", "unlabelled"),
        *("compress", "robust", "trust", "export"),
    )
    return [task.sections[section] for section in order if section in task.sections]


def defaults_of(task: Task) -> dict[str, Any]:
    """Option → what it is where nothing is typed."""
    return {
        name: value for config in task.defaults.values() for name, value in vars(config).items()
    }


def helps_of(task: Task) -> dict[str, str]:
    """Option → its help text, where what is offered depends on the task."""
    return {"model": task.architectures.help, "tolerance": tolerance_help([task])}


def tolerance_help(tasks: Iterable[Task]) -> str:
    """Help of `tolerance`, with what it is where nothing is typed."""
    metrics = dict.fromkeys(answer.metric for task in tasks for answer in task.answers)
    usual = [f"{each.tolerance:g}{' %' * each.is_error} of {each.name}" for each in metrics]
    what = "what an exported file may lose: points, or of an error per cent"
    return f"{what} (default: {listed(usual, before_last=', ')})"


def train(
    task: Task,
    data: Any,
    *,
    model: ModelConfig,
    tune: TuneConfig | None = None,
    track: str | None = None,
    **options: Any,
) -> Any:
    """Carries data through a task; what the command prints, and its exit status."""
    # Known before TensorFlow is there, which takes seconds.
    check_tracker(track)
    task.architectures.check(model.model)
    for name in tune.models if tune else ():
        task.architectures.check(name, option="TuneConfig.models")
    from kerasapps.workflow.carry import carry

    result = carry(
        task,
        data,
        model=model,
        tune=tune,
        track=track,
        load_tensorflow=import_tensorflow,
        **options,
    )
    return _trained(result)


def _trained(result: kerasapps.RecipeResult) -> Any:
    from kerasapps.workflow.run import Run

    if result.made_by:  # a worker's: its part is done, and the chief tells of all else
        line = f"Bundle, at {result.made_by}: {result.bundle_dir}"
        return result.to_dict(), lambda: write_line(line)

    def show() -> None:
        if result.folds is not None:
            print_shown(result.folds.shown())
        print_shown(result.shown())
        write_line(f"Bundle: {result.bundle_dir}")
        write_line(f"Report: {result.bundle_dir / 'report.html'}")
        if result.search is not None:
            write_line(f"Leaderboard: {Run(result.bundle_dir.parent).leaderboard}")

    return result.to_dict(), show, 0 if result.passed else 1
