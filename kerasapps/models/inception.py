"""Convolutions of several sizes side by side."""

from __future__ import annotations

import keras

from kerasapps.layers import ConvBlock, InceptionModule
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    picture_input,
    pooled_logits,
    reductions,
    repeats,
)


def inception(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.3,
) -> keras.Model:
    """The plan of GoogLeNet with about half its channels and batch normalization.

    Its auxiliary heads, which batch normalization makes needless, are left out. Below 112 pixels
    the stem halves the input less often.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels.
        depth: multiplies the modules of a stage (2, 3, 2).
        dropout: before the head.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Szegedy et al. 2015, table 1; Szegedy et al. 2016 (normalization, 3x3 kernels).

    Examples:
        >>> model = kerasapps.models.inception(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = reductions(input_shape)
    inputs, x = picture_input(input_shape)
    for number in range(max(1, halvings - 2)):
        strides = 2 if halvings > 2 + number and halvings > 3 else 1
        filters = channels(32 if number == 0 else 64, width)
        x = ConvBlock(filters, strides=strides, name=f"stem{number + 1}")(x)
    if halvings == 3:
        x = keras.layers.MaxPooling2D(2, name="stem_pool")(x)
    for stage, (filters, blocks) in enumerate(((128, 2), (256, 3), (448, 2)), 1):
        if stage > 1 and halvings > 3 - stage:
            x = keras.layers.MaxPooling2D(2, name=f"stage{stage}_pool")(x)
        for block in range(1, repeats(blocks, depth) + 1):
            x = InceptionModule(channels(filters, width), name=f"stage{stage}_block{block}")(x)
    outputs = pooled_logits(x, num_classes, dropout)
    return keras.Model(inputs, outputs, name="inception")
