"""The SavedModel in TensorFlow: raw inputs in, answers out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.clients.answers import Answer, Raw, scores_of
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
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
    answers: list[Answer] = []
    for batch in _batches(case.examples):
        answers += _answers(case, serve(**_feeds(case, serve, batch)), len(batch))
    return answers


def _batches(examples: Sequence[Raw]) -> Iterator[Sequence[Raw]]:
    return (examples[first : first + BATCH] for first in range(0, len(examples), BATCH))


def _feeds(case: Case, serve: Any, batch: Sequence[Raw]) -> dict[str, Any]:
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
    raws = [raw.read_bytes() if isinstance(raw, Path) else str(raw).encode() for raw in batch]
    return {name: tf.constant(raws)}


def _answers(case: Case, answered: Any, count: int) -> Iterator[Answer]:
    values = {name: each.numpy() for name, each in answered.items()}
    for row in range(count):
        if values.get("errors", [b""] * count)[row]:
            raise ValueError(values["errors"][row].decode())
        if case.answers == "translation":
            yield values["translation"][row].decode()
        elif case.answers == "number":
            yield float(values["value"][row])
        else:
            labels = [label.decode() for label in values["labels"][row]]
            told = dict(zip(labels, map(float, values["scores"][row]), strict=True))
            yield scores_of(told, case.labels)


CLIENTS = (
    Client(
        name="TensorFlow, SavedModel",
        version=lambda: version("tensorflow"),
        cannot=cannot,
        answers=one_by_one(answer),
        note="Compared with the `float32` file. Raw pictures, texts and cells go in.",
    ),
)
