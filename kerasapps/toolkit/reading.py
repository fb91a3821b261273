"""How what the world has becomes what a network of the user's takes, in a graph and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from kerasapps.config import kinds
from kerasapps.deploy.own_bundle import ARRAYS, PICTURES, TEXTS
from kerasapps.errors import ConfigError
from kerasapps.export.tflite import input_names
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.image_graph import decode_batch
from kerasapps.preprocess.tokenizers import RegexTokenizer, WordPieceTokenizer
from kerasapps.preprocess.tokenizers.graph import tokenize_in_graph

Preprocess: TypeAlias = "ImageSpec | RegexTokenizer | WordPieceTokenizer | GraphPreprocess"


@dataclass(frozen=True)
class GraphPreprocess:
    """The user's own way from raw inputs to what the network takes, for a SavedModel.

    Attributes:
        function: one vector `(batch,)` for each of `takes` → the network's inputs, of TensorFlow
            operations; a `tf.Module` where it holds tables or other resources.
        takes: name of each argument of the SavedModel → its type.

    Examples:
        >>> scale = kerasapps.export.GraphPreprocess(
        ...     lambda number: number[:, tf.newaxis] / 100, takes={"number": tf.float32}
        ... )
        >>> sorted(scale.takes)
        ['number']
    """

    function: Callable[..., Any]
    takes: Mapping[str, tf.DType] = field(default_factory=lambda: {"input": tf.string})


@dataclass(frozen=True)
class OwnReading:
    """What a bundle says of its inputs.

    Attributes:
        spec: of the manifest.
        explained: what makes the network's input of a raw one, for programs of other people.
        graph: for the SavedModel; None where nothing is known of raw inputs.
        refuses: whether the graph may refuse some.
        files: writes what is needed beside the network.
    """

    spec: Mapping[str, Any]
    explained: Mapping[str, Any]
    graph: GraphPreprocess | None
    refuses: bool = False
    files: Callable[[Path], object] = lambda folder: None


def reading_of(model: keras.Model, preprocess: Preprocess | None) -> OwnReading:
    """How a network's inputs are read.

    Args:
        model: whose inputs are of known shapes.
        preprocess: an `ImageSpec` for encoded pictures; a tokenizer for texts; the user's own; None
            for a network that takes arrays.

    Raises:
        ConfigError: if it is something else.
    """
    if isinstance(preprocess, ImageSpec):
        spec = preprocess
        graph = GraphPreprocess(lambda encoded: decode_batch(encoded, spec), {"image": tf.string})
        plain = {"reads": PICTURES, "spec": spec.to_dict()}
        return OwnReading(plain, spec.explained(), graph, refuses=True)
    if isinstance(preprocess, RegexTokenizer | WordPieceTokenizer):
        graph = GraphPreprocess(tokenize_in_graph(preprocess), {"text": tf.string})
        plain = {"reads": TEXTS, "spec": preprocess.spec.to_dict()}
        return OwnReading(plain, preprocess.explained(), graph, files=preprocess.save)
    if preprocess is not None and not isinstance(preprocess, GraphPreprocess):
        raise ConfigError(
            f"preprocess is a {type(preprocess).__name__}: give an ImageSpec, a tokenizer, or "
            "GraphPreprocess(function, takes={…})."
        )
    shapes = {
        name: list(tensor.shape[1:])
        for name, tensor in zip(input_names(model), model.inputs, strict=True)
    }
    explained = {"kind": kinds.ARRAYS, "inputs": shapes}
    return OwnReading({"reads": ARRAYS, "spec": {"shapes": shapes}}, explained, preprocess)


def check_raw(raw: Sequence[Any], count: int) -> None:
    """Make sure that there is a raw input for each prepared one.

    Raises:
        ConfigError: if not.
    """
    if raw and len(raw) != count:
        raise ConfigError(
            f"raw has {len(raw)} inputs and test has {count}: they are the same examples, before "
            "and after preprocessing."
        )
