"""Whether there can be learnt from examples without labels, by the options alone."""

from __future__ import annotations

from typing import Final

from kerasapps.config import RepeatConfig
from kerasapps.config.targets import TargetKind
from kerasapps.data.sources.there import require_place
from kerasapps.errors import ConfigError, DataError
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

KINDS: Final[tuple[TargetKind, ...]] = ("class", "labels")
"""What a network can be so sure of that it is learnt."""


def check_unlabelled(task: Task, options: Options, *, searches: bool, repeat: RepeatConfig) -> None:
    """Refuses unlabelled examples where nothing would come of them; before any data is read.

    Args:
        task: what is to be made.
        options: as they were asked for.
        searches: whether options are searched.
        repeat: trainings before the one that ships.

    Raises:
        ConfigError: if there are none of which an option speaks, or something else that was asked
            for does not go with them.
    """
    config = options.get("unlabelled")
    if config is not None and config.alone:
        raise ConfigError(
            f"{', '.join(f'UnlabelledConfig.{name}' for name in config.alone)}: of no use without "
            "UnlabelledConfig.unlabelled; leave it out, or give examples without labels."
        )
    if config is None or not config.asked:
        return
    if searches:
        raise ConfigError(
            "UnlabelledConfig.unlabelled is for a training, not for a search: search without it, "
            "then train with it and the options that were found."
        )
    if repeat.asked:
        raise ConfigError(
            f"UnlabelledConfig.unlabelled and RepeatConfig.{next(iter(repeat.asked))} exclude each "
            "other: labels that a network gave would carry what it learnt from one training to "
            "the other; leave one of them out."
        )
    kind = options[task.section].target_kind
    if kind is not None and kind not in KINDS:
        refuse_kind(kind)
    try:
        require_place(config.unlabelled)
    except DataError as error:
        raise ConfigError(f"UnlabelledConfig.unlabelled: {error}") from error


def refuse_kind(kind: TargetKind) -> None:
    """Refuses answers that come without a score.

    Raises:
        ConfigError: always.
    """
    what = {"number": "a number", "several": "several answers"}[kind]
    raise ConfigError(
        f"UnlabelledConfig.unlabelled is for classes or sets of labels, of which a network can say "
        f"how sure it is; here the target is {what}: leave it out."
    )


def refuse_unlabelled_on_machines(options: Options) -> None:
    """Several machines label nothing together.

    Raises:
        ConfigError: if they were asked to.
    """
    config = options.get("unlabelled")
    if config is not None and config.asked:
        raise ConfigError(
            "UnlabelledConfig.unlabelled is for a training on one machine: leave it out, or train "
            "on one."
        )
