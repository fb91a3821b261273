"""How the bundle of a network of the user's is used: lines to copy, for its report."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from typing import Any

import keras

from kerasapps.evaluation.usage import Asked, Usage, literal, wrapped
from kerasapps.model_inputs import RawInput
from kerasapps.outputs.asking import ask_picture, ask_text
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.tokenizers import RegexTokenizer, WordPieceTokenizer
from kerasapps.preprocess.tokenizers.spec import VOCABULARY_FILE
from kerasapps.toolkit.reading import GraphPreprocess, OwnReading, Preprocess

_NUMPY = "import numpy as np"
_LOOKED_AT = 1000  # examples of which the shortest is shown
_WRITTEN_OUT = 80  # bytes of a value; more are read from a file


def usage_of(
    network: keras.Model,
    reading: OwnReading,
    *,
    preprocess: Preprocess | None,
    raw: Sequence[RawInput],
    labels: Sequence[str],
) -> Usage:
    """How one asks the bundle, and what it answers with.

    The command line does not: it knows bundles of tasks.

    Args:
        network: as it ships.
        reading: of its inputs.
        preprocess: what `write_bundle` was given.
        raw: examples before preprocessing, of which the first is taken.
        labels: of the answers; none for numbers.
    """
    asked = _asked(network, reading, preprocess, raw)
    if labels:
        gives = f"scores [1, {len(labels)}], in the order of labels.txt"
        return Usage(asked=asked, shown="answer.label, answer.score", gives=gives)
    gives = f"float32 {_sides(network.outputs[0])}"
    return Usage(asked=asked, shown="answer", gives=gives)


def _asked(
    network: keras.Model,
    reading: OwnReading,
    preprocess: Preprocess | None,
    raw: Sequence[RawInput],
) -> Asked:
    without_commands = {"typed": "", "data": "", "explained": ""}
    first = network.inputs[0]
    if isinstance(preprocess, ImageSpec):
        asked = ask_picture(
            preprocess, dtype=f"{first.dtype}, 0 to 255", channels=preprocess.channels
        )
        return dataclasses.replace(asked, **without_commands)
    if isinstance(preprocess, RegexTokenizer | WordPieceTokenizer):
        asked = ask_text([each for each in raw if isinstance(each, str)], length=first.shape[1])
        takes = (
            f"the ids of a text's tokens, {first.dtype} {_sides(first)}, as {VOCABULARY_FILE} and "
            "input in bundle.json make them"
        )
        return dataclasses.replace(asked, takes=takes, **without_commands)
    own = preprocess if isinstance(preprocess, GraphPreprocess) else None
    return _arrays(network, reading, _served(own, raw))


def _arrays(network: keras.Model, reading: OwnReading, served: str) -> Asked:
    """Of a network that takes arrays as they are."""
    shapes: Mapping[str, Sequence[int]] = reading.spec["spec"]["shapes"]
    tensors = dict(zip(shapes, network.inputs, strict=True))
    zeros = {
        name: f'np.zeros({tuple(sides)}, "{tensors[name].dtype}")' for name, sides in shapes.items()
    }
    told = [f"{name} {_sides(tensor)}, {tensor.dtype}" for name, tensor in tensors.items()]
    if len(shapes) > 1:
        named = [f"{literal(name)}: {value}" for name, value in zeros.items()]
        return Asked(
            imported=_NUMPY,
            python=wrapped(named, "{}"),
            takes=f"an array under each name: {'; '.join(told)}",
            served=served,
        )
    (name,) = shapes
    return Asked(
        imported=_NUMPY,
        python=zeros[name],
        takes=f"an array {_sides(tensors[name])}, {tensors[name].dtype}",
        value='np.zeros(takes["shape"], takes["dtype"])',
        served=served,
    )


def _served(preprocess: GraphPreprocess | None, raw: Sequence[RawInput]) -> str:
    """Arguments of the SavedModel, which there is only with `raw`."""
    if preprocess is None or not raw:
        return ""
    shortest = min(raw[:_LOOKED_AT], key=_length)
    row = shortest if isinstance(shortest, Mapping) else dict.fromkeys(preprocess.takes, shortest)
    values = {
        name: f"tf.constant([{_written(row[name])}], tf.{dtype.name})"
        for name, dtype in preprocess.takes.items()
    }
    if len(values) == 1:
        return next(iter(values.values()))
    return wrapped([f"{literal(name)}: {each}" for name, each in values.items()], ("**{", "}"))


def _length(raw: RawInput) -> int:
    """Of an example as it is written, about in characters."""
    if isinstance(raw, Mapping):
        return sum(map(_length, raw.values()))
    return len(raw if isinstance(raw, bytes) else str(raw))


def _written(value: Any) -> str:
    if isinstance(value, bytes) and len(value) > _WRITTEN_OUT:
        return 'open("a_file", "rb").read()'
    if isinstance(value, os.PathLike):
        return f'open({literal(os.fspath(value))}, "rb").read()'
    if isinstance(value, str):
        return literal(value)
    return repr(value.tolist() if hasattr(value, "tolist") else value)


def _sides(tensor: Any) -> str:
    """The shape of a tensor at batch 1."""
    return str([1, *tensor.shape[1:]])
