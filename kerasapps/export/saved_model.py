"""Keras model → SavedModel that takes what the world has: encoded pictures, texts, columns."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import tensorflow as tf

from kerasapps.export.odd_inputs import PREPARE
from kerasapps.files.paths import folder_place
from kerasapps.process.quiet import without_log


def write_saved_model(
    model: keras.Model,
    path: str | os.PathLike[str],
    *,
    takes: Mapping[str, tf.DType | tf.TensorSpec],
    preprocess: Callable[..., Any],
    answer: Callable[[Any], Mapping[str, Any]],
    refuses: bool = False,
) -> None:
    """Writes `path/` with a serving signature from raw inputs to answers.

    The signature takes a vector `(batch,)` under each name of `takes`, or rows of the shape that is
    named there, and answers with what `answer` gives, a row an example. An empty batch gets an
    empty answer.

    Where some inputs are refused, it answers with `errors` too, strings `(batch,)`: why, and empty
    where an input was read. A refused row has empty texts and numbers of 0, which JSON can hold. A
    second signature, `prepare`, answers with the model's `inputs` and `errors`.

    Args:
        model: from model inputs to scores.
        path: folder to write; those above it are made.
        takes: name of each of the signature's arguments (see `signature_names`) → its type, or type
            and shape of a row.
        preprocess: one raw vector `(batch,)` for each of them, in this order → model inputs, as
            graph operations; a `tf.Module` where it holds tables.
        answer: scores `(batch, …)` → what is answered, each `(batch, …)`, by its name.
        refuses: whether `preprocess` gives `(model inputs, errors)`, because it may refuse some.

    Raises:
        ConfigError: if the folder cannot be written.

    Examples:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> kerasapps.export.write_saved_model(
        ...     model, Path("saved"), takes={"number": tf.float32},
        ...     preprocess=lambda number: number[:, tf.newaxis],
        ...     answer=lambda outputs: {"value": outputs[:, 0]},
        ... )
        >>> serve = tf.saved_model.load("saved").signatures["serving_default"]
        >>> serve(number=tf.constant([1.0, 2.0]))["value"].shape
        TensorShape([2])
    """
    place = folder_place(path, what="path")
    module = tf.Module()
    # What the graph refers to must hang on what is saved: the variables, and a tokenizer's table.
    module.variables_in_use = [variable.value for variable in model.variables]
    module.preprocess = preprocess
    signature = [_of_batches(name, taken) for name, taken in takes.items()]
    prepared = tf.function(preprocess, input_signature=signature, autograph=False)

    def prepare(*raw: Any) -> dict[str, Any]:
        inputs, errors = prepared(*raw)
        return {"inputs": inputs, "errors": errors}

    def answered(*raw: Any) -> Mapping[str, Any]:
        if not refuses:
            return answer(model(prepared(*raw), training=False))
        inputs, errors = prepared(*raw)
        return _masked(answer(model(inputs, training=False)), errors)

    def serve(*raw: Any) -> dict[str, Any]:
        count = tf.shape(raw[0])[0]
        # Convolutions fail on no input at all: they get an empty one, whose answer is left out.
        missing = tf.maximum(1 - count, 0)
        some = [tf.concat([each, _empty(missing, each)], axis=0) for each in raw]
        return {name: values[:count] for name, values in answered(*some).items()}

    module.serve = tf.function(serve, input_signature=signature)
    signatures = {"serving_default": module.serve}
    if refuses:
        module.prepare = tf.function(prepare, input_signature=signature)
        signatures[PREPARE] = module.prepare
    with without_log():
        tf.saved_model.save(module, str(place), signatures=signatures)


def signature_names(names: Iterable[str]) -> dict[str, str]:
    """Any name → another one that a signature's argument can have: letters, digits and `_`."""
    arguments: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_") or "input"
        plain = plain if plain[0].isalpha() else f"input_{plain}"
        argument, number = plain, 1
        while argument in arguments.values():
            argument, number = f"{plain}_{number + 1}", number + 1
        arguments[name] = argument
    return arguments


def _of_batches(name: str, taken: tf.DType | tf.TensorSpec) -> tf.TensorSpec:
    """Of an argument: any number of rows."""
    if isinstance(taken, tf.TensorSpec):
        return tf.TensorSpec((None, *taken.shape), taken.dtype, name=name)
    return tf.TensorSpec((None,), taken, name=name)


def _empty(count: Any, like: Any) -> Any:
    """So many rows of nothing, or of zeros."""
    return tf.zeros(tf.concat([[count], tf.shape(like)[1:]], axis=0), like.dtype)


def _masked(answer: Mapping[str, Any], errors: Any) -> dict[str, Any]:
    """Nothing but the error where an input was refused."""
    fine = tf.equal(errors, "")
    return {name: _where(fine, values) for name, values in answer.items()} | {"errors": errors}


def _where(fine: Any, values: Any) -> Any:
    rows = tf.reshape(fine, [-1] + [1] * (len(values.shape) - 1))
    return tf.where(rows, values, tf.zeros([], values.dtype))
