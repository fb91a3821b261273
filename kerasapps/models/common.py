"""What every builder needs: input, head, and sizes that follow the input."""

from __future__ import annotations

import math
from typing import Any

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers import make_divisible

InputShape = tuple[int, int, int]


def check_shape(input_shape: InputShape, num_classes: int, *, smallest: int = 8) -> None:
    """Refuses inputs that no builder can work with.

    Raises:
        ConfigError: unless the shape is `(height, width, 1 or 3)`, both sides at least `smallest`,
            and there is an output: one for a number, as many as there are classes.
    """
    if len(input_shape) != 3 or input_shape[2] not in (1, 3) or min(input_shape[:2]) < smallest:
        raise ConfigError(
            f"input_shape must be (height, width, channels) with sides of at least {smallest} "
            f"and 1 or 3 channels, got {tuple(input_shape)!r}."
        )
    if num_classes < 1:
        raise ConfigError(f"num_classes must be at least 1, got {num_classes!r}.")


def picture_input(input_shape: InputShape) -> tuple[Any, Any]:
    """The model's input (float32, 0 to 255) and the same scaled to about mean 0, deviation 1."""
    inputs = keras.Input(input_shape, dtype="float32", name="image")
    scaled = keras.layers.Rescaling(1 / 64, offset=-127.5 / 64, name="rescale", dtype="float32")
    return inputs, scaled(inputs)


def logits(features: Any, num_classes: int, dropout: float) -> Any:
    """Dropout and the linear head, float32 whatever the model computes in.

    Args:
        features: float, `(batch, d)`.
        num_classes: logits that come out.
        dropout: share of the features dropped in training.
    """
    if dropout:
        features = keras.layers.Dropout(dropout, name="head_dropout")(features)
    return keras.layers.Dense(num_classes, dtype="float32", name="logits")(features)


def pooled_logits(x: Any, num_classes: int, dropout: float) -> Any:
    """Global average pooling of `(batch, height, width, channels)`, then `logits`."""
    return logits(keras.layers.GlobalAveragePooling2D(name="pool")(x), num_classes, dropout)


def reductions(input_shape: InputShape) -> int:
    """How often the input should be halved: to a grid of 4 to 7 cells, at most 5 times.

    28 and 32 pixels: 3; 64 and 96: 4; 112 to 224: 5 (so that every larger input too keeps
    the stem that published models of its kind have).
    """
    return min(5, max(0, int(math.log2(min(input_shape[:2]) / 3.5) + 1e-9)))


def channels(base: float, width: float) -> int:
    """`base * width`, rounded to a multiple of 8."""
    return make_divisible(base * width)


def repeats(base: int, depth: float) -> int:
    """`base * depth`, rounded up, at least 1."""
    return max(1, math.ceil(base * depth - 1e-9))
