"""Residual blocks that see time through the mean over all bands, and broadcast it back."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers import make_divisible
from kerasapps.models.common import logits, repeats
from kerasapps.models.sound_common import SoundShape, Timeline, as_picture, convolve
from kerasapps.models.text_common import chosen

# channels, blocks, stride of the bands, dilation of the frames
_STAGES = ((16, 2, 1, 1), (24, 2, 2, 2), (32, 4, 2, 4), (40, 4, 1, 8))


def bc_resnet(shape: SoundShape, *, dropout: float = 0.1, kernel: int = 3) -> keras.Model:
    """Depthwise convolutions over bands; over frames they see the mean of the bands only.

    What they find in time is added to every band again. Few weights (about 30,000) and products,
    each frame looked at: there is no stride in time, so a stream may be heard hop by hop.

    Args:
        shape: `width` multiplies the channels (16 to 40), `depth` the blocks (2, 2, 4, 4). May be
            causal.
        dropout: of whole channels in each block and before the head, where `shape` leaves it open.
        kernel: frames that a block looks at, likewise.

    Returns:
        A network from float32 sounds, `(batch, samples)`, -1 to 1, to float32 logits
        `(batch, num_classes)`.

    Reference: Kim et al. 2021, "Broadcasted Residual Learning for Efficient Keyword Spotting", with
    batch normalization where it normalizes bands in groups.

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.bc_resnet(shape).output_shape
        (None, 3)
    """
    timeline, rate = Timeline(shape), chosen(shape.dropout, dropout)
    frames = chosen(shape.kernel, kernel)
    x = as_picture(timeline.listen())
    x = convolve(timeline, x, _channels(32, shape), (5, 5), strides=(1, 2), name="stem")
    for stage, (base, blocks, stride, dilation) in enumerate(_STAGES, start=1):
        for number in range(1, repeats(blocks, shape.depth) + 1):
            x = _block(
                timeline,
                x,
                _channels(base, shape),
                kernel=frames,
                stride=stride if number == 1 else 1,
                dilation=dilation,
                dropout=rate,
                changes=number == 1,
                name=f"stage{stage}_block{number}",
            )
    x = convolve(timeline, x, None, (5, 5), name="tail_depthwise", activation=None)
    x = convolve(timeline, x, _channels(64, shape), (1, 1), name="tail_pointwise")
    return timeline.model(logits(timeline.mean(x), shape.num_classes, rate), "bc_resnet")


def _channels(base: int, shape: SoundShape) -> int:
    return make_divisible(base * shape.width, 4)


def _block(
    timeline: Timeline,
    x: Any,
    filters: int,
    *,
    kernel: int,
    stride: int,
    dilation: int,
    dropout: float,
    changes: bool,
    name: str,
) -> Any:
    """One block; where the channels change nothing is left of its input beside the convolutions."""
    layers, kept = keras.layers, x
    if changes:
        x = convolve(timeline, x, filters, (1, 1), name=f"{name}_change")
    # Over the bands alone; of depthwise kernels TensorFlow takes only square strides.
    if stride > 1:
        x = layers.AveragePooling2D((1, stride), padding="same", name=f"{name}_halve")(x)
    x = convolve(timeline, x, None, (1, 3), name=f"{name}_bands", activation=None)
    mean = keras.ops.mean(x, axis=2, keepdims=True)
    mean = convolve(
        timeline,
        mean,
        None,
        (kernel, 1),
        dilation=dilation,
        name=f"{name}_frames",
        activation="silu",
    )
    mean = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_mix")(mean)
    if dropout:
        mean = layers.SpatialDropout2D(dropout, name=f"{name}_dropout")(mean)
    x = x + mean if changes else x + mean + kept
    return layers.Activation("relu", name=f"{name}_out")(x)
