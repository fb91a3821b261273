"""Residual networks."""

from __future__ import annotations

import keras

from kerasapps.layers import BottleneckBlock, ConvBlock, ResidualBlock
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    picture_input,
    pooled_logits,
    reductions,
    repeats,
)


def resnet(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
    bottleneck: bool | None = None,
) -> keras.Model:
    """The plan of ResNet-18 with half its channels; deeper ones have bottleneck blocks.

    `width=2` has the original's channels. Below 112 pixels the stem keeps more of the grid.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels (32, 64, 128, 256).
        depth: multiplies the blocks of a stage (2).
        dropout: before the head.
        bottleneck: blocks of 1x1, 3x3, 1x1 convolutions with four times the channels (default: from
            `depth=1.5` on).

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: He et al. 2016, table 1; the 3x3 stem at small inputs, section 4.2.

    Examples:
        >>> model = kerasapps.models.resnet(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = reductions(input_shape)
    deep = depth >= 1.5 if bottleneck is None else bottleneck
    block_type, expansion = (BottleneckBlock, 4) if deep else (ResidualBlock, 1)
    inputs, x = picture_input(input_shape)
    size, strides = (7, 2) if halvings == 5 else (3, 2 if halvings == 4 else 1)
    x = ConvBlock(channels(32, width), size, strides=strides, name="stem")(x)
    if halvings == 5:
        x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="stem_pool")(x)
    for stage in range(4):
        for block in range(repeats(2, depth)):
            # The last stages halve the grid; the smallest inputs have no cells to spare.
            strides = 2 if block == 0 and stage > 3 - min(3, halvings) else 1
            x = block_type(
                expansion * channels(32 * 2**stage, width),
                strides=strides,
                name=f"stage{stage + 1}_block{block + 1}",
            )(x)
    outputs = pooled_logits(x, num_classes, dropout)
    return keras.Model(inputs, outputs, name="resnet")
