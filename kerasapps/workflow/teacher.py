"""Who a network learns from, before any data is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from kerasapps.config.teachers import KERAS_SUFFIX, TEACHER, TeacherModel, is_gone, is_keras
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
    teacher = compress_of(options).taught_by
    if teacher is None:
        return
    if own_loss:
        raise ConfigError("loss= takes the place of what a teacher teaches: leave one of them out.")
    if searches:
        raise ConfigError(
            f"A search has no teacher: search without {TEACHER}, then train with it and the "
            "options that were found."
        )
    if is_keras(teacher):
        _check_keras(task, teacher)
        return
    manifest = teacher_of(teacher)
    if manifest.task != task.name:
        raise ConfigError(
            f"{TEACHER} {teacher} is a bundle of {manifest.task}; a teacher of "
            f"{task.name} is needed."
        )


def _check_keras(task: Task, teacher: str) -> None:
    """Refuses a Keras model where it cannot be known what its outputs mean."""
    if not task.trusts:
        raise ConfigError(
            f"{TEACHER} {teacher} is a Keras model, of which nothing says how it reads and answers "
            f"{task.noun}: a bundle of {task.name} is needed."
        )
    if is_gone(teacher):
        raise ConfigError(
            f"{TEACHER} {teacher} was a Keras model of another process: give the model itself "
            f"in Python, or save it and name the {KERAS_SUFFIX} file."
        )
    if not isinstance(teacher, TeacherModel) and not _is_keras_file(Path(teacher)):
        raise ConfigError(
            f"{TEACHER} {teacher} is no {KERAS_SUFFIX} file of Keras 3: save the model with "
            f'model.save("teacher{KERAS_SUFFIX}").'
        )


def _is_keras_file(file: Path) -> bool:
    if not (file.is_file() and zipfile.is_zipfile(file)):
        return False
    with zipfile.ZipFile(file) as archive:
        return "config.json" in archive.namelist()


def teacher_of(path: str) -> Manifest:
    """The manifest of the teacher's bundle.

    Raises:
        ConfigError: if there is none at the path.
    """
    try:
        return read_manifest(path)
    except BundleError as error:
        raise ConfigError(f"{TEACHER}: {error}") from error


def refuse_on_machines(options: Options) -> None:
    """Several machines have no teacher: each would need the bundle, at the same place.

    Raises:
        ConfigError: if one was asked for.
    """
    if compress_of(options).taught_by is not None:
        raise ConfigError(
            f"{TEACHER} is for a training on one machine: leave it out, or train on one."
        )
