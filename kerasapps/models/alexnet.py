"""The net of 2012, with batch normalization."""

from __future__ import annotations

import keras

from kerasapps.layers import ConvBlock
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    logits,
    picture_input,
    reductions,
    repeats,
)


def alexnet(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.5,
) -> keras.Model:
    """Five convolutions with three poolings, then two dense layers.

    Batch normalization takes the place of the original's local response normalization: without it
    the net hardly trains from scratch on small data. The dense layers have 1024 units, not 4096,
    and convolutions half the channels; the kernels and strides of the stem follow the input size.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels and the hidden units.
        depth: multiplies the 3x3 convolutions of the last stage (3).
        dropout: after each dense layer.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Krizhevsky et al. 2012; Ioffe and Szegedy 2015 for the normalization.

    Examples:
        >>> model = kerasapps.models.alexnet(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = reductions(input_shape)
    pools = min(3, halvings)
    inputs, x = picture_input(input_shape)
    strides = 2 ** (halvings - pools)
    x = ConvBlock(channels(48, width), 2 * strides + 3, strides=strides, name="conv1")(x)
    if pools > 0:
        x = keras.layers.MaxPooling2D(2, name="pool1")(x)
    x = ConvBlock(channels(128, width), 5, name="conv2")(x)
    if pools > 1:
        x = keras.layers.MaxPooling2D(2, name="pool2")(x)
    last = repeats(3, depth)
    for number in range(1, last + 1):
        filters = channels(192 if number < last else 128, width)
        x = ConvBlock(filters, name=f"conv{number + 2}")(x)
    if pools > 2:
        x = keras.layers.MaxPooling2D(2, name="pool3")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    for number in (1, 2):
        x = keras.layers.Dense(channels(1024, width), use_bias=False, name=f"dense{number}")(x)
        x = keras.layers.BatchNormalization(momentum=0.9, name=f"dense{number}_norm")(x)
        x = keras.layers.Activation("relu", name=f"dense{number}_relu")(x)
        if dropout and number == 1:
            x = keras.layers.Dropout(dropout, name="dense1_dropout")(x)
    return keras.Model(inputs, logits(x, num_classes, dropout), name="alexnet")
