"""A plain convolutional net."""

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


def cnn(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.3,
    kernel: int = 3,
) -> keras.Model:
    """Stages of convolutions with batch normalization, each followed by max pooling.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels (32 in the first stage, doubling up to 256).
        depth: multiplies the convolutions of a stage (2).
        dropout: before the head.
        kernel: side of the convolutions' kernels.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Examples:
        >>> model = kerasapps.models.cnn(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = max(1, reductions(input_shape))
    inputs, x = picture_input(input_shape)
    for stage in range(halvings):
        filters = channels(min(256, 32 * 2**stage), width)
        for block in range(repeats(2, depth)):
            # From 128 pixels on, the first convolution halves the grid for want of speed.
            strides = 2 if stage == block == 0 and halvings == 5 else 1
            name = f"stage{stage + 1}_conv{block + 1}"
            x = ConvBlock(filters, kernel, strides=strides, name=name)(x)
        if stage or halvings < 5:
            x = keras.layers.MaxPooling2D(2, name=f"stage{stage + 1}_pool")(x)
    outputs = pooled_logits(x, num_classes, dropout)
    return keras.Model(inputs, outputs, name="cnn")
