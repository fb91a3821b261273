"""A teacher's answers to training examples, for tasks that answer with classes or labels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np

from kerasapps.config.compress import TEMPERATURE, WEIGHT
from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import KERAS_FILE, Manifest
from kerasapps.deploy.opening import PREFERENCE, runnable_file
from kerasapps.errors import ConfigError
from kerasapps.files.npy import write_array
from kerasapps.files.whole import replaced
from kerasapps.process.all_cores import ask_all
from kerasapps.recipes.answering import OF_KIND, kind_of
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training.distillation import Lessons, class_divergence, label_divergence
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task
from kerasapps.workflow.teacher import teacher_of

See: TypeAlias = Callable[[Manifest], Callable[[Any], Any]]
"""A teacher → what gives its logits, in its own order, of the inputs of a batch of ours."""
_DIVERGENCES: Final[Mapping[str, Any]] = {"class": class_divergence, "labels": label_divergence}
_LEAST = 1e-7  # of a score whose logarithm is taken


def lessons_of(
    task: Task, splits: Splits[Any], options: Options, cache: Cache, *, see: See | None = None
) -> Lessons | None:
    """What the teacher teaches; None where nobody asked for one.

    Args:
        task: of network and teacher.
        splits: the examples.
        options: `compress` is read.
        cache: keeps what the teacher answered, so that a run that goes on need not ask again.
        see: makes the teacher answer within the training step, to the very inputs that the network
            sees; None: it is asked once for each training example, which it prepares by itself.

    Raises:
        ConfigError: if the teacher does not answer what the data ask for.
        BundleError: if it cannot be loaded.
    """
    config = compress_of(options)
    if config.teacher is None:
        return None
    manifest = teacher_of(config.teacher)
    order = _order(manifest, splits, config.teacher)
    _tell(manifest, splits, task)
    lessons = Lessons(
        _DIVERGENCES[splits.target.kind],
        temperature=config.distill_temperature or TEMPERATURE,
        weight=WEIGHT if config.distill_weight is None else config.distill_weight,
        digest=manifest.files[KERAS_FILE],
    )
    if see is None:
        scores = _asked(task, manifest, splits, cache)[:, order]
        return replace(lessons, logits=_logits(scores, splits.target.kind))
    answer = see(manifest)
    return replace(lessons, answer=lambda inputs: _in_order(answer(inputs), order))


def _order(manifest: Manifest, splits: Splits[Any], teacher: str) -> list[int]:
    """The place of each of the data's labels among the teacher's."""
    kind = splits.target.kind
    if kind not in _DIVERGENCES:
        raise ConfigError(
            f"--teacher is for one class or a set of labels; these data ask for "
            f"{OF_KIND[kind].metric.name}."
        )
    if kind_of(manifest) != kind:
        raise ConfigError(
            f"--teacher {teacher} answers with {OF_KIND[kind_of(manifest)].metric.name}, and these "
            f"data ask for {OF_KIND[kind].metric.name}."
        )
    theirs, ours = set(manifest.labels), set(splits.labels)
    if theirs != ours:
        words = [
            f"{which} {shortened([repr(each) for each in sorted(some)])}"
            for which, some in (("lacks", ours - theirs), ("has besides", theirs - ours))
            if some
        ]
        raise ConfigError(
            f"--teacher {teacher} must have the labels of the data; it {' and '.join(words)}."
        )
    return [manifest.labels.index(label) for label in splits.labels]


def _tell(manifest: Manifest, splits: Splits[Any], task: Task) -> None:
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


def _in_order(logits: Any, order: list[int]) -> Any:
    import tensorflow as tf

    return logits if order == sorted(order) else tf.gather(logits, order, axis=-1)


def _asked(task: Task, manifest: Manifest, splits: Splits[Any], cache: Cache) -> np.ndarray:
    """Its scores of all training examples, float32 `(n, k)`, in its own order of labels."""
    key = _key(manifest, splits)
    with cache.place("teacher", key) as folder:
        file = folder / f"{key}.npy"
        if not file.exists():
            with doing(f"Asking the teacher {len(splits.train):,} {task.noun}"):
                scores = _scores(task, manifest, splits)
            with replaced(file) as stream:
                write_array(stream, scores)
        answered: np.ndarray = np.load(file)
    return answered


def _scores(task: Task, manifest: Manifest, splits: Splits[Any]) -> np.ndarray:
    passed = {each["name"] for each in manifest.artifacts if each["path"] and each["passed"]}
    exactest = next((name for name in reversed(PREFERENCE) if name in passed), PREFERENCE[-1])
    path = runnable_file(manifest, exactest)
    bundle: Any = task.finished.load(manifest, path, artifact=exactest, threads=1)
    known: Any = task.data.judged(replace(splits, test=splits.train))
    return np.stack(ask_all(bundle.scores, known.inputs)).astype(np.float32)


def _key(manifest: Manifest, splits: Splits[Any]) -> str:
    """Of these answers: the teacher's files, and the examples."""
    digest = hashlib.sha256(f"{manifest.sha256} {splits.fingerprint}".encode())
    digest.update(np.ascontiguousarray(splits.train.labels).tobytes())
    digest.update(np.ascontiguousarray(splits.train.contents).tobytes())
    return digest.hexdigest()[:16]


def _logits(scores: np.ndarray, kind: str) -> np.ndarray:
    """Scores → logits that give them again, but for a shift that is the same for all classes."""
    log = np.log(np.maximum(scores, _LEAST))
    if kind == "labels":
        log -= np.log(np.maximum(1 - scores, _LEAST))
    return np.asarray(log, np.float32)
