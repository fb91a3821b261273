"""Densely connected networks."""

from __future__ import annotations

import keras

from kerasapps.layers import ConvBlock, DenseBlock
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    picture_input,
    pooled_logits,
    reductions,
    repeats,
)


def densenet(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
) -> keras.Model:
    """Dense blocks with transitions that halve the channels and the grid.

    Three blocks of growth 16 below 64 pixels, four of growth 24 from there on (DenseNet-121 has
    four of growth 32 and about twice the steps).

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the growth and with it all channels.
        depth: multiplies the steps of a block.
        dropout: before the head.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Huang et al. 2017, table 1.

    Examples:
        >>> model = kerasapps.models.densenet(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = reductions(input_shape)
    large = halvings >= 4
    growth, blocks = (24, (4, 6, 10, 8)) if large else (16, (4, 6, 8))
    growth = channels(growth, width)
    inputs, x = picture_input(input_shape)
    transitions = len(blocks) - 1
    x = ConvBlock(2 * growth, 7 if large else 3, strides=2 if large else 1, name="stem")(x)
    if halvings > transitions + large:
        x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="stem_pool")(x)
    for number, steps in enumerate(blocks):
        x = DenseBlock(repeats(steps, depth), growth, name=f"block{number + 1}")(x)
        if number < transitions:
            x = ConvBlock(channels(x.shape[-1] / 2, 1), 1, name=f"transition{number + 1}")(x)
            if min(x.shape[1:3]) >= 4:
                x = keras.layers.AveragePooling2D(2, name=f"transition{number + 1}_pool")(x)
    outputs = pooled_logits(x, num_classes, dropout)
    return keras.Model(inputs, outputs, name="densenet")
