"""A multi-layer perceptron: the floor that a convolutional net must beat."""

from __future__ import annotations

import keras

from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    logits,
    picture_input,
    repeats,
)


def mlp(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
) -> keras.Model:
    """Hidden dense layers with batch normalization over the pixels, pooled to 32x32 at most.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the hidden units (512).
        depth: multiplies the hidden layers (2).
        dropout: after every hidden layer.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Examples:
        >>> model = kerasapps.models.mlp(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    inputs, x = picture_input(input_shape)
    # Full-size pixels would put tens of millions of weights into the first layer.
    factor = max(1, min(input_shape[:2]) // 32)
    if factor > 1:
        x = keras.layers.AveragePooling2D(factor, name="shrink")(x)
    x = keras.layers.Flatten(name="pixels")(x)
    layers = repeats(2, depth)
    for number in range(1, layers + 1):
        x = keras.layers.Dense(channels(512, width), use_bias=False, name=f"hidden{number}")(x)
        x = keras.layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
        x = keras.layers.Activation("relu", name=f"relu{number}")(x)
        if dropout and number < layers:
            x = keras.layers.Dropout(dropout, name=f"dropout{number}")(x)
    return keras.Model(inputs, logits(x, num_classes, dropout), name="mlp")
