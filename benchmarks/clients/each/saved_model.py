"""The SavedModel in TensorFlow: raw inputs in, answers out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clients.answers import Answer, Raw, scores_of
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.reading import entities_from_tags, set_of
from kerasapps.config import kinds
from kerasapps.data.rows.values import values_of
from kerasapps.recipes.tabular.reader import saved_model_rows

FOLDER = "saved_model"
BATCH = 16


def cannot(case: Case) -> str:
    """It runs SavedModels."""
    return "" if case.artifact == FOLDER else "no SavedModel"


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives."""
    import tensorflow as tf

    if case.answers == "translation":
        import tensorflow_text  # noqa: F401  (registers the tokenizer's operations)
    loaded = tf.saved_model.load(str(case.file))
    serve = loaded.signatures["beam" if case.answers == "translation" else "serving_default"]
    told: list[Any] = []
    # Of sounds it takes samples, and of long ones the windows.
    for batch in _batches(case.inputs if case.reads == kinds.SOUND else case.examples):
        told += _answers(case, serve(**_feeds(case, serve, batch)), len(batch))
    return case.answered(told) if case.reads == kinds.SOUND else told


def is_read_whole(case: Case, raw: Raw) -> bool:
    """It tags as many words as the network reads at once."""
    return case.answers != kinds.TAGS or len(case.loaded.reader.tokens(raw)) <= (
        case.loaded.reader.length
    )


def _batches(examples: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (examples[first : first + BATCH] for first in range(0, len(examples), BATCH))


def _feeds(case: Case, serve: Any, batch: Sequence[Any]) -> dict[str, Any]:
    import tensorflow as tf

    takes = serve.structured_input_signature[1]
    if case.reads == "rows":
        reader = case.loaded.reader
        columns = {name: values_of([row[name] for row in batch]) for name in reader.spec.names}
        rows = saved_model_rows(columns, reader.spec, reader.arguments)
        return {
            name: tf.constant([row[name] for row in rows], each.dtype)
            for name, each in takes.items()
        }
    (name,) = takes
    if case.reads == kinds.SOUND:
        return {name: tf.constant(np.stack(batch))}
    raws = [raw.read_bytes() if isinstance(raw, Path) else str(raw).encode() for raw in batch]
    return {name: tf.constant(raws)}


def _answers(case: Case, answered: Any, count: int) -> Iterator[Any]:
    """Answers to examples; of sounds scores of the inputs."""
    values = {name: each.numpy() for name, each in answered.items()}
    for row in range(count):
        if values.get("errors", [b""] * count)[row]:
            raise ValueError(values["errors"][row].decode())
        if case.answers == kinds.TRANSLATION:
            yield values["translation"][row].decode()
        elif case.answers == kinds.NUMBER:
            value = values["value"][row]
            yield np.array([value]) if case.reads == kinds.SOUND else float(value)
        elif case.answers == kinds.TAGS:
            tags = [tag.decode() for tag in values["tags"][row] if tag]
            yield entities_from_tags(tags, values["start"][row], values["end"][row], None)
        else:
            labels = [label.decode() for label in values["labels"][row]]
            told = dict(zip(labels, map(float, values["scores"][row]), strict=True))
            scores = scores_of(told, case.labels)
            if case.answers == kinds.LABELS and case.reads != kinds.SOUND:
                is_chosen = zip(labels, values["chosen"][row], strict=True)
                yield set_of(case.manifest, [label for label, is_in in is_chosen if is_in], told)
            else:
                yield scores


CLIENTS = (
    Client(
        name="TensorFlow, SavedModel",
        version=lambda: version("tensorflow"),
        cannot=cannot,
        answers=one_by_one(answer),
        suits=is_read_whole,
        within=1e-2,
        note="Compared with the `float32` file. Raw pictures, texts and cells go in, and the "
        "samples of sounds; texts with tags are as long as the network reads at once. Numbers "
        "within 1 in 100: pixels of resized pictures may round to the next level.",
    ),
)
