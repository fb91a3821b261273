"""The default model: inverted residuals, small for small pictures."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras

from kerasapps.layers import ConvBlock, InvertedResidual
from kerasapps.models.common import (
    InputShape,
    channels,
    check_shape,
    picture_input,
    pooled_logits,
    reductions,
    repeats,
)


class _Stage(NamedTuple):
    """Blocks of one width. `expansion` 0 is a plain convolution; the first block halves the grid
    when the input is due at least `halves_from` halvings (see `reductions`)."""

    filters: int
    blocks: int
    expansion: int
    halves_from: int


_NEVER = 99

# On CPU the passes over memory count for more than the products, so where the grid is fine the
# stages are thin and their first convolutions plain.
_SMALL = (
    _Stage(32, 1, 0, 1),
    _Stage(32, 1, 3, _NEVER),
    _Stage(64, 3, 4, 2),
    _Stage(128, 2, 4, 3),
)
_LARGE = (
    _Stage(24, 1, 1, _NEVER),
    _Stage(32, 2, 4, 1),
    _Stage(64, 3, 4, 1),
    _Stage(112, 3, 6, 1),
    _Stage(192, 3, 6, 5),
)


def mobile_cnn(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
    kernel: int = 3,
    squeeze_excite: float = 0.0,
) -> keras.Model:
    """An inverted-residual net that trains from scratch on little data and is fast on phones.

    Inputs under 56 pixels a side get a net of 0.35 million weights, larger ones one of 1.8 million.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels.
        depth: multiplies the blocks of a stage.
        dropout: before the head.
        kernel: side of the kernels of all blocks, depthwise ones as well; the stem keeps 3x3.
        squeeze_excite: ratio of squeeze-and-excite in every block; 0, the default, leaves it out:
            the net is then faster and loses less to int8.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Sandler et al. 2018 (MobileNetV2); plain early stages: Tan and Le 2021, section 3.2.

    Examples:
        >>> model = kerasapps.models.mobile_cnn(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes)
    halvings = reductions(input_shape)
    small = halvings < 4
    inputs, x = picture_input(input_shape)
    stem, last = (16, 512) if small else (24, 960)
    x = ConvBlock(
        channels(stem, width), strides=1 if small else 2, activation="relu6", name="stem"
    )(x)
    for number, stage in enumerate(_SMALL if small else _LARGE, 1):
        for block in range(repeats(stage.blocks, depth)):
            x = _block(
                stage,
                channels(stage.filters, width),
                strides=2 if block == 0 and halvings >= stage.halves_from else 1,
                kernel_size=kernel,
                squeeze_excite=squeeze_excite,
                name=f"stage{number}_block{block + 1}",
            )(x)
    # As in the reference, a narrower net keeps the width of the last layer.
    x = ConvBlock(channels(last, max(1.0, width)), 1, activation="relu6", name="last")(x)
    outputs = pooled_logits(x, num_classes, dropout)
    return keras.Model(inputs, outputs, name="mobile_cnn")


def _block(stage: _Stage, filters: int, *, squeeze_excite: float, **kwargs: Any) -> keras.Layer:
    if stage.expansion == 0:
        return ConvBlock(filters, activation="relu6", **kwargs)
    return InvertedResidual(
        filters, expansion=stage.expansion, squeeze_excite=squeeze_excite, **kwargs
    )
