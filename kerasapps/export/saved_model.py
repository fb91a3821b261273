"""Keras model → SavedModel that takes what the world has: encoded pictures, texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf


def write_saved_model(
    model: keras.Model,
    path: Path,
    *,
    preprocess: Callable[[Any], Any],
    labels: Sequence[str],
    input_name: str,
) -> None:
    """Writes `path/` with a serving signature from raw inputs to labels and scores.

    The signature takes strings `(batch,)` under `input_name` and answers with `labels`, strings
    `(batch, num_classes)`, and `scores`, float32 of the same shape, the best first in each row.

    Args:
        model: from model inputs to scores.
        path: folder to write.
        preprocess: raw strings `(batch,)` → model inputs, as graph operations; a `tf.Module`
            where it holds tables.
        labels: names of the scores.
        input_name: name of the signature's argument.
    """
    names = tf.constant(list(labels))

    def serve(raw: Any) -> dict[str, Any]:
        scores, order = tf.math.top_k(model(preprocess(raw), training=False), k=len(labels))
        return {"labels": tf.gather(names, order), "scores": scores}

    module = tf.Module()
    # What the graph refers to must hang on what is saved: the variables, and a tokenizer's table.
    module.variables_in_use = [variable.value for variable in model.variables]
    module.preprocess = preprocess
    signature = tf.TensorSpec((None,), tf.string, name=input_name)
    module.serve = tf.function(serve, input_signature=[signature])
    tf.saved_model.save(module, str(path), signatures=module.serve)
