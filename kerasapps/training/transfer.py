"""Freezing a pretrained backbone, and slower learning the nearer a layer is to the input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

STAGES = 7

FROZEN_SHARE = 0.2
"""Of a backbone's convolutions, the first ones, which stay as they are."""


@contextmanager
def restored_trainability(model: keras.Model) -> Iterator[None]:
    """Give every layer its own `trainable` flag back at the end."""
    layers = list(model._flatten_layers())
    before = [layer._trainable for layer in layers]
    try:
        yield
    finally:
        for layer, flag in zip(layers, before, strict=True):
            layer._trainable = flag
            for variable in layer._trainable_variables:
                variable.trainable = flag


def freeze(backbone: keras.Layer) -> None:
    """Keep the whole backbone as it is; no gradient is computed for it."""
    backbone.trainable = False


def unfreeze(backbone: keras.Layer) -> None:
    """Let the backbone learn, except for its first convolutions, its batch norm and its tokens.

    Of a convolutional network the first fifth of the layers sees edges and colours, which are the
    same everywhere, and has the largest maps, so that most of the backward pass would go there.
    Batch-norm layers keep their pretrained statistics, scale and offset: batches are small and few,
    and as constants they cost nothing in the backward pass. Tables of tokens keep all their
    vectors: a small training split has few of them, and an optimizer that moves the whole table
    takes most of a step's time (all-MiniLM-L6-v2, 2 cores: 0.25 s of the step for AdamW with its
    table of 30,522 tokens, 0.04 s without).
    """
    backbone.trainable = True
    for layer in backbone._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization | keras.layers.Embedding):
            layer.trainable = False
    for layer in _first_convolutions(backbone):
        layer.trainable = False


def _first_convolutions(backbone: keras.Layer) -> list[keras.Layer]:
    kinds = keras.layers.Conv2D | keras.layers.DepthwiseConv2D
    every = [layer for layer in backbone._flatten_layers() if isinstance(layer, kinds)]
    return every[: round(FROZEN_SHARE * len(every))]


def layer_multipliers(backbone: keras.Layer, *, decay: float) -> dict[str, float]:
    """A learning-rate factor for each variable of the backbone, by path.

    The backbone's weighted layers, in the order of the graph, are cut into `STAGES` stages of
    about as many layers each; a stage's factor is `decay` to the power of the number of stages
    between it and the head.

    Args:
        backbone: a built layer or model.
        decay: factor per stage, 0 to 1.

    Reference: Clark et al. 2020 (ELECTRA), appendix A; Bao et al. 2022 (BEiT), section 3.
    """
    layers = _weighted_layers(backbone)
    stages = min(STAGES, len(layers))
    factors: dict[str, float] = {}
    for index, layer in enumerate(layers):
        distance = stages - 1 - index * stages // len(layers)
        for variable in layer.trainable_variables:
            factors[variable.path] = decay**distance
    return factors


def _weighted_layers(layer: keras.Layer) -> list[keras.Layer]:
    """The innermost layers that a model lists, in its order, if they have weights to learn."""
    if isinstance(layer, keras.Model):
        return [inner for member in layer.layers for inner in _weighted_layers(member)]
    return [layer] if layer.trainable_variables else []
