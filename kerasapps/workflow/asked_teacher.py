"""A teacher's bundle: opened, said to be there, and asked no more than once; whatever its task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kerasapps.config.teachers import is_keras
from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.opening import PREFERENCE, LoadedBundle, runnable_file
from kerasapps.errors import ConfigError
from kerasapps.files.npy import write_array
from kerasapps.files.whole import replaced
from kerasapps.terminal.streams import tell
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task
from kerasapps.workflow.teacher import teacher_of

FOLDER = "teacher"
"""Of what teachers answered, in the cache."""


def tell_teacher(task: Task, manifest: Manifest, splits: Splits[Any]) -> None:
    """Says who teaches, how good it is, and where figures may come out too good.

    Args:
        task: of network and teacher.
        manifest: of the teacher.
        splits: the examples.
    """
    metric = task.answer_of(manifest).metric
    tell(
        f"Teacher: {manifest.folder} ({manifest.settings['model']['model']}, {metric.name} "
        f"{metric.text(metric.figure(metric.share(manifest.metrics)))})"
    )
    if manifest.data["fingerprint"] != splits.fingerprint:
        tell(
            "The teacher was trained on other data or other splits: where it saw examples that are "
            "held out here, figures may come out too good"
        )


def tell_outdone_teacher(task: Task, options: Options, share: float, *, fingerprint: str) -> None:
    """Warns of a teacher that knew no more than what it taught.

    Args:
        task: of network and teacher.
        options: `compress` is read.
        share: of the network that was taught, on the test split; see `Metric.share`.
        fingerprint: of its data; a teacher's figure on other data says nothing.
    """
    asked = compress_of(options).taught_by
    if asked is None or is_keras(asked):
        return
    try:
        manifest = teacher_of(asked)
    except ConfigError:  # deleted since it taught, which it no longer matters for
        return
    if manifest.data["fingerprint"] != fingerprint:
        return
    metric = task.answer_of(manifest).metric
    of_teacher = metric.share(manifest.metrics)
    if metric.lost(of_teacher, share) < 0:
        return
    told, taught = (metric.text(metric.figure(each)) for each in (of_teacher, share))
    tell(
        f"Warning: the teacher ({metric.name} {told}) is no better than the network that learnt "
        f"from it ({taught}), and mostly holds it back: train once without, and compare"
    )


def exactest_bundle(task: Task, manifest: Manifest) -> LoadedBundle:
    """The bundle with the file loaded that is nearest to its network.

    Raises:
        BundleError: if it has no file that can be run.
    """
    passed = {each["name"] for each in manifest.artifacts if each["path"] and each["passed"]}
    name = next((each for each in reversed(PREFERENCE) if each in passed), PREFERENCE[-1])
    path = runnable_file(manifest, name)
    return task.finished.load(manifest, path, artifact=name, threads=1)


def remembered(ask: Callable[[], np.ndarray], key: str, cache: Cache) -> np.ndarray:
    """What a teacher answers; a run that goes on need not ask again.

    Args:
        ask: gives the answers.
        key: of them: another teacher or other examples have another.
        cache: keeps them.
    """
    with cache.place(FOLDER, key) as folder:
        file = folder / f"{key}.npy"
        if not file.exists():
            answers = ask()
            with replaced(file) as stream:
                write_array(stream, answers)
        known: np.ndarray = np.load(file)
    return known
