"""A Keras model that teaches, of which nothing says what its outputs mean: that is found out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.config.targets import TargetKind
from kerasapps.config.teachers import TEACHER, TeacherModel
from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError
from kerasapps.evaluation.logits import LEAST
from kerasapps.evaluation.ranks import higher_share
from kerasapps.model_inputs import ModelInputs, count_of, rows_of
from kerasapps.outputs.numbers.scaling import Scaling
from kerasapps.recipes.taught import divergence_of
from kerasapps.terminal.doing import Progress, doing
from kerasapps.terminal.streams import tell
from kerasapps.training.distillation import Lessons
from kerasapps.wording.shortened import shortened

Answering = Callable[[Any], Any]
"""Inputs of a batch → outputs, `(batch, k)`."""
_JUDGED: Final = 500  # training examples that it must answer better than by chance
_BATCH: Final = 128
_SUM: Final = 1e-3  # that probabilities may be off 1
_DEVIATIONS: Final = 2.0  # above chance
_EVEN: Final = 0.5  # of two examples, one with a label, the other has the higher score by chance
_BEYOND: Final = 0.55  # what is not chance


@dataclass(frozen=True)
class KerasTeacher:
    """A Keras model and what tells it from others.

    Attributes:
        network: from inputs to one output.
        called: as it was named.
        digest: of its weights.
    """

    network: keras.Model
    called: str
    digest: str


def open_keras_teacher(teacher: str) -> KerasTeacher:
    """The model, of a file without running code that the file holds.

    Raises:
        ConfigError: if Keras cannot load it.
    """
    if isinstance(teacher, TeacherModel):
        return KerasTeacher(teacher.model, str(teacher), str(teacher))
    import kerasapps.models  # noqa: F401  # the layers that it may be made of

    try:
        network = keras.saving.load_model(teacher, compile=False, safe_mode=True)
    except Exception as error:
        # Whatever Keras raises: a layer of one's own, a Lambda, a file that was cut.
        said = str(error).strip().split("\n")[0]
        raise ConfigError(
            f"{TEACHER} {teacher} cannot be loaded: {said}. Code in such a file is not run; a "
            "model with layers of your own can be given in Python, as the object that it is."
        ) from error
    digest = hashlib.sha256(Path(teacher).read_bytes()).hexdigest()
    return KerasTeacher(network, teacher, digest)


def keras_lessons(
    lessons: Callable[..., Lessons],
    teacher: KerasTeacher,
    splits: Splits[Any],
    inputs: ModelInputs,
    *,
    seen: Answering | None,
) -> Lessons:
    """What a Keras model teaches.

    Its outputs are taken to be in the order of the labels. Whether they are probabilities or
    logits, and whether it answers better than by chance, is found out on training examples.

    Args:
        lessons: makes them of a divergence, `digest`, and `answer` or `logits`.
        teacher: the model.
        splits: the examples.
        inputs: those of the training split, as the network takes them.
        seen: what answers within the training step; None: it is asked once for each example, which
            it gets as the network does.

    Raises:
        ConfigError: if it does not take such inputs, has another number of outputs, or answers no
            better than by chance.
    """
    kind = splits.target.kind
    if kind == "several":
        raise ConfigError(
            f"{TEACHER} {teacher.called} is a Keras model, which gives one answer, and these data "
            "ask for several: a bundle is needed."
        )
    answering = tf.function(seen or asked_of(teacher.network), reduce_retracing=True)
    labels = np.asarray(splits.train.labels)
    rows = _drawn(labels, kind)
    outputs = _first_outputs(answering, rows_of(inputs, rows), splits, teacher)
    are_scores = read_as_scores(outputs, kind)
    _check_quality(outputs, labels[rows], splits, teacher, are_scores=are_scores)
    learnt = as_learnt(splits, are_scores=are_scores)
    made = partial(lessons, divergence_of(splits), digest=teacher.digest)
    if seen is not None and kind != "number":
        return made(answer=lambda batch: learnt(seen(batch)))
    with doing(f"Asking the teacher {count_of(inputs):,} examples"):
        taught = np.asarray(learnt(_outputs(answering, inputs)), np.float32)
    return made(logits=taught)


def asked_of(network: keras.Model) -> Answering:
    """What gives a network's outputs, of a batch as ours are: one tensor, or several by name."""

    def answer(batch: Any) -> Any:
        single = isinstance(batch, Mapping) and len(batch) == 1 == len(network.inputs)
        return network(next(iter(batch.values())) if single else batch, training=False)

    return answer


def read_as_scores(outputs: NDArray[np.floating[Any]], kind: TargetKind) -> bool:
    """Whether outputs are probabilities, and no logits: of many examples the values tell.

    Args:
        outputs: `(n, k)`.
        kind: of classes they sum to 1 then.
    """
    within = bool(((outputs >= 0) & (outputs <= 1)).all())
    if kind == "class":
        return within and bool((np.abs(outputs.sum(1) - 1) < _SUM).all())
    return kind == "labels" and within


def _drawn(labels: NDArray[Any], kind: TargetKind) -> NDArray[np.int64]:
    """Places of some examples; of each class as many, as far as there are."""
    order = np.random.default_rng(0).permutation(len(labels))
    if kind != "class":
        return np.sort(order[:_JUDGED])
    most = max(1, _JUDGED // max(1, len(np.unique(labels))))
    each = [order[labels[order] == label][:most] for label in np.unique(labels)]
    return np.sort(np.concatenate(each))


def _first_outputs(
    answering: Answering, inputs: ModelInputs, splits: Splits[Any], teacher: KerasTeacher
) -> NDArray[np.float32]:
    """Its outputs of some examples, `(n, k)`, once it is known to take and to give such.

    Raises:
        ConfigError: if it does not.
    """
    try:
        outputs = _outputs(answering, inputs)
    except Exception as error:
        # Keras and TensorFlow raise whatever they find first.
        said = next((line for line in str(error).splitlines() if line.strip()), "")
        raise ConfigError(
            f"{TEACHER} {teacher.called} does not take what the network takes: {said.strip()}"
        ) from error
    wanted = len(splits.labels) or 1
    if outputs.ndim != 2 or outputs.shape[1] != wanted:
        labels = f" labels: {shortened(splits.labels)}" if splits.labels else " number"
        raise ConfigError(
            f"{TEACHER} {teacher.called} gives outputs of shape {outputs.shape[1:]} for an "
            f"example, and these data ask for {wanted}{labels}."
        )
    return outputs


def _outputs(answering: Answering, inputs: ModelInputs) -> NDArray[np.float32]:
    """Of all examples, batch by batch."""
    parts, total = [], count_of(inputs)
    progress = Progress("examples", total)
    for start in range(0, total, _BATCH):
        batch = rows_of(inputs, slice(start, start + _BATCH))
        parts.append(np.asarray(tf.cast(answering(batch), tf.float32)))
        progress(min(total, start + _BATCH))
    return np.concatenate(parts)


def _check_quality(
    outputs: NDArray[np.float32],
    labels: NDArray[Any],
    splits: Splits[Any],
    teacher: KerasTeacher,
    *,
    are_scores: bool,
) -> None:
    """Says how its outputs are read, and how good it is then.

    Raises:
        ConfigError: if it is no better than chance.
    """
    kind = splits.target.kind
    worth, chance, words = _worth(outputs, labels, kind)
    if not worth > chance:
        may = (
            "Numbers must be in the unit of the target."
            if kind == "number"
            else "Its outputs must stand in the order of the labels: "
            f"{shortened(splits.labels)}. Pictures are given as 0 to 255."
        )
        raise ConfigError(
            f"{TEACHER} {teacher.called} answers {words}, which is no more than chance. {may}"
        )
    read = {"number": "numbers in the unit of the target"}.get(
        kind, "probabilities" if are_scores else "logits"
    )
    order = f" in the order of the labels ({shortened(splits.labels)})" if splits.labels else ""
    tell(f"Teacher: {teacher.called}, a Keras model that gives {read}{order}: {words}")


def _worth(
    outputs: NDArray[np.float32], labels: NDArray[Any], kind: TargetKind
) -> tuple[float, float, str]:
    """How good outputs are, how good they are by chance at most, and the former in words."""
    count = f"of {len(outputs):,} training examples"
    if kind == "number":
        error = float(np.sqrt(np.mean((outputs[:, 0] - labels) ** 2)))
        spread = float(np.std(labels))
        return (
            -error,
            -spread,
            f"{error:.4g} beside the truth {count}, whose deviation is {spread:.4g}",
        )
    if kind == "labels":
        area = _ranked(outputs, np.asarray(labels, bool))
        return area, _BEYOND, f"with a ROC AUC of {area:.2f} {count}"
    right = float(np.mean(outputs.argmax(1) == labels))
    even = 1 / outputs.shape[1]
    noise = (even * (1 - even) / len(outputs)) ** 0.5
    return right, even + _DEVIATIONS * noise, f"{right:.1%} {count} right"


def _ranked(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """The mean ROC AUC of labels that some of the examples have and others lack."""
    areas = [
        higher_share(column[real], column[~real])
        for column, real in zip(scores.T, truth.T, strict=True)
        if real.any() and not real.all()
    ]
    return float(np.mean(areas)) if areas else _EVEN


def as_learnt(splits: Splits[Any], *, are_scores: bool) -> Callable[[Any], Any]:
    """From outputs of the teacher to what the network is to give: logits, or scaled numbers.

    Args:
        splits: the examples.
        are_scores: whether the teacher gives probabilities, of which logits are made.
    """
    kind = splits.target.kind
    if kind == "number":
        scaling = Scaling.of(splits.basis.labels)
        return lambda outputs: (outputs - scaling.mean) / scaling.deviation
    if not are_scores:
        return lambda outputs: outputs

    def logits(scores: Any) -> Any:
        log = tf.math.log(tf.maximum(tf.cast(scores, tf.float32), LEAST))
        if kind == "labels":
            log -= tf.math.log(tf.maximum(1 - tf.cast(scores, tf.float32), LEAST))
        return log

    return logits
