"""Separable convolutions over a sound's frames, with the bands as channels."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.sound_common import SoundShape, Timeline, convolve
from kerasapps.models.text_common import chosen


def matchbox(shape: SoundShape, *, dropout: float = 0.1, kernel: int = 13) -> keras.Model:
    """Residual blocks of depthwise separable convolutions in time, each wider than the one before.

    The bands are channels from the start, so that few products are needed (about 80,000 weights).

    Args:
        shape: `width` multiplies the channels (64; 128 at both ends), `depth` the blocks (3). May
            be causal.
        dropout: within the blocks and before the head, where `shape` leaves it open.
        kernel: frames that the first block looks at, likewise; each further one sees two more.

    Returns:
        A network from float32 sounds, `(batch, samples)`, -1 to 1, to float32 logits
        `(batch, num_classes)`.

    Reference: Majumdar and Ginsburg 2020, "MatchboxNet".

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.matchbox(shape).output_shape
        (None, 3)
    """
    timeline, rate = Timeline(shape), chosen(shape.dropout, dropout)
    wide, narrow = channels(128, shape.width), channels(64, shape.width)
    # One band that has all channels: depthwise kernels then run over the frames alone.
    x = keras.ops.expand_dims(timeline.listen(), 2)
    x = _separable(timeline, x, wide, 11, strides=(2, 2), name="stem")
    first = chosen(shape.kernel, kernel)
    for number in range(1, repeats(3, shape.depth) + 1):
        frames, name = first + 2 * (number - 1), f"block{number}"
        kept = convolve(timeline, x, narrow, (1, 1), name=f"{name}_kept", activation=None)
        x = _separable(timeline, x, narrow, frames, name=f"{name}_first")
        x = keras.layers.Dropout(rate, name=f"{name}_dropout")(x) if rate else x
        x = _separable(timeline, x, narrow, frames, name=f"{name}_second", activation=None)
        x = keras.layers.Activation("relu", name=f"{name}_out")(x + kept)
    x = _separable(timeline, x, wide, 2 * first + 3, name="tail")
    x = convolve(timeline, x, wide, (1, 1), name="last")
    return timeline.model(logits(timeline.mean(x), shape.num_classes, rate), "matchbox")


def _separable(
    timeline: Timeline,
    x: Any,
    filters: int,
    frames: int,
    *,
    name: str,
    strides: tuple[int, int] = (1, 1),
    activation: str | None = "relu",
) -> Any:
    """One kernel for each channel over the frames, then a mixture of all channels."""
    x = timeline.surround(x, kernel=(frames, 1), strides=strides, name=f"{name}_depthwise")
    x = keras.layers.DepthwiseConv2D(
        (frames, 1),
        strides=strides,
        use_bias=False,
        depthwise_initializer="he_normal",
        name=f"{name}_depthwise",
    )(x)
    return convolve(timeline, x, filters, (1, 1), name=f"{name}_pointwise", activation=activation)
