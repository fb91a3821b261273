"""The picture network of MLPerf Tiny: a residual network small enough for a microcontroller."""

from __future__ import annotations

import keras

from kerasapps.layers import ConvBlock, ResidualBlock
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    picture_input,
    pooled_logits,
    reductions,
    repeats,
)

_STAGES = (16, 32, 64)


def resnet8(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.0,
) -> keras.Model:
    """Three stages of one residual block each: 78,000 weights, 12.5 million products at 32x32.

    The reference has no normalization on the shortcuts, which is gone once it is folded into the
    convolution, and it is for 32x32 only: pictures of 56 pixels or more pass a stem of stride 2
    here, those of 112 or more a pooling as well.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels (16, 32, 64).
        depth: multiplies the blocks of a stage (1).
        dropout: before the head.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Banbury et al. 2021, "MLPerf Tiny Benchmark"; He et al. 2016, section 4.2.

    Examples:
        >>> model = kerasapps.models.resnet8(input_shape=(32, 32, 3), num_classes=4)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = reductions(input_shape) - 1  # the last grid of the reference has 8x8 cells
    inputs, x = picture_input(input_shape)
    x = ConvBlock(channels(_STAGES[0], width), strides=2 if halvings > 2 else 1, name="stem")(x)
    if halvings > 3:
        x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="stem_pool")(x)
    for stage, base in enumerate(_STAGES):
        for block in range(repeats(1, depth)):
            strides = 2 if block == 0 and stage > 2 - min(2, halvings) else 1
            name = f"stage{stage + 1}_block{block + 1}"
            x = ResidualBlock(channels(base, width), strides=strides, name=name)(x)
    return keras.Model(inputs, pooled_logits(x, num_classes, dropout), name="resnet8")
