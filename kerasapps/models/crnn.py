"""Convolutions over frames and bands, and a recurrence over what they find."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.recurrent import GRUStack
from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.sound_common import SoundShape, Timeline, as_picture, convolve
from kerasapps.models.text_common import chosen


def crnn(shape: SoundShape, *, dropout: float = 0.2, kernel: int = 5) -> keras.Model:
    """Two convolutions, which halve the frames and quarter the bands, then a GRU, and its mean.

    Args:
        shape: `width` multiplies the channels (32) and the units (96), `depth` the recurrent
            layers (1). May be causal: then only convolutions change.
        dropout: before the head, where `shape` leaves it open.
        kernel: frames that the first convolution looks at, likewise.

    Returns:
        A network from float32 sounds, `(batch, samples)`, -1 to 1, to float32 logits
        `(batch, num_classes)`.

    Reference: Arik et al. 2017, "Convolutional Recurrent Neural Networks for Small-Footprint
    Keyword Spotting".

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.crnn(shape).output_shape
        (None, 3)
    """
    timeline, filters = Timeline(shape), channels(32, shape.width)
    x = as_picture(timeline.listen())
    frames = chosen(shape.kernel, kernel)
    x = convolve(timeline, x, filters, (frames, 5), strides=(2, 2), name="conv1")
    x = convolve(timeline, x, filters, (3, 3), strides=(1, 2), name="conv2")
    x = keras.layers.Reshape((x.shape[1], x.shape[2] * x.shape[3]), name="frames")(x)
    for number in range(1, repeats(1, shape.depth) + 1):
        x = _recurrence(timeline, x, channels(96, shape.width), f"gru{number}")
    rate = chosen(shape.dropout, dropout)
    return timeline.model(logits(timeline.mean(x), shape.num_classes, rate), "crnn")


def _recurrence(timeline: Timeline, x: Any, units: int, name: str) -> Any:
    if not timeline.streams:
        return GRUStack(units, unroll=timeline.shape.for_export, name=name)(x)
    return timeline.recurrence(
        keras.layers.GRU(units, return_sequences=True, return_state=True, unroll=True, name=name),
        x,
    )
