"""`model.keras` in Keras: what the files were made of, and judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.clients.answers import Answer
from benchmarks.clients.case import KERAS, Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.loop import END, NEVER, START
from kerasapps.config import kinds


def cannot(case: Case) -> str:
    """It is the one file of its kind, and tells numbers on the scale of training."""
    if case.artifact != KERAS:
        return "no Keras model"
    if not case.is_compared:
        return "there is no `float32` file to compare with"
    if case.answers == "number":
        return "it answers in deviations from the mean of training, which the other files undo"
    return ""


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives, all in one batch."""
    import keras
    import tensorflow as tf

    import kerasapps.layers  # noqa: F401  (what a model may be made of)

    model = keras.saving.load_model(case.file, compile=False)
    if case.answers == "translation":
        return _translations(case, model)
    first = case.inputs[0]
    if isinstance(first, Mapping):
        batch: Any = {name: np.stack([each[name] for each in case.inputs]) for name in first}
    else:
        batch = np.stack(case.inputs)
    outputs = tf.cast(model(batch, training=False), tf.float32)
    scored = {kinds.CLASSES: tf.nn.softmax, kinds.LABELS: tf.nn.sigmoid}.get(case.answers)
    return case.answered((outputs if scored is None else scored(outputs)).numpy())


def _translations(case: Case, model: Any) -> list[str]:
    """Greedily, the whole of what stands there read anew for each piece."""
    tokenizer = case.loaded.tokenizer
    width, longest = tokenizer.spec.max_source, tokenizer.spec.max_target
    sources = np.zeros((len(case.inputs), width), np.int32)
    for row, ids in zip(sources, case.inputs, strict=True):
        row[: len(ids)] = ids
    targets = np.full((len(sources), 1), START, np.int32)
    ended = np.array([len(ids) <= 1 for ids in case.inputs])
    while targets.shape[1] < longest and not ended.all():
        logits = np.asarray(model((sources, targets), training=False), np.float32)[:, -1]
        pieces = np.where(ended, END, NEVER + np.argmax(logits[:, NEVER:], axis=-1))
        targets = np.concatenate([targets, pieces[:, None].astype(np.int32)], axis=1)
        ended |= pieces == END
    return [
        tokenizer.decode_target(row[1:]) if len(ids) > 1 else ""
        for row, ids in zip(targets, case.inputs, strict=True)
    ]


CLIENTS = (
    Client(
        name="Keras, `model.keras`",
        version=lambda: version("keras"),
        cannot=cannot,
        answers=one_by_one(answer),
        beam=1,
        note="The reference of the gate, compared with the `float32` file.",
    ),
)
