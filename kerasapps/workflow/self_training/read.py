"""Unlabelled data, read and freed of what is known already; without TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.data.checks import check_broken, tell_left_out
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import Splits
from kerasapps.data.unlabelled import Sifted, Unlabelled, sift
from kerasapps.errors import DataError
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.workflow.self_training.check import KINDS, refuse_kind
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def read_unlabelled(
    task: Task, splits: Splits[Any], options: Options, folder: Path
) -> Sifted[Any] | None:
    """The unlabelled examples that were asked for, each once; None where nobody asked.

    Args:
        task: reads its kind of data.
        splits: the labelled examples.
        options: of the run.
        folder: scratch space that must outlive them.

    Raises:
        ConfigError: if the labelled examples have no answer that a network is sure of.
        DataError: if nothing of the data can be used.
    """
    config = options.get("unlabelled")
    if config is None or not config.asked:
        return None
    if splits.target.kind not in KINDS:
        refuse_kind(splits.target.kind)
    source = describe_source(config.data)
    try:
        with doing(f"Reading {source}"):
            read = read_whole(
                task,
                config.data,
                options=options,
                max_broken=options["load"].max_broken,
                folder=folder / "unlabelled",
            )
    except DataError as error:
        raise DataError(f"UnlabelledConfig.unlabelled, {source}: {error}") from error
    tell_read(read, task, called="unlabelled")
    sifted = sift(read.examples, splits)
    _tell(sifted, task.noun, labelled=read.labelled)
    if not len(sifted.examples):
        raise DataError(
            f"UnlabelledConfig.unlabelled, {source}: nothing is left that is not among the "
            f"labelled {task.noun} already."
        )
    return sifted


def read_whole(
    task: Task, data: Any, *, options: Options, max_broken: float, folder: Path
) -> Unlabelled[Any]:
    """All of some data whose labels do not count, of which not too much is broken.

    Args:
        task: reads its kind of data.
        data: any form that training or `predict` takes.
        options: the task's own section says how it is read.
        max_broken: share of unreadable examples that is skipped before it is an error.
        folder: scratch space that must outlive them.

    Raises:
        DataError: if nothing of the data can be used, or too much of it cannot.
    """
    read = task.unlabelled.read(data, options=options, folder=folder)
    one = task.rows.removesuffix("s")
    errors = check_broken(read.broken, len(read.examples), noun=one, max_broken=max_broken)
    if errors:
        raise DataError("; ".join(errors))
    if not len(read.examples):
        raise DataError(f"there are no {task.noun} in it")
    return read


def tell_read(read: Unlabelled[Any], task: Task, *, called: str) -> None:
    """Says how such data was read, and what was left out; `called` is what it is, in one word."""
    for note in read.notes:
        tell(f"{called.capitalize()}: {note}")
    tell_left_out(read.broken, noun=f"{called} {task.rows.removesuffix('s')}", tell=tell)


def _tell(sifted: Sifted[Any], noun: str, *, labelled: bool) -> None:
    """Says what there is to learn from, and what was left out."""
    one = noun.removesuffix("s")
    left = [
        (sifted.held_out, "also in validation or test, which that would give away"),
        (sifted.labelled, "also among those with labels"),
        (sifted.copies, "there more than once"),
    ]
    tell(f"{counted(len(sifted.examples), f'unlabelled {one}')} to learn from")
    for count, why in left:
        if count:
            tell(f"  {counted(count, f'unlabelled {one}')} left out: {why}")
    if labelled:
        tell("  Labels that are there too, such as folders or a column, are not looked at")
