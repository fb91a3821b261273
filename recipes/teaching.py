"""A teacher's answers to training examples, for tasks whose answer the data decide."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import CompressConfig
from kerasapps.config.compress import TEMPERATURE, WEIGHT
from kerasapps.config.teachers import is_keras
from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import KERAS_FILE, Manifest
from kerasapps.errors import ConfigError
from kerasapps.model_inputs import ModelInputs
from kerasapps.process.all_cores import ask_all
from kerasapps.recipes.answering import kind_of
from kerasapps.recipes.keras_teacher import keras_lessons, open_keras_teacher
from kerasapps.recipes.taught import (
    divergence_of,
    outputs_of_all,
    taught_answers,
)
from kerasapps.terminal.doing import doing
from kerasapps.training.distillation import Lessons
from kerasapps.workflow.asked_teacher import exactest_bundle, remembered, tell_teacher
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.extension import finished_network
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task
from kerasapps.workflow.teacher import teacher_of

Seeing: TypeAlias = Callable[[keras.Model, Mapping[str, Any] | None, str], Callable[[Any], Any]]
"""A teacher's network, what it takes if that is known, and how the user named it → from our batches
to its outputs."""
_SEEN = ("class", "labels")  # answers of which a network gives logits, whatever it learnt from


def lessons_of(
    task: Task,
    splits: Splits[Any],
    options: Options,
    cache: Cache,
    *,
    inputs: ModelInputs,
    see: Seeing | None = None,
) -> Lessons | None:
    """What the teacher teaches; None where nobody asked for one.

    Args:
        task: of network and teacher.
        splits: the examples.
        options: `compress` is read.
        cache: keeps what the teacher answered, so that a run that goes on need not ask again.
        inputs: of the training split, as the network takes them.
        see: makes a teacher of classes or labels answer within the training step, to the very
            inputs that the network sees; None: it is asked once for each training example, which
            a bundle prepares by itself.

    Raises:
        ConfigError: if the teacher does not answer what the data ask for.
        BundleError: if it cannot be loaded.
    """
    config = compress_of(options)
    if config.taught_by is None:
        return None
    kinds: set[str] = {part.kind for part in splits.target.parts} or {splits.target.kind}
    if config.distill_temperature is not None and kinds == {"number"}:
        raise ConfigError(
            "CompressConfig.distill_temperature divides the logits of classes or labels, and a "
            "number has none: leave it out."
        )
    if is_keras(config.taught_by):
        teacher = open_keras_teacher(config.taught_by)
        seen = None if see is None else see(teacher.network, None, teacher.called)
        return keras_lessons(_lessons(config), teacher, splits, inputs, seen=seen)
    manifest = teacher_of(config.taught_by)
    answers = taught_answers(manifest, splits, config.taught_by)
    tell_teacher(task, manifest, splits)
    lessons = _lessons(config)(divergence_of(splits), digest=manifest.files[KERAS_FILE])
    if see is None or splits.target.kind not in _SEEN:
        given = _asked(task, manifest, splits, cache)
        return replace(lessons, logits=outputs_of_all(answers, given))
    answer = see(finished_network(manifest), manifest.input, config.taught_by)
    return replace(lessons, answer=_in_order(answer, answers[0].places))


def _lessons(config: CompressConfig) -> Callable[..., Lessons]:
    """Makes lessons that count as much as was asked for."""
    return partial(
        Lessons,
        temperature=config.distill_temperature or TEMPERATURE,
        weight=WEIGHT if config.distill_weight is None else config.distill_weight,
    )


def _in_order(answer: Callable[[Any], Any], places: Sequence[int]) -> Callable[[Any], Any]:
    """The same answers in the order of our labels."""
    if list(places) == sorted(places):
        return answer
    return lambda inputs: tf.gather(answer(inputs), places, axis=-1)


def _asked(task: Task, manifest: Manifest, splits: Splits[Any], cache: Cache) -> np.ndarray:
    """Its answers to all training examples, float32 `(n, k)`, as it gives them."""
    digest = hashlib.sha256(f"{manifest.sha256} {splits.fingerprint}".encode())
    digest.update(np.ascontiguousarray(splits.train.labels).tobytes())
    digest.update(np.ascontiguousarray(splits.train.contents).tobytes())

    def ask() -> np.ndarray:
        bundle: Any = exactest_bundle(task, manifest)
        known: Any = task.data.judged(replace(splits, test=splits.train))
        with doing(f"Asking the teacher {len(splits.train):,} {task.noun}"):
            answers = ask_all(partial(_ASKS[kind_of(manifest)], bundle), known.inputs)
        return np.stack(answers).astype(np.float32)

    return remembered(ask, digest.hexdigest()[:16], cache)


def _scores(bundle: Any, raw: Any) -> np.ndarray:
    scores: np.ndarray = bundle.scores(raw)
    return scores


def _number(bundle: Any, raw: Any) -> np.ndarray:
    return np.array([bundle.value(raw)])


def _several(bundle: Any, raw: Any) -> np.ndarray:
    return np.concatenate([*bundle.outputs(raw).values()])


_ASKS = {"class": _scores, "labels": _scores, "number": _number, "several": _several}
