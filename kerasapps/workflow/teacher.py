"""The bundle that a network learns from, before any data is read."""

from __future__ import annotations

from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.errors import BundleError, ConfigError
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def check_teacher(task: Task, options: Options, *, searches: bool, own_loss: bool) -> None:
    """Refuses a teacher that cannot teach this.

    Args:
        task: what is to be made.
        options: as they were asked for.
        searches: whether options are searched.
        own_loss: whether the user brought a loss.

    Raises:
        ConfigError: if there is no such bundle, it is of another task, or something else that was
            asked for does not go with a teacher.
    """
    teacher = compress_of(options).teacher
    if teacher is None:
        return
    if own_loss:
        raise ConfigError("loss= takes the place of what a teacher teaches: leave one of them out.")
    if searches:
        raise ConfigError(
            "A search has no teacher: search without --teacher, then train with it and the options "
            "that were found."
        )
    manifest = teacher_of(teacher)
    if manifest.task != task.name:
        raise ConfigError(
            f"--teacher {teacher} is a bundle of {manifest.task}; a teacher of "
            f"{task.name} is needed."
        )
    if not manifest.labels:
        raise ConfigError(
            f"--teacher {teacher} answers with no classes or labels: one that does is needed."
        )


def teacher_of(path: str) -> Manifest:
    """The manifest of the teacher's bundle.

    Raises:
        ConfigError: if there is none at the path.
    """
    try:
        return read_manifest(path)
    except BundleError as error:
        raise ConfigError(f"--teacher: {error}") from error


def refuse_on_machines(options: Options) -> None:
    """Several machines have no teacher: each would need the bundle, at the same place.

    Raises:
        ConfigError: if one was asked for.
    """
    if compress_of(options).teacher is not None:
        raise ConfigError(
            "--teacher is for a training on one machine: leave it out, or train on one."
        )
