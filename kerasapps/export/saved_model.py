"""Keras model → SavedModel that takes what the world has: encoded pictures, texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kerasapps.export.odd_inputs import PREPARE


def write_saved_model(
    model: keras.Model,
    path: Path,
    *,
    preprocess: Callable[[Any], Any],
    labels: Sequence[str],
    input_name: str,
    refuses: bool = False,
) -> None:
    """Writes `path/` with a serving signature from raw inputs to labels and scores.

    The signature takes strings `(batch,)` under `input_name` and answers with `labels`, strings
    `(batch, num_classes)`, and `scores`, float32 of the same shape, the best first in each row. An
    empty batch gets an empty answer.

    Where some inputs are refused, it answers with `errors` too, strings `(batch,)`: why, and empty
    where an input was read. A refused row has empty labels and scores of 0, which JSON can hold. A
    second signature, `prepare`, answers with the model's `inputs` and `errors`.

    Args:
        model: from model inputs to scores.
        path: folder to write.
        preprocess: raw strings `(batch,)` → model inputs, as graph operations; a `tf.Module`
            where it holds tables.
        labels: names of the scores.
        input_name: name of the signature's argument.
        refuses: whether `preprocess` gives `(model inputs, errors)`, because it may refuse some.
    """
    module = tf.Module()
    # What the graph refers to must hang on what is saved: the variables, and a tokenizer's table.
    module.variables_in_use = [variable.value for variable in model.variables]
    module.preprocess = preprocess
    takes = [tf.TensorSpec((None,), tf.string, name=input_name)]
    prepared = tf.function(preprocess, input_signature=takes, autograph=False)

    def prepare(raw: Any) -> dict[str, Any]:
        inputs, errors = prepared(raw)
        return {"inputs": inputs, "errors": errors}

    def answer(raw: Any) -> dict[str, Any]:
        if not refuses:
            return _ranked(model, prepared(raw), labels)
        inputs, errors = prepared(raw)
        return _masked(_ranked(model, inputs, labels), errors)

    def serve(raw: Any) -> dict[str, Any]:
        count = tf.size(raw)
        # Convolutions fail on no input at all: they get an empty one, whose answer is left out.
        some = tf.concat([raw, tf.fill([tf.maximum(1 - count, 0)], "")], axis=0)
        return {name: values[:count] for name, values in answer(some).items()}

    module.serve = tf.function(serve, input_signature=takes)
    signatures = {"serving_default": module.serve}
    if refuses:
        module.prepare = tf.function(prepare, input_signature=takes)
        signatures[PREPARE] = module.prepare
    tf.saved_model.save(module, str(path), signatures=signatures)


def _ranked(model: keras.Model, inputs: Any, labels: Sequence[str]) -> dict[str, Any]:
    scores, order = tf.math.top_k(model(inputs, training=False), k=len(labels))
    return {"labels": tf.gather(tf.constant(list(labels)), order), "scores": scores}


def _masked(answer: dict[str, Any], errors: Any) -> dict[str, Any]:
    """No labels and no scores where an input was refused."""
    fine = tf.equal(errors, "")[:, tf.newaxis]
    return {
        "labels": tf.where(fine, answer["labels"], ""),
        "scores": tf.where(fine, answer["scores"], 0.0),
        "errors": errors,
    }
