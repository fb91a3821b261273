"""A vision transformer for small data."""

from __future__ import annotations

import keras

from kerasapps.layers import ConvBlock, FeatureMapTransformer
from kerasapps.layers.attention import Positions
from kerasapps.models.common import (
    InputShape,
    check_shape,
    picture_input,
    pooled_logits,
    repeats,
)


def vit(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
    positions: Positions | None = "relative",
) -> keras.Model:
    """Strided convolutions down to at most 14x14 cells, then transformer blocks, then the mean.

    A convolutional stem and relative positions let it train on thousands, not millions, of
    pictures; batch normalization lets it convert to int8 (see `FeatureMapTransformer`). `width`
    changes the number of heads, each of 32 channels.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the heads (4, and 6 from 112 pixels on).
        depth: multiplies the blocks (6).
        dropout: before the head; a quarter of it inside the blocks.
        positions: `"relative"`, `"sinusoidal"` or None, as in `FeatureMapAttention`.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Dosovitskiy et al. 2021; Xiao et al. 2021 (stem); Liu et al. 2021 (positions).

    Examples:
        >>> model = kerasapps.models.vit(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    heads = max(1, round((6 if min(input_shape[:2]) >= 112 else 4) * width))
    inputs, x = picture_input(input_shape)
    steps = 0
    while (steps < 2 and min(x.shape[1:3]) > 8) or max(x.shape[1:3]) > 14:
        steps += 1
        x = ConvBlock(min(32 * heads, 32 * 2**steps), strides=2, name=f"stem{steps}")(x)
    x = keras.layers.Conv2D(32 * heads, 1, name="embed")(x)
    for block in range(1, repeats(6, depth) + 1):
        x = FeatureMapTransformer(
            heads, expansion=2, positions=positions, dropout=dropout / 4, name=f"block{block}"
        )(x)
    x = keras.layers.BatchNormalization(momentum=0.9, name="norm")(x)
    return keras.Model(inputs, pooled_logits(x, num_classes, dropout), name="vit")
