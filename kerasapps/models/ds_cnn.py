"""Depthwise separable convolutions over a sound's frames and bands."""

from __future__ import annotations

import keras

from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.sound_common import SoundShape, Timeline, as_picture, convolve
from kerasapps.models.text_common import chosen


def ds_cnn(shape: SoundShape, *, dropout: float = 0.2, kernel: int = 3) -> keras.Model:
    """A wide convolution that halves the frames, then depthwise separable ones, and their mean.

    Small enough for a microcontroller: about 26,000 weights. MLPerf Tiny's network has the same
    four separable convolutions of 64 channels. On purpose two things differ. Its input are 49x10
    coefficients that a program computes before it; here it is the sound itself, whose 40 bands the
    first convolution sees by 10x8 cells in place of 10x4, with 2,560 weights more. And a second
    dropout, behind the stem, is left out.

    Args:
        shape: `width` multiplies the channels (64), `depth` the separable convolutions (4). May be
            causal.
        dropout: before the head, where `shape` leaves it open.
        kernel: frames that the separable convolutions look at, likewise.

    Returns:
        A network from float32 sounds, `(batch, samples)`, -1 to 1, to float32 logits
        `(batch, num_classes)`.

    Reference: Zhang et al. 2017, "Hello Edge"; the keyword network of MLPerf Tiny (Banbury et al.
    2021).

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.ds_cnn(shape).output_shape
        (None, 3)
    """
    timeline, filters = Timeline(shape), channels(64, shape.width)
    x = as_picture(timeline.listen())
    x = convolve(timeline, x, filters, (10, 8), strides=(2, 4), name="stem")
    frames = chosen(shape.kernel, kernel)
    for number in range(1, repeats(4, shape.depth) + 1):
        x = convolve(timeline, x, None, (frames, 3), name=f"depthwise{number}")
        x = convolve(timeline, x, filters, (1, 1), name=f"pointwise{number}")
    rate = chosen(shape.dropout, dropout)
    return timeline.model(logits(timeline.mean(x), shape.num_classes, rate), "ds_cnn")
