"""Stacks of 3x3 convolutions, with batch normalization."""

from __future__ import annotations

import keras

from kerasapps.layers import ConvBlock
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    picture_input,
    pooled_logits,
    reductions,
    repeats,
)


def vgg(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.4,
) -> keras.Model:
    """The plan of VGG-11 with half its channels, batch normalization and a pooled head.

    Without batch normalization the net hardly trains from scratch, and the original's dense head
    holds 120 million weights. `width=2` has the original's channels. Inputs under 112 pixels get
    fewer stages.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels (32, 64, 128, 256, 256).
        depth: multiplies the convolutions of a stage (1, 1, 2, 2, 2).
        dropout: before the head.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Simonyan and Zisserman 2015, table 1 (A); Ioffe and Szegedy 2015 (normalization).

    Examples:
        >>> model = kerasapps.models.vgg(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    plan = ((32, 1), (64, 1), (128, 2), (256, 2), (256, 2))
    # Small pictures end on a grid of 1 to 3 cells: a fourth stage is worth more than the grid.
    stages = plan[: min(5, reductions(input_shape) + 1)]
    inputs, x = picture_input(input_shape)
    for stage, (filters, blocks) in enumerate(stages, 1):
        for block in range(1, repeats(blocks, depth) + 1):
            x = ConvBlock(channels(filters, width), name=f"stage{stage}_conv{block}")(x)
        x = keras.layers.MaxPooling2D(2, name=f"stage{stage}_pool")(x)
    outputs = pooled_logits(x, num_classes, dropout)
    return keras.Model(inputs, outputs, name="vgg")
